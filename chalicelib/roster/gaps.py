"""What a roster remembers of gaps: the values on both sides of each.

A gap is a row of snapshots that a player is not in, before one that has the player: between two of
them, or before the first. A snapshot that comes into a gap later, or beside it, is compared with
what lies on its other side. Where that is near, its file is read; of long gaps it is remembered
here, so that a late upload reads a few files whatever came before.

The gaps that end at one snapshot are packed together: a Parquet file of one column, since it has
to be short for a single player too.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Final, NamedTuple

import pyarrow as pa
from pyarrow import _parquet

from chalicelib import kernels
from chalicelib.changes.growing import GROWING
from chalicelib.errors import StoreError
from chalicelib.roster.columns import Columns, keep, pick, stack

NEAR: Final = 1
"""Gaps of up to so many snapshots are not remembered: that many files and one are read on each
side. None would cost two files less a late upload, and more than double what is remembered: most
gaps are those of one scan that was not deep."""

_KEY: Final = b"rok_gaps"
_COLUMN: Final = "value"
_RIGHT: Final = ">"
_DIGITS: Final = 16


class Gaps(NamedTuple):
    """The long gaps that end at one snapshot, by the players' ids.

    Attributes:
        ids: the players.
        left: their alliance, power and counters in the last snapshot before the gap; null before
            their first.
        right: their counters in the snapshot that ends it.
    """

    ids: pa.Array
    left: Columns
    right: Columns


class Packed(NamedTuple):
    """Gaps that end at one snapshot, as bytes; empty for none.

    Attributes:
        body: the bytes.
        digest: the start of their hash.
    """

    body: bytes | memoryview
    digest: str


NO_GAPS: Final = Packed(b"", "")


def digest_of(body: bytes | memoryview) -> str:
    """The start of some bytes' hash."""
    return hashlib.sha256(body).hexdigest()[:_DIGITS]


def pack(gaps: Gaps) -> Packed:
    """Gaps that end at the same snapshot, in the order of the players' ids."""
    if not len(gaps.ids):
        return NO_GAPS
    names: dict[str, list[str]] = {"alliances": []}
    columns = {"id": gaps.ids}
    if "alliance" in gaps.left:
        codes = kernels.dictionary_encode(gaps.left["alliance"])
        columns["alliance"] = kernels.cast(codes.indices, pa.int64())
        names["alliances"] = codes.dictionary.to_pylist()
    columns |= {name: gaps.left[name] for name in ("power", *GROWING) if name in gaps.left}
    columns |= {_RIGHT + name: gaps.right[name] for name in GROWING if name in gaps.right}
    known = {name: of for name, of in columns.items() if of.null_count < len(of)}
    names["columns"] = [*known]
    table = pa.table({_COLUMN: pa.concat_arrays([*known.values()])})
    sink = pa.BufferOutputStream()
    writer = _parquet.ParquetWriter(
        sink,
        table.schema,
        writer_engine_version="V2",
        version="2.6",
        compression="none",
        use_dictionary=False,
        column_encoding="DELTA_BINARY_PACKED",
        store_schema=False,
        write_statistics=False,
    )
    writer.write_table(table, row_group_size=table.num_rows)
    writer.add_key_value_metadata({_KEY: json.dumps(names, separators=(",", ":"))})
    writer.close()
    body = sink.getvalue().to_pybytes()
    return Packed(body, digest_of(body))


def unpack(packed: Packed) -> Gaps:
    """Gaps as they were packed.

    Raises:
        StoreError: they are damaged.
    """
    if not packed.body:
        return Gaps(pa.array([], pa.int64()), {}, {})
    if digest_of(packed.body) != packed.digest:
        raise StoreError("what it remembers of gaps is not what was written")
    reader = _parquet.ParquetReader()
    reader.open(pa.BufferReader(packed.body))
    values = reader.read_all(use_threads=False).column(0).chunk(0)
    names = json.loads(reader.metadata.metadata[_KEY])
    players = len(values) // len(names["columns"])
    columns = {
        name: values.slice(number * players, players)
        for number, name in enumerate(names["columns"])
    }
    right = {
        name.removeprefix(_RIGHT): columns.pop(name)
        for name in names["columns"]
        if name.startswith(_RIGHT)
    }
    if "alliance" in columns:
        texts = pa.array(names["alliances"], pa.string())
        columns["alliance"] = kernels.take(texts, columns["alliance"])
    return Gaps(columns.pop("id"), columns, right)


def without(gaps: Gaps, ids: pa.Array) -> Gaps:
    """Gaps, but for those of some players."""
    kept = kernels.invert(kernels.is_in(gaps.ids, value_set=ids))
    left, right = keep(gaps.left, kept), keep(gaps.right, kept)
    return Gaps(kernels.filter_by(gaps.ids, kept), left, right)


def together(parts: Sequence[Gaps]) -> Gaps:
    """Gaps that end at the same snapshot, of different players, in the order of their ids."""
    ids = pa.concat_arrays([part.ids for part in parts])
    order = kernels.sort_indices(ids, [("", "ascending")])
    left = stack([(len(part.ids), part.left) for part in parts])
    right = stack([(len(part.ids), part.right) for part in parts])
    return Gaps(kernels.take(ids, order), pick(left, order), pick(right, order))
