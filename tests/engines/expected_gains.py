"""A board of gains worked out player by player, independently of the product."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.errors import BadParameterError
from tests.engines import expected
from tests.engines.expected import Player

MAY_FALL = ("power", "acclaim", "dkp")
ZERO = (
    "kill_points",
    *(f"t{tier}_kills" for tier in range(1, 6)),
    "kills",
    "deaths",
    "ranged_points",
    "rss_gathered",
    "rss_assistance",
    "helps",
)
COLUMNS = (*METRIC_NAMES, *ZERO, "acclaim", "t1_deaths")
DKP = [
    {"basis": "file"},
    {"basis": "none"},
    {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}},
    {"basis": "formula", "weights": {"t4_kills": 1, "acclaim": 10**6}},
]


def scans() -> st.SearchStrategy[list[list[dict[str, Any]]]]:
    """Three scans of one kingdom: values rise, fall, jump, vanish; some players are all zero."""
    return st.integers(0, 2**32 - 1).map(_scans)


def _scans(seed: int) -> list[list[dict[str, Any]]]:
    random = Random(seed)
    found: list[list[dict[str, Any]]] = [[], [], []]
    unknown = random.choice([0.0, 0.02, 0.2])
    for number in range(1, random.choice([1, 4, 12, expected.MOST_PLAYERS]) + 1):
        base = random.choice([0, 1, 100, 10**6, 2**53 - 10**8])
        values = {name: base + random.randint(0, 5) for name in COLUMNS}
        alliances = random.choices(expected.ALLIANCES[:2], k=3)
        for players, alliance in zip(found, alliances, strict=True):
            values = {
                name: one + random.choice([0, 0, 0, 1, 2, 50]) for name, one in values.items()
            }
            row = {name: _read(random, one, unknown) for name, one in values.items()}
            if random.random() < 0.07:
                row.update(dict.fromkeys(ZERO, 0))
            if random.random() < 0.9:
                facts = {"id": number, "name": f"n{number}", "alliance": alliance}
                players.append({**facts, **row})
    return found


def _later(random: Random, name: str, value: int) -> int:
    fallen = random.randint(0, 9) if name in MAY_FALL else 0
    return max(0, value - fallen) + random.choice([0, 0, 0, 1, 2, 50])


def _read(random: Random, value: int, unknown: float) -> int | None:
    """A value as a scan has it: sometimes not at all, or with a digit too few or too many."""
    if random.random() < unknown:
        return None
    if random.random() < 0.03:
        return min(2**53 - 1, random.choice([value // 10, value * 10]))
    return value


def known(player: Player, columns: Sequence[str]) -> bool:
    return all(player.get(name) is not None for name in columns)


def all_zero(player: Player) -> bool:
    values = [player[name] for name in ZERO if player.get(name) is not None]
    return bool(values) and not any(values)


class Measured:
    """A metric's gain of one player who is in both scans."""

    def __init__(
        self,
        metric: str,
        weights: Mapping[str, int] | None,
        dkp: tuple[Mapping[str, Any], Mapping[str, Any]],
    ) -> None:
        older, newer = dkp
        self.points: Mapping[str, int] | None = {metric: 1}
        if weights is not None:
            self.points = weights
        elif metric == "dkp":
            if older["basis"] != newer["basis"]:
                raise BadParameterError(metric)
            if newer["basis"] == "none":
                self.points = None
            if newer["basis"] == "formula":
                self.points = newer["weights"]
        self.needs_life = metric != "power"

    def is_known(self, old: Player, new: Player) -> bool:
        return self.points is not None and all(known(one, [*self.points]) for one in (old, new))

    def sums(self, old: Player, new: Player) -> tuple[int, int] | None:
        """Older and newer value; None if not ranked."""
        if self.points is None or not self.is_known(old, new):
            return None
        if any(new[one] < old[one] for one in self.points if one not in MAY_FALL):
            return None
        if self.needs_life and (all_zero(old) or all_zero(new)):
            return None
        before, after = (
            sum(points * player[name] for name, points in self.points.items())
            for player in (old, new)
        )
        return before, after


def gains(
    older: Sequence[Player],
    newer: Sequence[Player],
    request: BoardRequest,
    dkp: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> dict[str, Any]:
    """The fields of `GainsPage` but the heads and the findings.

    Raises:
        BadParameterError: bases that differ, or a counter that nobody has in one of the scans.
        NotFoundError: there is no page around that player.
    """
    measured = Measured(request.metric, request.weights, dkp)
    for players in (older, newer):
        expected.check_weights(players, request)
    before = {one["id"]: one for one in older}
    both = [(before[one["id"]], one) for one in newer if one["id"] in before]
    sums = {new["id"]: measured.sums(old, new) for old, new in both}
    ranked = [(new, found[1] - found[0]) for _, new in both if (found := sums[new["id"]])]

    def ends(player: Player, _: int) -> dict[str, int]:
        found = sums[player["id"]]
        assert found is not None
        return dict(zip(("from", "to"), found, strict=True))

    def values(player: Player) -> dict[str, int | None]:
        return {name: _gain(before[player["id"]], player, name, dkp) for name in request.values}

    page = expected.page(ranked, request, ends, values)
    return {**page, "unknown": sum(not measured.is_known(*one) for one in both)}


def _gain(
    old: Player, new: Player, metric: str, dkp: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> int | None:
    try:
        found = Measured(metric, None, dkp).sums(old, new)
    except BadParameterError:
        return None
    return None if found is None else found[1] - found[0]
