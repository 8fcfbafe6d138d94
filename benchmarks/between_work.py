"""Our own work for what lies between snapshots, without the machine's disk; prints JSON.

Milliseconds of CPU time, as in own_work.py: answers from a lake in memory (52 weekly scans of 1,000
players; two and 53 of 10,000), and what the ingestion of a scan costs with few and many before it.
"""

import gc
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.own_work import MemoryStore, best
from tests.between.lake import as_csv
from tests.between.weeks import Kingdom, Week

WEEKS = 52


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


def again(store: MemoryStore, week: Week, times: int) -> float:
    """The best of some ingestions of a week's scan into the same lake."""
    before = dict(store.objects)
    found = []
    for _ in range(times):
        store.objects = dict(before)
        found.append(ingest(store, week))
    return min(found)


def ask(store: MemoryStore, engine: str, path: str, query: dict[str, str], **parts: str) -> float:
    """What a request costs, from the parsed query to the body."""
    from chalicelib import config
    from chalicelib.api import operation, routes
    from chalicelib.api.http import Request, respond
    from chalicelib.catalog.lake_catalog import LakeCatalog
    from chalicelib.engines.open import open_engine
    from chalicelib.threads.deadline import Deadline

    settings = config.load({"QUERY_ENGINE": engine})
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
    return best(answer, 5)


def main() -> None:
    """Measure all of it."""
    kingdom = "/v1/kingdoms/{kingdom}"
    board, gains = f"{kingdom}/leaderboards/{{metric}}", f"{kingdom}/gains/{{metric}}"
    found: dict[str, float] = {}
    store = MemoryStore()
    *weeks, last = weeks_of(1, 1_000)
    for week in weeks:
        ingest(store, week)
    found["ingest_1000"] = again(store, last, 25)
    player = {"kingdom": "51", "player": str(weeks[0].players[0]["id"])}
    dkp = {"kingdom": "51", "metric": "dkp"}
    since = {"since": "previous", "with": "power,kills,deaths"}
    found["changes"] = ask(store, "boards", f"{kingdom}/changes", {}, kingdom="51")
    found["gains_1000"] = ask(store, "arrow", gains, {}, **dkp)
    found["history"] = ask(store, "boards", f"{kingdom}/players/{{player}}", {}, **player)
    for engine in ("arrow", "boards"):
        found[f"since_{engine}"] = ask(store, engine, board, since, **dkp)
    store = MemoryStore()
    first, second, *middle, last = weeks_of(2, 10_000)
    ingest(store, first)
    found["second"] = again(store, second, 9)
    for week in middle:
        ingest(store, week)
    found["last"] = again(store, last, 9)
    found["gains_10000"] = ask(store, "arrow", gains, {}, **dkp)
    found["search"] = ask(store, "boards", f"{kingdom}/players", {"search": "jr"}, kingdom="51")
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
