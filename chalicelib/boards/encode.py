"""Write the boards object; `chalicelib.boards.document` describes its layout and reads it."""

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import (
    BOARDS_LINE,
    END,
    PLAYER_COLUMNS,
    PLAYERS_LINE,
    digest,
    with_check,
)
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import Ranked
from chalicelib.boards.snapshot import Snapshot

_COMPACT: Final = (",", ":")


def encode(snapshot: Snapshot, boards: Mapping[str, Ranked]) -> bytes:
    """The object's bytes: the same facts and boards give the same bytes.

    Args:
        snapshot: the run's facts.
        boards: every metric's board with its first (at most 1,000) players.
    """
    pages = [boards[metric].players for metric in METRIC_NAMES]
    players, indices = _distinct_players(pages)
    orders = _numbers(indices, [page.num_rows for page in pages])
    lines = [
        f'"{metric}": {{"ties":{_dumps(_ties(boards[metric].ranks))},"order":[{order}]}}'
        for metric, order in zip(METRIC_NAMES, orders, strict=True)
    ]
    rest = [BOARDS_LINE, ",\n".join(lines).encode(), b"\n", PLAYERS_LINE, _rows(players), END]
    head = {
        "snapshot": snapshot.as_json(),
        "known": {metric: boards[metric].total for metric in METRIC_NAMES},
        "columns": [*PLAYER_COLUMNS, *METRIC_NAMES],
        "sha256": digest(rest),
    }
    parts = ", ".join(f'"{name}": {_dumps(value)}' for name, value in head.items())
    return b"".join([with_check(f"{{{parts}".encode()), *rest])


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=_COMPACT)


def _ties(ranks: pa.Array) -> list[tuple[int, int]]:
    """Each rank that several players share, with their number."""
    counts = kernels.value_counts(ranks)
    shared = kernels.filter_by(counts, kernels.greater(counts.field("counts"), 1))
    return [*zip(*(column.to_pylist() for column in shared.flatten()), strict=True)]


def _numbers(values: pa.Array, counts: Sequence[int]) -> list[str]:
    """Whole numbers with commas between them: so many in each text.

    Made by a kernel: of five boards of 1,000 players a list of them takes half a millisecond.
    """
    ends = pa.array([0, *accumulate(counts)], pa.int32())
    texts = kernels.cast(values, pa.string())
    joined: list[str] = kernels.binary_join(pa.ListArray.from_arrays(ends, texts), ",").to_pylist()
    return joined


def _distinct_players(pages: list[pa.Table]) -> tuple[pa.Table, pa.Array]:
    """Each player of all pages once, and for each player of each page the index in that table."""
    players = pa.concat_tables(pages).combine_chunks()
    if not players.num_rows:
        return players, pa.array([], pa.int32())
    # A dictionary numbers values in the order of their first occurrence.
    indices = kernels.dictionary_encode(players["id"].combine_chunks()).indices
    # So a player is new where the number exceeds all earlier ones.
    before = kernels.cumulative_max(indices)
    later = kernels.greater(indices.slice(1), before.slice(0, len(before) - 1))
    new = pa.concat_arrays([pa.array([True], pa.bool_()), later])
    return kernels.filter_by(players, new).combine_chunks(), indices


def _rows(players: pa.Table) -> bytes:
    """Players as JSON arrays, one per line, separated by commas.

    Made by kernels: a Python list per player would take longer than the rest of the ingestion of a
    small scan.
    """
    if not players.num_rows:
        return b""
    lines = row_texts([cell_texts(players[name].combine_chunks()) for name in players.column_names])
    ends = pa.array([0, len(lines)], pa.int32())
    (joined,) = kernels.binary_join(pa.ListArray.from_arrays(ends, lines), ",\n")
    return bytes(joined.as_buffer()) + b"\n"


def cell_texts(column: pa.Array) -> pa.Array:
    """The JSON of each value of a column of texts or whole numbers."""
    is_text = column.type == pa.string()
    texts = _json_texts(column) if is_text else kernels.cast(column, pa.string())
    return kernels.fill_null(texts, "null")


def row_texts(cells: Sequence[pa.Array]) -> pa.Array:
    """The JSON of each row, an array, of that of its cells; one column at least."""
    parts: list[pa.Array | str] = ["["]
    for column in cells:
        parts += [column, ","]
    parts[-1] = "]"
    return kernels.join_rows(parts, "")


def _json_texts(texts: pa.Array) -> pa.Array:
    """Texts as JSON strings; distinct texts are encoded once, in one call."""
    distinct = kernels.dictionary_encode(texts)
    values = distinct.dictionary.to_pylist()
    # A JSON string contains no line end, so a line end only separates two strings.
    encoded = json.dumps(values, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n")
    return kernels.take(pa.array(encoded, pa.string()), distinct.indices)
