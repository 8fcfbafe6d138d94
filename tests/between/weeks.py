"""Made-up weekly scans of a kingdom, with the faults that real ones have, each of them known.

No real scan may lie in the repository. The sizes follow what real ones show: lifetimes spread over
orders of magnitude, a week's gain is a few percent of a lifetime for most who fight and nothing for
many, a fifth of the players lacks a tier in some scans, scans differ in depth.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from tests.between.reference import LOOKED_AT_FOR_ZERO, TIERS

FIRST: Final = date(2026, 1, 5)
_READ_BY_OCR: Final = [*TIERS, "deaths", "rss_gathered", "rss_assistance"]

Player = dict[str, Any]


class Fault(NamedTuple):
    """A value that the scanner got wrong; `column` is None for a row of zeros."""

    week: int
    id: int
    column: str | None


class Week(NamedTuple):
    """One scan.

    Attributes:
        day: its date.
        players: as the scanner wrote them, in its order.
        truth: the values as they were, by id.
    """

    day: date
    players: list[Player]
    truth: dict[int, Player]


class Kingdom:
    """A kingdom that is scanned each week."""

    def __init__(self, seed: int, players: int = 400) -> None:
        self._dice = random.Random(seed)
        self._next = 10_000_000 + seed * 1_000_000
        self._gone: list[Player] = []
        self._people = [self._newcomer() for _ in range(players)]
        self.faults: list[Fault] = []

    def weeks(self, count: int) -> Iterator[Week]:
        """The scans, oldest first; `faults` grows with them."""
        for week in range(count):
            if week:
                self._live()
            day = FIRST + timedelta(weeks=week)
            truth = {player["id"]: dict(player) for player in self._people}
            yield Week(day, self._scan(week), truth)

    def _newcomer(self) -> Player:
        dice = self._dice
        self._next += dice.randint(1, 5_000)
        fighter = dice.lognormvariate(0, 1.6)
        player: Player = {
            "id": self._next,
            "name": f"Player {self._next % 9973} {dice.choice('ᴬéж雪ش👑x')}",
            "alliance": dice.choice([None, "[AA] One", "[BB] Two", "[cc] Three", "[DD] Fœur"]),
            "power": int(2e7 * dice.lognormvariate(0, 0.7)),
        }
        for tier, size in zip(TIERS, (3e5, 5e5, 2e6, 8e6, 3e6), strict=True):
            player[tier] = int(size * fighter * dice.lognormvariate(0, 0.8))
        player |= {
            "deaths": int(4e5 * fighter * dice.lognormvariate(0, 0.8)),
            "ranged_points": int(1e6 * fighter),
            "rss_gathered": int(5e8 * dice.lognormvariate(0, 1.2)),
            "rss_assistance": int(5e7 * dice.lognormvariate(0, 1.4)),
            "helps": int(2e4 * dice.lognormvariate(0, 0.7)),
        }
        return self._summed(player)

    @staticmethod
    def _summed(player: Player) -> Player:
        t1, t2, t3, t4, t5 = (player[tier] for tier in TIERS)
        player["kill_points"] = t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5
        player["kills"] = t1 + t2 + t3 + t4 + t5
        player["highest_power"] = max(player.get("highest_power", 0), player["power"])
        return player

    def _live(self) -> None:
        """A week passes."""
        dice = self._dice
        for player in self._people:
            if dice.random() < 0.6:
                heat = dice.lognormvariate(0, 1) * 0.03
                for column in (*TIERS, "deaths", "ranged_points"):
                    player[column] += int(player[column] * heat * dice.random())
            for column in ("rss_gathered", "rss_assistance", "helps"):
                player[column] += int(player[column] * 0.02 * dice.random())
            player["power"] = int(player["power"] * dice.uniform(0.97, 1.04))
            if dice.random() < 0.03:
                player["name"] += dice.choice(["!", "²", " jr"])
            if dice.random() < 0.02:
                player["alliance"] = dice.choice([None, "[AA] One", "[EE] New"])
            self._summed(player)
        dice.shuffle(self._people)
        leaving = max(1, len(self._people) // 60)
        self._gone += [self._people.pop() for _ in range(leaving)]
        back = (
            [self._gone.pop(0) for _ in range(min(2, len(self._gone)))]
            if len(self._gone) > 8
            else []
        )
        self._people += [*back, *(self._newcomer() for _ in range(leaving))]

    def _scan(self, week: int) -> list[Player]:
        """What the scanner writes: some scans end early, some values are misread or not read."""
        dice = self._dice
        by_power = sorted(self._people, key=lambda player: -player["power"])
        depth = (
            len(by_power) if dice.random() < 0.6 else int(len(by_power) * dice.uniform(0.7, 0.9))
        )
        rows = [dict(player) for player in by_power[:depth]]
        for row in rows:
            if dice.random() < 0.06:
                row[dice.choice([*_READ_BY_OCR, "power"])] = None
            if dice.random() < 0.012:
                self._misread(week, row, dice.choice(_READ_BY_OCR))
            elif dice.random() < 0.012:
                self.faults.append(Fault(week, row["id"], None))
                row.update(dict.fromkeys(LOOKED_AT_FOR_ZERO, 0))
        dice.shuffle(rows)
        return rows

    def _misread(self, week: int, row: Player, column: str) -> None:
        value = row[column]
        if not value:
            return
        digit = self._dice.randint(0, 9)
        row[column] = self._dice.choice([value * 10 + digit, value // 10])
        self.faults.append(Fault(week, row["id"], column))
        if column in TIERS:
            row["kills"] = (
                None if None in [row[tier] for tier in TIERS] else sum(row[t] for t in TIERS)
            )
