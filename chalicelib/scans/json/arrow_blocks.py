"""JSON objects by pyarrow's parser, a block at a time: where one can be cut, and what is in it.

A block may be cut at what only looks like an object's end, in a string or deep in an object. Then
it is no JSON, which the parser finds.
"""

import re
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.json as pajson

from chalicelib import kernels

# The most cells that pyarrow is asked to make of a block, absent ones included.
_MAX_CELLS: Final = 4_000_000
_TWO_ON_A_LINE: Final = re.compile(rb"\}[ \t]*\{")
# Where one object of a list ends and the next one starts, or a string that looks like it.
_BETWEEN: Final = re.compile(rb"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_LIST: Final = "list"


def after_last_line(block: bytes) -> int:
    """Where the last line starts that a block does not end; 0 when it ends none."""
    return block.rfind(b"\n") + 1


def after_last_object(block: bytes) -> int:
    """Where the last object of a list starts that has another and a comma before it; 0 for none."""
    end = len(block)
    while (end := block.rfind(b"}", 0, end)) >= 0:
        if between := _BETWEEN.match(block, end):
            return between.end()
    return 0


def parse_lines(block: bytes, player: pa.Schema) -> pa.RecordBatch | None:
    """Lines with one object each, or None where pyarrow's types cannot hold them.

    Args:
        block: whole lines.
        player: the objects' keys and what must be under each; others are refused.
    """
    if _TWO_ON_A_LINE.search(block) or block.count(b"\n") * len(player) > _MAX_CELLS:
        return None
    players = _parse(block, player)
    return None if players is None or _has_no_json(players.columns) else players


def parse_list(block: bytes, player: pa.Schema) -> pa.RecordBatch | None:
    """A part of a list of objects, or None where pyarrow's types cannot hold them.

    It is made a list of its own, in an object of its own, so that the parser sees to its commas:
    cutting the text at them first takes half as long as parsing it. If this is one object with one
    list in it, then no list has ended within the block.

    Args:
        block: objects, a comma behind each of them.
        player: the objects' keys and what must be under each; others are refused.
    """
    if block.count(b"{") * len(player) > _MAX_CELLS:
        return None
    objects = memoryview(block)[: block.rindex(b",")]
    text = b"".join((b'{"%b":[' % _LIST.encode(), objects, b"]}"))
    one = _parse(text, pa.schema([(_LIST, pa.list_(pa.struct(list(player))))]))
    if one is None or one.num_rows != 1:
        return None
    players = one.column(_LIST).flatten()
    if players.null_count or _has_no_json(players.flatten()):
        return None
    return pa.RecordBatch.from_struct_array(players)


def _parse(block: bytes, schema: pa.Schema) -> pa.RecordBatch | None:
    try:
        table = pajson.read_json(
            pa.BufferReader(block),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pajson.ParseOptions(
                # An unexpected field is never inferred: it may be nested beyond any stack.
                explicit_schema=schema,
                unexpected_field_behavior="error",
            ),
        )
    # UnicodeError: pyarrow's message may hold a cut character.
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeError):
        return None
    batch = table.combine_chunks().to_batches()
    return batch[0] if batch else None


def _has_no_json(columns: Iterable[pa.Array]) -> bool:
    """Whether pyarrow let NaN or an infinity pass, which are no JSON."""
    return any(
        kernels.is_finite(column).false_count
        for column in columns
        if pa.types.is_floating(column.type)
    )
