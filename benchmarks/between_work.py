"""Our own work for what lies between snapshots, without the machine's disk; prints JSON.

Milliseconds of CPU time, as in own_work.py: answers from a lake in memory (52 weekly scans of 1,000
players; two and 53 of 10,000), and what the ingestion of a scan costs with few and many before it.
The best of many tries, in turns: other machines on the same processor slow a try down by half.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.own_work import MemoryStore, best
from tests.between.lake import as_csv
from tests.between.weeks import Kingdom, Week

WEEKS = 52
ROUNDS = 8


class Lake(NamedTuple):
    """A lake of some weekly scans.

    Attributes:
        objects: what is in it.
        week: the scan that comes after its newest.
        regular: a player who is in all of them.
    """

    objects: dict[str, bytes]
    week: Week
    regular: int


class Turn(NamedTuple):
    """What is measured by turns, so many times one after the other.

    Attributes:
        tries: so many times.
        measures: each gives milliseconds.
    """

    tries: int
    measures: Mapping[str, Callable[[], float]]


def weeks_of(seed: int, players: int) -> list[Week]:
    """The scans of a year and a week, all of them older than the lake in memory."""
    weeks = Kingdom(seed, players).weeks(WEEKS + 1)
    return [week._replace(day=week.day - timedelta(weeks=WEEKS + 1)) for week in weeks]


def ingest(store: MemoryStore, week: Week) -> float:
    """Ingest a week's scan; the CPU time of it."""
    from chalicelib import config
    from chalicelib.ingest.pipeline import ingest_key
    from chalicelib.lake.keys import Partition

    key = f"inbox/{Partition(51, week.day).path}/players.csv"
    store.objects[key] = as_csv(week.players)
    gc.collect()
    start = time.process_time()
    done = ingest_key(store, key, config.load({}))
    took = (time.process_time() - start) * 1000
    assert done is not None
    assert done.published
    return took


def again(lake: Lake) -> float:
    """An ingestion of its next scan; its objects stay as they are."""
    store = MemoryStore()
    store.objects = dict(lake.objects)
    return ingest(store, lake.week)


def asked(
    objects: dict[str, bytes], engine: str, path: str, query: dict[str, str], **parts: str
) -> Callable[[], float]:
    """Measures what a request costs, from the parsed query to the body."""
    from chalicelib import config
    from chalicelib.api import operation, routes
    from chalicelib.api.http import Request, respond
    from chalicelib.catalog.lake_catalog import LakeCatalog
    from chalicelib.engines.open import open_engine
    from chalicelib.threads.deadline import Deadline

    settings = config.load({"QUERY_ENGINE": engine})
    store = MemoryStore()
    store.objects = objects
    opened = open_engine(settings, store)
    request = Request(parts, {name: [value] for name, value in query.items()})

    def answer() -> Any:
        backend = operation.Backend(
            settings.query_engine,
            lambda: LakeCatalog(store),
            lambda: opened,
            Deadline.after(60),
            lambda: store,
        )
        return respond(routes.BY_PATH[path], request, backend)

    first = answer()
    assert first.status == 200, first.body
    return partial(best, answer, 5)


def lakes(seed: int, players: int) -> tuple[Lake, Lake]:
    """A lake with one scan, and one with 52; with each the scan that comes next."""
    store = MemoryStore()
    first, second, *middle, last = weeks_of(seed, players)
    everybody = ({player["id"] for player in week.players} for week in (first, second, *middle))
    regular = min(set.intersection(*everybody))
    ingest(store, first)
    young = Lake(dict(store.objects), second, regular)
    for week in (second, *middle):
        ingest(store, week)
    return young, Lake(store.objects, last, regular)


def turns() -> list[Turn]:
    """What is measured."""
    kingdom = "/v1/kingdoms/{kingdom}"
    board, gains = f"{kingdom}/leaderboards/{{metric}}", f"{kingdom}/gains/{{metric}}"
    since = {"since": "previous", "with": "power,kills,deaths"}
    dkp = {"kingdom": "51", "metric": "dkp"}
    _, small = lakes(1, 1_000)
    young, large = lakes(2, 10_000)
    history, player = f"{kingdom}/players/{{player}}", str(small.regular)
    search = {"search": "jr"}
    answers = {
        "changes": asked(small.objects, "boards", f"{kingdom}/changes", {}, kingdom="51"),
        "gains_1000": asked(small.objects, "arrow", gains, {}, **dkp),
        "history": asked(small.objects, "boards", history, {}, kingdom="51", player=player),
        "since_arrow": asked(small.objects, "arrow", board, since, **dkp),
        "since_boards": asked(small.objects, "boards", board, since, **dkp),
        "gains_10000": asked(large.objects, "arrow", gains, {}, **dkp),
        "search": asked(large.objects, "boards", f"{kingdom}/players", search, kingdom="51"),
    }
    return [
        Turn(25, {"ingest_1000": partial(again, small)}),
        Turn(6, {"second": partial(again, young), "last": partial(again, large)}),
        *(Turn(1, {name: ask}) for name, ask in answers.items()),
    ]


def main() -> None:
    """Measure all of it, in turns."""
    taken = turns()
    # The scans of this script are not the function's: its collector does not go through them.
    gc.collect()
    gc.freeze()
    found: dict[str, float] = {}
    for turn in taken * ROUNDS:
        for name, measure in [*turn.measures.items()] * turn.tries:
            found[name] = min(found.get(name, inf), measure())
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
