"""Where a board can be seen: its address where that is known, else the command that shows it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chalicelib.cli.arguments.shared import PROG
from chalicelib.config import Settings
from chalicelib.errors import LeaderboardError
from chalicelib.lake.store import Store

_ROOT: Final = Path(__file__).resolve().parents[3]
_RECORDS: Final = "deploy/"
"""Where a deployment writes down what it made, in the lake itself (`tools/deploy/state.py`)."""
_MAX_BYTES: Final = 1024 * 1024


def board_of(store: Store, settings: Settings, report: Mapping[str, Any]) -> tuple[str, str]:
    """A label and the address, or the command, for the board of an accepted upload."""
    kingdom, day = report["kingdom"], report["snapshot_date"]
    metric = "dkp" if (report.get("dkp") or {}).get("basis") in ("file", "formula") else "power"
    api = _api_of(store, settings)
    if api is not None:
        return "board", f"{api}/v1/kingdoms/{kingdom}/leaderboards/{metric}?date={day}"
    return "see it by", f"{PROG} board {metric} --kingdom {kingdom} --date {day}"


def _api_of(store: Store, settings: Settings) -> str | None:
    """The address of the API that answers from a lake in S3; None if none, or several, are known.

    What `chalice local` serves is not known here: nobody writes down on which port.
    """
    if not settings.lake_uri.startswith("s3://"):
        return None
    found = _addresses(_recorded(store)) or _addresses(_remembered(settings))
    return found.pop() if len(found) == 1 else None


def _recorded(store: Store) -> list[bytes]:
    """The records of deployments in the lake; officers may not read them."""
    try:
        keys = [info.key for info in store.list_objects(_RECORDS) if info.key.endswith(".json")]
        bodies = []
        for key in keys[:2]:
            with store.open(key, length=_MAX_BYTES) as reader:
                bodies.append(reader.read())
    except LeaderboardError:
        return []
    return bodies


def _remembered(settings: Settings) -> list[bytes]:
    """The records of deployments from this directory whose stage has the same lake."""
    folder = _ROOT / ".chalice"
    try:
        stages = json.loads((folder / "config.json").read_bytes())["stages"]
        names = [
            name
            for name, stage in stages.items()
            if stage.get("environment_variables", {}).get("LAKE_URI") == settings.lake_uri
        ]
        paths = [folder / "deployed" / f"{name}.json" for name in names]
        return [path.read_bytes() for path in paths if path.is_file()]
    except (OSError, ValueError, KeyError, AttributeError):
        return []


def _addresses(records: list[bytes]) -> set[str]:
    found = set()
    for record in records:
        try:
            resources = json.loads(record)["resources"]
            found |= {one["rest_api_url"].rstrip("/") for one in resources if "rest_api_url" in one}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return {url for url in found if url.startswith("https://")}
