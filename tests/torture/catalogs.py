"""The catalogs that the model expects, put together by hand from the uploads (docs/keys.md).

Only what they say: the ETags of the objects that they were made of stand at their ends, and are no
part of it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from chalicelib.boards.snapshot import Snapshot
from tests.torture.uploads import METRICS, Upload
from tests.torture.views import views_of

KINGDOMS_KEY: Final = "catalog/source=rok_players/kingdoms.json"


def snapshots_key(kingdom: int) -> str:
    """Where a kingdom's catalog is."""
    return f"catalog/source=rok_players/kingdom={kingdom}/snapshots.json"


def version_of(upload: Upload) -> str:
    """The version of what an upload publishes."""
    assert upload.partition is not None
    kingdom, day = upload.partition
    if upload.run_id not in _versions:
        facts = facts_of(upload)
        found = Snapshot.from_json(facts, kingdom, date.fromisoformat(day), "the boards")
        _versions[upload.run_id] = found.version
    return _versions[upload.run_id]


_versions: Final[dict[str, str]] = {}


def expected_catalogs(newest: Iterable[Upload]) -> dict[str, bytes]:
    """What every catalog of a lake says.

    Args:
        newest: the event that each date's views are made of, in any order. A withdrawn date is
            in no catalog; a kingdom that has no other keeps an empty one, and is not listed.
    """
    kingdoms: dict[int, dict[str, Upload]] = {}
    for event in newest:
        assert event.partition is not None
        kingdom, day = event.partition
        shown = kingdoms.setdefault(kingdom, {})
        if event.accepted:
            shown[day] = event
    expected = {
        snapshots_key(kingdom): _snapshots(kingdom, kingdoms[kingdom]) for kingdom in kingdoms
    }
    if kingdoms:
        expected[KINGDOMS_KEY] = _kingdoms(
            {kingdom: max(days) for kingdom, days in sorted(kingdoms.items()) if days}
        )
    return expected


def _snapshots(kingdom: int, uploads: Mapping[str, Upload]) -> bytes:
    head = f'{{"kingdom": {kingdom}, "count": {len(uploads)}, "snapshots": [\n'
    return (head + _listed([_line(uploads[day]) for day in sorted(uploads, reverse=True)])).encode()


def _line(upload: Upload) -> str:
    assert upload.partition is not None
    assert upload.scan.players is not None
    kingdom, day = upload.partition
    entry: dict[str, Any] = {
        "snapshot_date": day,
        "players": len(upload.scan.players),
        "run_id": upload.run_id,
        "version": version_of(upload),
        "ingested_at": upload.ingested_at,
        "known": {metric: len(upload.ranking(metric)) for metric in METRICS},
        "run_ts": upload.run_ts,
        "kingdom": kingdom,
        "dkp": facts_of(upload)["dkp"],
        "rules": 2,
    }
    text = _compact(entry)[:-1]
    return f'{text},"check":"{hashlib.sha256(text.encode()).hexdigest()[:16]}"}}'


def _kingdoms(latest: Mapping[int, str]) -> bytes:
    lines = ",\n".join(
        _compact({"kingdom": kingdom, "latest": day}) for kingdom, day in latest.items()
    )
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return f'{{"sha256": "{digest}", "kingdoms": [\n{_listed([lines] if lines else [])}'.encode()


def _listed(lines: Sequence[str]) -> str:
    return ",\n".join(lines) + "\n" if lines else ""


def facts_of(upload: Upload) -> dict[str, Any]:
    """What the boards say of an upload's snapshot; see `tests.torture.views`."""
    facts: dict[str, Any] = json.loads(views_of(upload).boards)["snapshot"]
    return facts


def _compact(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
