"""A kingdom of made-up players, and what a week does to it.

Magnitudes are those of real scans: ids of 6 to 9 digits, power up to about 200 million, kill
points up to some billions. Counters only grow; power may fall.
"""

from dataclasses import dataclass, field, replace

from dice import Dice
from made_up_names import ALLIANCES, AWKWARD, Names

TIERS = (1, 2, 3, 4, 5)
POINTS = {2: 2, 3: 4, 4: 10, 5: 20}  # a tier 1 kill is a fifth of a point


@dataclass
class Player:
    """One player as the game knows them in one week; all counters are totals since they began."""

    id: int
    name: str
    alliance: str
    fighter: bool
    power: int
    highest_power: int = 0
    kills: dict[int, int] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    ranged_points: int = 0
    rss_gathered: int = 0
    rss_assistance: int = 0
    helps: int = 0
    acclaim: int = 0
    highest_acclaim: int = 0

    @property
    def total_kills(self) -> int:
        """Kills of all tiers."""
        return sum(self.kills.values())

    @property
    def total_deaths(self) -> int:
        """Dead troops of all tiers."""
        return sum(self.deaths.values())

    @property
    def kill_points(self) -> int:
        """The game's own sum over the tiers."""
        points = sum(each * self.kills[tier] for tier, each in POINTS.items())
        return self.kills[1] // 5 + points


class Kingdom:
    """Players that fight, join, leave and rename, week by week."""

    def __init__(self, seed: int, size: int) -> None:
        """A kingdom of `size` players; the same seed gives the same ones."""
        self._dice = Dice(seed)
        self._names = Names(self._dice)
        self._ids: set[int] = set()
        self.players = [self._new_player(place, size) for place in range(size)]
        for player, name in zip(self._dice.some(self.players, len(AWKWARD)), AWKWARD, strict=True):
            player.name = name
        self.gone: list[Player] = []
        self._make_ties()

    def scan(self) -> list[Player]:
        """The players of this week as copies, by power, the way the game lists them."""
        copies = [
            replace(player, kills=dict(player.kills), deaths=dict(player.deaths))
            for player in self.players
        ]
        return sorted(copies, key=lambda player: (-player.power, player.id))

    def next_week(self, renames: int, moves: int, leave: int, join: int) -> None:
        """Let a week pass.

        Args:
            renames: how many players change their name.
            moves: how many change their alliance.
            leave: how many leave the kingdom; never the ones that are tied. The strongest of those
                who left before comes back.
            join: how many come to it.
        """
        for player in self.players:
            self._play(player)
        returning = sorted(self.gone, key=lambda player: -player.power)[:1]
        self.gone = [player for player in self.gone if player not in returning]
        for player in self._dice.some(self.players, renames):
            player.name = self._names.new()
        for player in self._dice.some(self.players, moves):
            others = [alliance for alliance in ALLIANCES if alliance != player.alliance]
            player.alliance = self._dice.choice(others)
        for player in self._dice.some(self.players[20:], leave):
            self.players.remove(player)
            self.gone.append(player)
        newcomers = [self._new_player(self._dice.below(300), 320) for _ in range(join)]
        self.players += returning + newcomers
        self._make_ties()

    def _make_ties(self) -> None:
        """Two pairs are level on a board each: the first in battle, the second in power."""
        first, second, third, fourth = self.players[4:8]
        second.kills, second.deaths = dict(first.kills), dict(first.deaths)
        fourth.power = third.power
        fourth.highest_power = third.highest_power

    def _new_id(self) -> int:
        while True:
            digits = self._dice.choice((6, 7, 8, 8, 8, 9, 9))
            number = self._dice.between(10 ** (digits - 1), 2 * 10 ** (digits - 1))
            if number not in self._ids:
                self._ids.add(number)
                return number

    def _new_player(self, place: int, size: int) -> Player:
        """A player whose strength falls with their place in the kingdom, 0 the strongest."""
        dice = self._dice
        power = 7_000_000 + 178_000_000 * (size - place) ** 3 // size**3 + dice.below(1_999_999)
        fighter = dice.below(100) < 55
        zeal = dice.between(20, 170) if fighter else dice.between(0, 12)
        t4 = power * zeal * dice.between(40, 120) // 10_000
        t5 = power * zeal * dice.between(60, 150) // 10_000 if power > 35_000_000 else 0
        fallen = (t4 + t5) * dice.between(20, 110) // 1000
        player = Player(
            id=self._new_id(),
            name=self._names.new(),
            alliance=dice.choice(ALLIANCES),
            fighter=fighter,
            power=power,
            highest_power=power + power * dice.below(90) // 1000,
            kills={
                1: dice.between(100_000, 30_000_000),
                2: dice.between(5_000, 900_000),
                3: dice.between(10_000, 4_000_000),
                4: t4,
                5: t5,
            },
            deaths=_by_tier(fallen),
            rss_gathered=dice.between(50_000_000, 180_000_000_000) // (2 if fighter else 1),
            rss_assistance=dice.between(0, 9_000_000_000),
            helps=dice.between(500, 190_000),
            acclaim=dice.below(400_000) if fighter else dice.below(9_000),
        )
        player.ranged_points = player.kill_points * dice.below(60) // 100
        player.highest_acclaim = player.acclaim + dice.below(150_000)
        return player

    def _play(self, player: Player) -> None:
        """One week of one player; about every fifth does not play at all."""
        dice = self._dice
        if dice.below(5) == 0 and not player.fighter:
            return
        effort = dice.between(5, 60) if player.fighter else dice.below(4)
        for tier in TIERS:
            player.kills[tier] += player.kills[tier] * effort * dice.between(5, 15) // 10_000
        fallen = player.total_deaths * effort * dice.between(5, 20) // 10_000
        for tier, dead in _by_tier(fallen).items():
            player.deaths[tier] += dead
        player.ranged_points += player.ranged_points * effort // 1000
        player.rss_gathered += dice.below(900_000_000)
        player.rss_assistance += dice.below(60_000_000)
        player.helps += dice.below(1_500)
        player.acclaim += effort * dice.below(700)
        player.highest_acclaim = max(player.highest_acclaim, player.acclaim)
        player.power += player.power * dice.between(-20, 30) // 1000
        player.highest_power = max(player.highest_power, player.power)


def _by_tier(fallen: int) -> dict[int, int]:
    """Split dead troops: a little of tiers 1 to 3, four tenths tier 5, the rest tier 4."""
    low = fallen // 50
    tier5 = fallen * 4 // 10
    return {1: low, 2: low // 2, 3: low * 2, 4: fallen - low - low // 2 - low * 2 - tier5, 5: tier5}
