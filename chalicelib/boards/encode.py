"""Write the boards object; `chalicelib.boards.document` describes its layout and reads it."""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import (
    BOARD_SIZE,
    BOARDS_LINE,
    END,
    PLAYER_COLUMNS,
    PLAYERS_LINE,
    digest,
    with_check,
)
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import Boards
from chalicelib.boards.snapshot import Snapshot
from chalicelib.byte_scan import as_single_value

_COMPACT: Final = (",", ":")
_RANKS: Final = BOARD_SIZE + 1
"""Ranks are below this."""
_NO_NUMBERS: Final = pa.array([], pa.int64())
_ESCAPED: Final = bytes(range(0x20)) + b'"\\'
"""What JSON writes in another way within a string; few names have any of it."""
_HAS_ESCAPED: Final = r'[\x00-\x1f"\\]'


def encode(snapshot: Snapshot, boards: Boards) -> bytes:
    """The object's bytes: the same facts and boards give the same bytes.

    Args:
        snapshot: the run's facts.
        boards: every metric's board with its first (at most 1,000) players.
    """
    ranked = [boards.ranked[metric] for metric in METRIC_NAMES]
    orders = _stacked([one.order for one in ranked])
    # A dictionary has its values in the order of their first occurrence: each player once.
    distinct = kernels.dictionary_encode(orders.values)
    players = kernels.take(boards.players, distinct.dictionary)
    lines = [
        f'"{metric}": {{"ties":{_dumps(ties)},"order":[{order}]}}'
        for metric, ties, order in zip(
            METRIC_NAMES,
            _ties(_stacked([one.ranks for one in ranked])),
            _numbers(pa.ListArray.from_arrays(orders.offsets, distinct.indices)),
            strict=True,
        )
    ]
    rest = [BOARDS_LINE, ",\n".join(lines).encode(), b"\n", PLAYERS_LINE, _rows(players), END]
    head = {
        "snapshot": snapshot.as_json(),
        "known": {metric: boards.ranked[metric].total for metric in METRIC_NAMES},
        "columns": [*PLAYER_COLUMNS, *METRIC_NAMES],
        "sha256": digest(rest),
    }
    parts = ", ".join(f'"{name}": {_dumps(value)}' for name, value in head.items())
    return b"".join([with_check(f"{{{parts}".encode()), *rest])


def _stacked(lists: Sequence[pa.Array]) -> pa.ListArray:
    """Some lists as one array, so that a kernel goes through all of them at once."""
    ends = pa.array([0, *accumulate(map(len, lists))], pa.int32())
    return pa.ListArray.from_arrays(ends, pa.concat_arrays(lists))


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=_COMPACT)


def _ties(ranks: pa.ListArray) -> list[list[tuple[int, int]]]:
    """Of each board: each rank that several players share, with their number."""
    # Ranks of different boards are different numbers. They ascend.
    board = kernels.multiply(kernels.list_parent_indices(ranks), _RANKS)
    places = kernels.add(board, kernels.cast(ranks.values, pa.int64()))
    again = kernels.filter_by(places[1:], kernels.equal(places[1:], places[:-1]))
    shared = kernels.value_counts(again).flatten()
    found: list[list[tuple[int, int]]] = [[] for _ in range(len(ranks))]
    for rank, more in zip(*(column.to_pylist() for column in shared), strict=True):
        found[rank // _RANKS].append((rank % _RANKS, more + 1))
    return found


def _numbers(lists: pa.ListArray) -> list[str]:
    """Whole numbers with commas between them: a text of each list.

    Made by a kernel: of five boards of 1,000 players a list of them takes half a millisecond.
    """
    texts = kernels.cast(lists.values, pa.string())
    joined = kernels.binary_join(pa.ListArray.from_arrays(lists.offsets, texts), ",")
    found: list[str] = joined.to_pylist()
    return found


def _rows(players: pa.Table) -> bytes:
    """Players as JSON arrays, one per line, separated by commas.

    Made by kernels: a Python list per player would take longer than the rest of the ingestion of a
    small scan.
    """
    if not players.num_rows:
        return b""
    lines = row_texts(cell_texts([column.combine_chunks() for column in players.columns]))
    (joined,) = kernels.binary_join(_stacked([lines]), ",\n")
    return bytes(joined.as_buffer()) + b"\n"


def cell_texts(columns: Sequence[pa.Array]) -> list[pa.Array]:
    """The JSON of each value of some columns of texts or whole numbers, all of one length."""
    numbers = [column for column in columns if column.type != pa.string()]
    # All at once: a call of a kernel takes longer than the values of 1,000 players.
    digits = kernels.cast(pa.concat_arrays([_NO_NUMBERS, *numbers]), pa.string())
    digits = kernels.fill_null(digits, "null")
    length, found, start = len(columns[0]), [], 0
    for column in columns:
        if column.type == pa.string():
            found.append(_json_texts(column))
        else:
            found.append(digits.slice(start, length))
            start += length
    return found


def row_texts(cells: Sequence[pa.Array]) -> pa.Array:
    """The JSON of each row, an array, of that of its cells; one column at least."""
    parts: list[pa.Array | str] = ["["]
    for column in cells:
        parts += [column, ","]
    parts[-1] = "]"
    return kernels.join_rows(parts, "")


def _json_texts(texts: pa.Array) -> pa.Array:
    """Texts as JSON."""
    made = kernels.join_rows(['"', texts, '"'], "")
    made = kernels.if_else(kernels.is_valid(texts), made, "null")
    written = as_single_value(texts)[0].as_buffer().to_pybytes()
    if len(written.translate(None, _ESCAPED)) < len(written):
        some = kernels.fill_null(kernels.match_substring_regex(texts, _HAS_ESCAPED), value=False)
        escaped = [_dumps(text) for text in kernels.filter_by(texts, some).to_pylist()]
        made = kernels.replace_with_mask(made, some, pa.array(escaped, pa.string()))
    return made
