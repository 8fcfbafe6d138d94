"""Tell a Parquet file that another version of the writer made from a damaged one."""

import io
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.snapshot import FACTS_KEY
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.views.view import Body

_MAGIC: Final = b"PAR1"


def has_same_rows(found: bytes, made: Body) -> bool:
    """Whether two Parquet files of different writers have the same columns, rows and facts.

    A new version of pyarrow may write the same rows as other bytes; its name is in the footer
    (`created_by`). Files of one writer that differ are not equal: it writes the same bytes again.
    A file that an older version of this software made may lack player columns that came later; it
    holds the same rows as far as it goes.

    Args:
        found: the stored bytes.
        made: what is made now.
    """
    expected = made if isinstance(made, bytes) else _read(made)
    if not (found.startswith(_MAGIC) and expected.startswith(_MAGIC)):
        return False
    try:
        mine, theirs = _open(found), _open(expected)
        if _facts(mine) != _facts(theirs):
            return False
        names = mine.schema_arrow.names
        lacking = [name for name in theirs.schema_arrow.names if name not in names]
        if lacking:
            return _is_older(mine.read(), theirs.read(), lacking)
        if mine.metadata.created_by == theirs.metadata.created_by:
            return False
        return bool(mine.read().equals(theirs.read()))
    # Arrow raises `OSError` for some damage too, such as a wrong page checksum.
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return False


def _is_older(mine: pa.Table, theirs: pa.Table, lacking: list[str]) -> bool:
    """Whether a file is what `theirs` was before its columns `lacking` were there."""
    if not set(lacking) <= set(COLUMN_NAMES):
        return False
    without = theirs.drop_columns(lacking)
    if any(theirs[name].null_count < theirs.num_rows for name in lacking):
        # Their values are in the hash.
        mine, without = (one.drop_columns(["record_hash"]) for one in (mine, without))
    return bool(mine.equals(without))


def _open(body: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(body), page_checksum_verification=True)


def _facts(file: pq.ParquetFile) -> bytes | None:
    found: bytes | None = (file.metadata.metadata or {}).get(FACTS_KEY)
    return found


def _read(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
