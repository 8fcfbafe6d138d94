"""`record_hash` (contract, section 4): one hash for one record, whatever file it came in."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from chalicelib.players.schema import COLUMN_NAMES

HASH_DIGITS: Final = 32
SEPARATOR: Final = "\x1f"


def record_hashes(columns: Mapping[str, pa.Array], length: int) -> pa.Array:
    """The hash of each row.

    The first 32 hexadecimal digits of the SHA-256 over the player columns' values in schema
    order, each as text (integers in base 10, null as nothing), joined by 0x1F, with 0x1F at the
    end removed, in UTF-8. In Athena: `sha256(to_utf8(…))`.

    Args:
        columns: player columns by name; those that are not there count as null.
        length: how many rows.
    """
    texts = []
    # Columns after the last one that is there would only add 0x1F at the end.
    last = max((COLUMN_NAMES.index(name) for name in columns if name in COLUMN_NAMES), default=0)
    for name in COLUMN_NAMES[: last + 1]:
        column = columns.get(name)
        texts.append(pa.scalar("") if column is None else pc.cast(column, pa.string()))
    joined = pc.binary_join_element_wise(
        *texts, SEPARATOR, null_handling="replace", null_replacement=""
    )
    records = pc.cast(pc.ascii_rtrim(joined, SEPARATOR), pa.binary())
    return pa.array([sha256(record).hexdigest()[:HASH_DIGITS] for record in records.to_pylist()])
