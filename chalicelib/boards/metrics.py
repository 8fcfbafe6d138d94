"""The metrics that have a board (contract, section 8); declared only here."""

from typing import NamedTuple


class Metric(NamedTuple):
    """A counter of a player by which a kingdom is ranked, highest first.

    Attributes:
        name: the counter's column in `curated/` and its name in paths.
        label: a heading for the board.
        description: one sentence for people.
    """

    name: str
    label: str
    description: str


METRICS = (
    Metric(
        "dkp",
        "DKP",
        "Dragon kill points: as the scan gives them, else weighted kills and deaths.",
    ),
    Metric("kills", "Kills", "Troops killed, of all five tiers."),
    Metric("deaths", "Deaths", "Own troops lost for good."),
    Metric("power", "Power", "Power at the time of the scan."),
    Metric("kill_points", "Kill points", "The game's own points for kills."),
)

METRIC_NAMES = tuple(metric.name for metric in METRICS)
