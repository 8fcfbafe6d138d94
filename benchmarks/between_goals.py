"""The goals of what lies between snapshots, of gains.py and between_work.py."""

from collections.abc import Mapping

from benchmarks.scenarios import Goal

Gains = Mapping[str, Mapping[str, Mapping[str, float]]]


def between_goals(gains: Gains, work: Mapping[str, float]) -> list[Goal]:
    """Gains beside the faster of the peers; our own work in milliseconds of CPU time.

    Args:
        gains: wall and CPU time of each contender, by the number of players (gains.py).
        work: our own work (between_work.py).
    """
    found = []
    for players, took in gains.items():
        peer = min(("duckdb", "polars"), key=lambda name: took[name]["wall"])
        wall, cpu = (took["ours"][kind] / took[peer][kind] for kind in ("wall", "cpu"))
        title = f"gains of {int(players):,} players with suspects"
        found.append(Goal(title, f"× {peer} at equal work", 1.0, wall, cpu))
        own = {"1000": 5.0, "10000": 12.0}[players]
        found.append(Goal(f"{title}, CPU, with the two reads", "ms", own, took["ours"]["cpu"]))
    for title, name, most in (
        ("changes from summary.json and the roster", "changes", 1.0),
        ("search among 10,000 players, with reading", "search", 5.0),
        ("history of 52 snapshots of 1,000 players, with reading", "history", 90.0),
        ("a board with `since` and `with`, engine arrow", "since_arrow", 3.0),
        ("a board with `since` and `with`, engine boards", "since_boards", 3.0),
        ("1,000 players after 52 snapshots, all views", "ingest_1000", 30.0),
    ):
        found.append(Goal(title, "ms", most, work[name]))
    for players in ("1000", "10000"):
        title = f"gains of {int(players):,} players by the API, with a third read for faults"
        found.append(Goal(title, "ms", None, work[f"gains_{players}"]))
    ratio = work["last"] / work["second"]
    found.append(Goal("10,000 players, the 53rd snapshot", "× the 2nd", 1.3, ratio))
    return found
