"""The player columns, and which header means which (contract, section 4; docs/format.md)."""

from dataclasses import dataclass

COLUMNS = (
    "id",
    "name",
    "alliance",
    "power",
    "highest_power",
    "kill_points",
    "t1_kills",
    "t2_kills",
    "t3_kills",
    "t4_kills",
    "t5_kills",
    "kills",
    "deaths",
    "dkp",
    "ranged_points",
    "rss_gathered",
    "rss_assistance",
    "helps",
    "acclaim",
    "highest_acclaim",
)
TEXTS = ("name", "alliance")
COUNTERS = tuple(column for column in COLUMNS if column not in ("id", *TEXTS))
TIER_KILLS = tuple(f"t{tier}_kills" for tier in range(1, 6))
TIER_DEATHS = tuple(f"t{tier}_deaths" for tier in range(1, 6))

_NAMES = {
    "id": "ID, Governor ID, governor_id, governorID, Gov Id, Character ID, Player ID, player_id",
    "name": "Name, Governor Name, Username, Player Name",
    "alliance": "Alliance, Alliance Tag, Alliance Name",
    "power": "Power",
    "highest_power": "Highest Power, highestPower",
    "kill_points": "Killpoints, Kill Points, Total Kill Points, KP, Total KP, Kill Score",
    "kills": "Kills, Total Kills",
    "deaths": "Deads, Dead, Deaths, Dead Troops, Units Lost, Troops Lost",
    "dkp": "DKP",
    "ranged_points": "Ranged, Ranged Points",
    "rss_gathered": "Rss Gathered, Resources Gathered",
    "rss_assistance": "Rss Assistance, Resources Given, Resource Assistance",
    "helps": "Helps, Alliance Helps, Helps Given",
    "acclaim": "Acclaim, Aclaim",
    "highest_acclaim": "Highest Acclaim, High Aclaim",
    **{
        f"t{n}_kills": f"T{n} Kills, T{n}, Tier {n} Kills, t{n}_kills, T{n}-Kills, Kills Tier{n}"
        for n in range(1, 6)
    },
    **{f"t{n}_deaths": f"T{n} Deaths" for n in range(1, 6)},
}


def plain(header: str) -> str:
    """A header without what does not count: case, spaces, `_`, `-`, a BOM."""
    kept = "".join(header.split()).replace("_", "").replace("-", "").replace("\ufeff", "")
    return kept.lower()


_MEANING = {
    plain(name): column for column, names in _NAMES.items() for name in (column, *names.split(","))
}


def meaning(header: str) -> str | None:
    """The column that a header stands for, or None."""
    return _MEANING.get(plain(header))


@dataclass(frozen=True)
class Mapping:
    """What a file's headers mean.

    Attributes:
        place: column to the index of its header.
        ignored: indexes of headers that mean nothing here.
        repeated: (index, column) of each header that means what an earlier one does.
        derived: columns that the file has not, but that follow from others.
    """

    place: dict[str, int]
    ignored: tuple[int, ...]
    repeated: tuple[tuple[int, str], ...]
    derived: tuple[str, ...]

    def has(self, column: str) -> bool:
        """Whether the column is in the file or derived."""
        return column in self.place or column in self.derived


def map_headers(headers: list[str], weights: dict[str, int]) -> Mapping:
    """Find each column."""
    place: dict[str, int] = {}
    ignored: list[int] = []
    repeated: list[tuple[int, str]] = []
    for index, header in enumerate(headers):
        column = meaning(header)
        if column is None:
            ignored.append(index)
        elif column in place:
            repeated.append((index, column))
        else:
            place[column] = index
    if "deaths" in place or not all(tier in place for tier in TIER_DEATHS):
        ignored += [place.pop(tier) for tier in TIER_DEATHS if tier in place]
        ignored += [index for index, column in repeated if column in TIER_DEATHS]
        repeated = [each for each in repeated if each[1] not in TIER_DEATHS]
    derived = [
        column
        for column, parts in (("kills", TIER_KILLS), ("deaths", TIER_DEATHS))
        if column not in place and all(part in place for part in parts)
    ]
    if "dkp" not in place and all(part in place or part in derived for part in weights):
        derived.append("dkp")
    return Mapping(place, tuple(sorted(ignored)), tuple(repeated), tuple(derived))
