"""What the model expects in `changes/`: of each date, made of it and of the two snapshots before.

Which snapshots those are is the model's own; what happened between them is told by the product's
pure functions, which other tests hold against an independent calculation. Here their result is
kept, and compared with the players that the scans were made of.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import pyarrow.parquet as pq

from chalicelib.changes.summary import decode, encode
from chalicelib.changes.table import no_changes
from chalicelib.lake import keys
from chalicelib.lake.store import bytes_of
from chalicelib.views.changes import changes_between
from chalicelib.views.changes_file import decode_summary, encode_changes
from chalicelib.views.curated_file import CuratedFile, open_file
from tests.torture.uploads import Partition, Upload
from tests.torture.views import views_of

_made: Final[dict[tuple[str, ...], tuple[bytes, bytes]]] = {}


def expected_changes(newest: Mapping[Partition, Upload]) -> dict[str, bytes]:
    """All objects in `changes/` of a lake.

    Args:
        newest: the event that each date's views are made of; a withdrawn date has no changes.
    """
    expected = {}
    for (kingdom, day), event in newest.items():
        before = [
            newest[other]
            for other in sorted(newest, reverse=True)
            if other[0] == kingdom and other[1] < day and newest[other].accepted
        ]
        changes, summary = _changes([event, *before[:2]] if event.accepted else [event])
        expected[f"changes/{event.path}/changes.parquet"] = changes
        expected[f"changes/{event.path}/table/changes.parquet"] = changes
        expected[f"changes/{event.path}/summary.json"] = summary
    return expected


def _changes(made_of: Sequence[Upload]) -> tuple[bytes, bytes]:
    """A date's changes and their summary, made of its own event and the snapshots before it."""
    name = tuple(upload.run_id for upload in made_of)
    if name not in _made:
        own, *before = made_of
        assert own.partition is not None
        changes = _between(_file(own), map(_file, before))
        partition = keys.Partition(own.partition[0], date.fromisoformat(own.partition[1]))
        _made[name] = changes, encode(partition.kingdom, decode_summary(changes, partition))
        _check(made_of, *_made[name])
    return _made[name]


def _between(own: CuratedFile, before: Iterator[CuratedFile]) -> bytes:
    if own.snapshot.withdrawn:
        return encode_changes(no_changes(None))
    return bytes_of(changes_between(next(before, None), own, before))


def _file(upload: Upload) -> CuratedFile:
    return open_file(views_of(upload).curated, f"curated/{upload.path}/players.parquet")


def _check(made_of: Sequence[Upload], changes: bytes, summary: bytes) -> None:
    """Hold changes against the players of the scans."""
    own, *before = made_of
    assert own.partition is not None
    rows = pq.read_table(io.BytesIO(changes))
    told = decode(summary, own.partition[0], date.fromisoformat(own.partition[1]))
    if not before:
        assert rows.num_rows == 0
        assert told is None
        return
    older = before[0]
    assert {*rows["from_run_id"].to_pylist()} <= {older.run_id}
    assert {*rows["run_id"].to_pylist()} <= {own.run_id}
    assert told is not None
    assert (told.older.snapshot.run_id, told.newer.snapshot.run_id) == (older.run_id, own.run_id)
    now, then = ({player["id"]: player for player in one.players} for one in (own, older))
    ids = {
        kind: {row["id"] for row in rows.to_pylist() if row["kind"] == kind}
        for kind in ("added", "removed", "renamed")
    }
    assert ids["added"] == now.keys() - then.keys()
    assert ids["removed"] == then.keys() - now.keys()
    names = {one: (then[one]["name"], now[one]["name"]) for one in now.keys() & then.keys()}
    renamed = {one for one, both in names.items() if None not in both and both[0] != both[1]}
    assert ids["renamed"] == renamed
    assert {one.id for one in (*told.arrived, *told.came_into_view)} == ids["added"]
