"""Tell a view that another version of the writer, or of the rules, made from a damaged one."""

import io
import json
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards import document
from chalicelib.boards.parquet import read_facts
from chalicelib.boards.snapshot import FACTS_KEY, Snapshot
from chalicelib.changes.table import BEFORE, HEADS_KEY
from chalicelib.errors import StoreError
from chalicelib.lake.store import bytes_of
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.roster.document import RESHAPED, SHAPE_KEY, VERSIONS_KEY
from chalicelib.views.view import Body, Target

_MAGIC: Final = b"PAR1"


def has_same_rows(found: bytes, made: Body) -> bool:
    """Whether two Parquet files of different writers have the same rows and facts.

    A new version of pyarrow may write the same rows as other bytes; its name is in the footer
    (`created_by`). So may a version of this software that encodes or compresses a column in another
    way. Files of one writer that differ are not equal: it writes the same bytes again.
    A file that an older version of this software made may lack player columns that came later; it
    holds the same rows as far as it goes; so does a roster of an older shape, and a file of changes
    that does not say in which snapshot its faults were looked up.

    Args:
        found: the stored bytes.
        made: what is made now.
    """
    expected = bytes_of(made)
    if not (found.startswith(_MAGIC) and expected.startswith(_MAGIC)):
        return False
    try:
        return _is_same(_open(found), _open(expected))
    # Arrow raises `OSError` for some damage too, such as a wrong page checksum.
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return False


def _is_same(mine: pq.ParquetFile, theirs: pq.ParquetFile) -> bool:
    """See `has_same_rows`."""
    if _fact(mine, FACTS_KEY) != _fact(theirs, FACTS_KEY):
        return False
    if _fact(mine, SHAPE_KEY) != _fact(theirs, SHAPE_KEY):
        return _is_roster_of(mine.read(), theirs.read())
    names = mine.schema_arrow.names
    lacking = [name for name in theirs.schema_arrow.names if name not in names]
    if lacking:
        return _is_older(mine.read(), theirs.read(), lacking)
    if not _lacks_heads(mine, theirs) and _heads(mine) != _heads(theirs):
        return False
    is_by_another = _form(mine) != _form(theirs)
    lacks_versions = _fact(mine, VERSIONS_KEY) is None and _fact(theirs, VERSIONS_KEY) is not None
    if not (is_by_another or lacks_versions or _lacks_heads(mine, theirs)):
        return False
    return bool(mine.read().equals(theirs.read()))


def made_by_older_rules(found: bytes, made: Body, target: Target) -> int | None:
    """The number of the older rules by which an object was made of the same run; else None.

    Today's rules may give other rows, so only the run is compared, and whether the object is
    undamaged in itself: by the checksums of a curated file's pages, by a boards object's digest.

    Args:
        found: the stored bytes.
        made: what is made now.
        target: which object.
    """
    if target.kingdom is None or target.day is None:
        return None
    expected = bytes_of(made)
    mine, theirs = _snapshot(found, target), _snapshot(expected, target)
    if mine is None or theirs is None or mine.rules >= theirs.rules:
        return None
    is_same_run = (mine.run_id, mine.run_ts) == (theirs.run_id, theirs.run_ts)
    return mine.rules if is_same_run else None


def _form(file: pq.ParquetFile) -> tuple[str, list[tuple[str, str, frozenset[str]]]]:
    """Who wrote a file, and how: each column's name, compression and encodings."""
    groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    form = [(one.path_in_schema, one.compression, frozenset(one.encodings)) for one in columns]
    return file.metadata.created_by, form


def _is_older(mine: pa.Table, theirs: pa.Table, lacking: list[str]) -> bool:
    """Whether a file is what `theirs` was before its columns `lacking` were there."""
    if not set(lacking) <= set(COLUMN_NAMES):
        return False
    without = theirs.drop_columns(lacking)
    if any(theirs[name].null_count < theirs.num_rows for name in lacking):
        # Their values are in the hash.
        mine, without = (one.drop_columns(["record_hash"]) for one in (mine, without))
    return bool(mine.equals(without))


def _is_roster_of(mine: pa.Table, theirs: pa.Table) -> bool:
    """Whether two rosters of different shapes say the same, in columns of one meaning in both."""
    names = [name for name in theirs.column_names if name not in RESHAPED]
    if any(name not in mine.column_names for name in names):
        return False
    return bool(mine.select(names).equals(theirs.select(names)))


def _heads(file: pq.ParquetFile) -> dict[str, Any]:
    """The heads of a file of changes; empty of any other, and of one whose heads are damaged."""
    try:
        found = json.loads(_fact(file, HEADS_KEY) or b"null")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lacks_heads(mine: pq.ParquetFile, theirs: pq.ParquetFile) -> bool:
    """Whether a file's heads are those that an older version of this software wrote."""
    expected = _heads(theirs)
    return BEFORE in expected and _heads(mine) == {
        name: value for name, value in expected.items() if name != BEFORE
    }


def _snapshot(body: bytes, target: Target) -> Snapshot | None:
    """The facts of an undamaged object of a date; None of any other."""
    kingdom, day = target.partition
    try:
        if not body.startswith(_MAGIC):
            return document.decode(body, kingdom, day).snapshot
        file = _open(body)
        file.read()
        return read_facts(file, kingdom, day)
    # Arrow raises `OSError` for some damage too, such as a wrong page checksum.
    except (StoreError, pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def _open(body: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(body), page_checksum_verification=True)


def _fact(file: pq.ParquetFile, key: bytes) -> bytes | None:
    found: bytes | None = (file.metadata.metadata or {}).get(key)
    return found
