"""What is measured, each in a fresh process: `python -m benchmarks.scale.measured NAME [ARGUMENT]`.

Prints one line of JSON: wall and CPU seconds, the most memory that was resident in MiB, the result.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from chalicelib import config
from chalicelib.lake.open import open_store


def idle_sweep(_: str) -> dict[str, Any]:
    """A sweep that finds nothing to do, as the scheduled function makes it."""
    from chalicelib.ingest.sweep import Sweep
    from chalicelib.ingest.sweeping.memory import LakeMemory

    settings = config.load()
    store = open_store(settings.lake_uri)
    sweep = Sweep(store, settings, lambda: 300.0, LakeMemory(store))
    done = [one.key for one in sweep.results()]
    return {"ingested": done, "left": sweep.left, "complete": sweep.is_complete}


def board(kingdom: str) -> dict[str, Any]:
    """A board of a kingdom's newest date, by the engine of the stage."""
    return _get(
        "/v1/kingdoms/{kingdom}/leaderboards/{metric}", {"kingdom": kingdom, "metric": "power"}
    )


def kingdoms(_: str) -> dict[str, Any]:
    """The list of kingdoms."""
    return _get("/v1/kingdoms", {})


def verify_kingdom(kingdom: str) -> dict[str, Any]:
    """`rebuild --verify` of one kingdom."""
    from chalicelib.ingest.verify import verify

    settings = config.load()
    found = [*verify(open_store(settings.lake_uri), settings, int(kingdom))]
    return {"results": len(found), "problems": [text for one in found for text in one.problems]}


def rebuild_kingdom(kingdom: str) -> dict[str, Any]:
    """`rebuild` of one kingdom."""
    from chalicelib.ingest.rebuild import rebuild

    settings = config.load()
    found = [*rebuild(open_store(settings.lake_uri), settings, int(kingdom))]
    return {"results": len(found), "problems": [text for one in found for text in one.problems]}


def verify_all(jobs: str) -> dict[str, Any]:
    """`rebuild --verify` of the whole lake, so many kingdoms at once."""
    from chalicelib.ingest.verify import verify

    settings = config.load()
    found = [*verify(open_store(settings.lake_uri), settings, threads=int(jobs))]
    return {"results": len(found), "problems": [text for one in found for text in one.problems]}


def upload(key: str) -> dict[str, Any]:
    """One upload that lies in the inbox, as the event's function ingests it."""
    from chalicelib.ingest.pipeline import ingest_key

    settings = config.load()
    done = ingest_key(open_store(settings.lake_uri), key, settings)
    return {"status": done.report["status"] if done else None}


MEASURED: Final[Mapping[str, Callable[[str], dict[str, Any]]]] = {
    function.__name__: function
    for function in (
        *(idle_sweep, board, kingdoms, upload),
        *(verify_kingdom, rebuild_kingdom, verify_all),
    )
}


def _get(route: str, path: dict[str, str]) -> dict[str, Any]:
    from chalicelib.api import operation, routes
    from chalicelib.api.http import Request, respond
    from chalicelib.catalog.lake_catalog import LakeCatalog
    from chalicelib.engines.open import open_engine
    from chalicelib.threads.deadline import Deadline

    settings = config.load()
    store = open_store(settings.lake_uri)
    request = Request(
        path={"metric": "power", **path} if path else {}, query={}, if_none_match=None
    )
    backend = operation.Backend(
        settings.query_engine,
        lambda: LakeCatalog(store),
        lambda: open_engine(settings, store),
        Deadline.after(25),
        lambda: store,
    )
    started = time.perf_counter()
    reply = respond(routes.BY_PATH[route], request, backend)
    return {"status": reply.status, "seconds": time.perf_counter() - started}


def _peak_kib() -> int:
    """The most memory that was resident; `ru_maxrss` would start with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(name: str, argument: str = "") -> None:
    """Measure one of them."""
    started = time.perf_counter()
    result = MEASURED[name](argument)
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": round(wall, 3),
        "cpu": round(used.ru_utime + used.ru_stime, 3),
        "mib": round(_peak_kib() / 1024, 1),
        "result": result,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
