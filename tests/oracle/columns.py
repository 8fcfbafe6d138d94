"""The player columns, and which header means which (contract, section 4; docs/format.md)."""

import unicodedata
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
    "t1_deaths",
    "t2_deaths",
    "t3_deaths",
    "t4_deaths",
    "t5_deaths",
)
TEXTS = ("name", "alliance")
COUNTERS = tuple(column for column in COLUMNS if column not in ("id", *TEXTS))
TIER_KILLS = tuple(f"t{tier}_kills" for tier in range(1, 6))
TIER_DEATHS = tuple(f"t{tier}_deaths" for tier in range(1, 6))

_NAMES = {
    "id": "ID, Governor ID, governor_id, governorID, Gov Id, Character ID, Player ID, player_id, "
    "UID",
    "name": "Name, Governor Name, Username, Player Name, Gov Name, Character Name, 닉네임",
    "alliance": "Alliance, Alliance Tag, Alliance Name",
    "power": "Power, Current Power, 전투력, 투력",
    "highest_power": "Highest Power, highestPower",
    "kill_points": "Killpoints, Kill Points, Total Kill Points, KP, Total KP, Kill Score, 킬포, "
    "킬포인트",
    "kills": "Kills, Total Kills",
    "deaths": "Deads, Dead, Deaths, Dead Troops, Units Lost, Troops Lost, Total Deaths, "
    "Total Deads, Total Dead, 전사",
    "dkp": "DKP",
    "ranged_points": "Ranged, Ranged Points",
    "rss_gathered": "Rss Gathered, Resources Gathered, Resource Gathered",
    "rss_assistance": "Rss Assistance, Resources Given, Resource Assistance, "
    "Resources Assistance, Rss Given",
    "helps": "Helps, Alliance Helps, Helps Given",
    "acclaim": "Acclaim, Aclaim",
    "highest_acclaim": "Highest Acclaim, High Aclaim, High Acclaim",
    **{
        f"t{n}_kills": f"T{n} Kills, T{n}, Tier {n} Kills, t{n}_kills, T{n}-Kills, Kills Tier{n}, "
        f"Kills T{n}, Kill T{n}, T{n} Kill"
        for n in range(1, 6)
    },
    **{
        f"t{n}_deaths": f"T{n} Deaths, T{n} Deads, T{n} Dead, Dead T{n}, Tier {n} Deaths, "
        f"Deaths Tier {n}"
        for n in range(1, 6)
    },
}
# Names that count where nothing else in the header means the column; of a name, beside an id.
_NAMES_ALONE = {
    "id": "User ID",
    "name": "Governor, Player, Nickname",
    "alliance": "Tag",
    "power": "Total Power, Pwr",
    "highest_power": "Max Power",
    **{f"t{n}_kills": f"Tier {n}" for n in range(1, 6)},
}


def plain(header: str) -> str:
    """A header without what does not count (contract, section 4)."""
    while True:
        text = "".join(one for one in header if not _is_emoji_or_unseen(one))
        text = unicodedata.normalize("NFKC", text).casefold()
        text = "".join(one for one in text if one not in "_-" and unicodedata.category(one) != "Pd")
        text = "".join(text.split())
        while text and _is_punctuation(text[0]):
            text = text[1:]
        while text and _is_punctuation(text[-1]):
            text = text[:-1]
        if text == header:
            return text
        header = text


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P") and character not in "%‰‱"


def _is_emoji_or_unseen(character: str) -> bool:
    name = unicodedata.name(character, "")
    if character.isspace():
        return False
    if "FILLER" in name or "VARIATION SELECTOR" in name or name == "COMBINING GRAPHEME JOINER":
        return True
    return unicodedata.category(character) in ("Cc", "Cf") or (
        unicodedata.category(character) in ("So", "Sk") and ord(character) > 0x25FF
    )


def _meanings(names: dict[str, str]) -> dict[str, str]:
    return {plain(name): column for column, listed in names.items() for name in listed.split(",")}


_MEANING = _meanings(_NAMES) | {plain(column): column for column in COLUMNS}
_MEANING_ALONE = _meanings(_NAMES_ALONE)


def meaning(header: str) -> str | None:
    """The column that a header stands for whatever is beside it, or None."""
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
    sure = [meaning(header) for header in headers]
    maybe = [_MEANING_ALONE.get(plain(header)) for header in headers]
    with_id = "id" in sure or "id" in maybe
    for index, column in enumerate(sure):
        alone = maybe[index]
        if column is None and alone not in sure and (alone != "name" or with_id):
            column = alone  # noqa: PLW2901
        if column is None:
            ignored.append(index)
        elif column in place:
            repeated.append((index, column))
        else:
            place[column] = index
    derived = [
        column
        for column, parts in (("kills", TIER_KILLS), ("deaths", TIER_DEATHS))
        if column not in place and all(part in place for part in parts)
    ]
    if "dkp" not in place and all(part in place or part in derived for part in weights):
        derived.append("dkp")
    return Mapping(place, tuple(sorted(ignored)), tuple(repeated), tuple(derived))
