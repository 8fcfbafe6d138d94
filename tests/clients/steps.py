"""What each step of a driven client must tell: the API is asked once more, without the client."""

from typing import Any, Final

from tests.browser.site import Site
from tests.clients.conftest import UNLISTED
from tests.clients.gateway import Gateway, own_answer

STEPS: Final = (
    *("board", "lists", "confirmed", "missing", "replaced", "throttled", "unavailable"),
    *("failing", "csv", "others"),
)
_KINGDOM: Final = "kingdoms/51"


def arrange(step: str, gateway: Gateway) -> None:
    """Let the gateway answer what the step is to meet."""
    throttled = own_answer("THROTTLED", 429, "Too Many Requests")
    failed = own_answer("DEFAULT_5XX", 502, "Internal server error")
    gateway.refuse = {
        "throttled": {f"/v1/{_KINGDOM}/snapshots": (2, throttled)},
        "failing": {"/v1/metrics": (1, failed)},
    }.get(step, {})


def expected(step: str, site: Site) -> Any:
    """What the step must tell."""
    board = site.api(f"{_KINGDOM}/leaderboards/dkp?limit=1000&with=power,kills&since=previous")
    if step == "board":
        wanted = ("rank", "position", "id", "name", "alliance", "value", "values")
        entries = [{name: entry[name] for name in wanted} for entry in board["entries"]]
        return {"pages": -(-len(entries) // 70), "total": len(entries), "entries": entries}
    if step == "lists":
        first, weights = board["entries"][0], board["dkp"]["weights"]
        told = " + ".join(f"{each} × {name}" for name, each in weights.items())
        return {"dkp": told, "values": first["values"], "movement": first["movement"]}
    if step == "others":
        return _others(site)
    if step == "around":
        return 2
    version = f"of version {board['version']} by now, not {'0' * 16}; start again without version"
    refusals = {
        "missing": (404, "NotFoundError", "there is no kingdom 999"),
        "replaced": (
            *(409, "ConflictError"),
            f"the snapshot of kingdom 51 of {board['snapshot_date']} is {version}",
        ),
        "failing": (502, "InternalServerError", "Internal server error"),
    }
    if step in refusals:
        status, code, message = refusals[step]
        return {"status": status, "error": {"Code": code, "Message": message}}
    return {"throttled": _throttled, "unavailable": _unavailable}[step](site)


def _throttled(site: Site) -> Any:
    snapshots = site.api(f"{_KINGDOM}/snapshots")["snapshots"]
    return {"status": 200, "waits": ["1", "1"], "snapshots": len(snapshots)}


def _unavailable(_: Site) -> Any:
    message = (
        f"kingdom {UNLISTED} has boards that no catalog lists: they are being published, or the "
        "lake must be rebuilt (python -m chalicelib rebuild)"
    )
    error = {"Code": "ServiceUnavailableError", "Message": message}
    return {"status": 503, "after": "5", "error": error}


def _others(site: Site) -> Any:
    found = site.api(f"{_KINGDOM}/players?search=a")["players"][0]
    card = site.api(f"{_KINGDOM}/players/{found['id']}")
    power = card["snapshots"][0]["ranks"]["power"]
    return {
        "days": site.api(f"{_KINGDOM}/gains/dkp")["days"],
        "joined": len(site.api(f"{_KINGDOM}/changes")["joined"]),
        "alliances": len(site.api(f"{_KINGDOM}/alliances")["alliances"]),
        "kingdoms": [51, 77],
        "name": card["names"][0]["name"],
        "rank": power["rank"],
    }


def check(step: str, told: Any, site: Site) -> None:
    """Hold what a client told against what is right."""
    if step == "confirmed":
        assert told["statuses"] == [200, 304]
        assert told["tag"].startswith('"')
    elif step == "csv":
        assert told["kind"] == "text/csv; charset=utf-8"
        header, *rows, end = told["lines"]
        assert (header, len(rows), end) == ("rank,position,id,name,alliance,value", 3, "")
    else:
        assert told == expected(step, site)
