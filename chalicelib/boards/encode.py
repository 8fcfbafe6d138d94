"""Writing the boards object; `chalicelib.boards.document` tells its layout and reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import END, digest, title
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import Ranked
from chalicelib.boards.snapshot import Snapshot

_COMPACT: Final = (",", ":")


def encode(snapshot: Snapshot, boards: Mapping[str, Ranked]) -> bytes:
    """The object's bytes: the same facts and boards give the same bytes.

    Args:
        snapshot: the run's facts.
        boards: every metric's board with its first (at most 1,000) entries.
    """
    index: dict[str, dict[str, int]] = {}
    line = 2
    for metric in METRIC_NAMES:
        total, page = boards[metric]
        index[metric] = {"total": total, "first": line, "lines": page.num_rows}
        line += page.num_rows + 1
    rest: list[bytes | memoryview] = [b'"entries": {']
    texts = _lines([boards[metric].page for metric in METRIC_NAMES])
    for metric, text in zip(METRIC_NAMES, texts, strict=True):
        rest += [b"]," if len(rest) > 1 else b"", title(metric), text, b"\n" if text else b""]
    rest.append(END)
    head = (
        f'{{"snapshot": {_dumps(snapshot.as_json())}, "boards": {_dumps(index)}, '
        f'"sha256": "{digest(rest)}",\n'
    )
    return b"".join([head.encode(), *rest])


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=_COMPACT)


def _lines(pages: Sequence[pa.Table]) -> list[memoryview]:
    """Each page's entries as JSON objects, a line each, with a comma before each line end.

    Written by kernels, for all pages at once: an object of Python for every entry, only to write
    it down, took more than half of the ingestion of a small scan.
    """
    entries = pa.concat_tables(pages).combine_chunks()
    rank, position, player, value = (
        kernels.cast(entries[name].combine_chunks(), pa.string())
        for name in ("rank", "position", "id", "value")
    )
    name, alliance = (_json_texts(entries[name].combine_chunks()) for name in ("name", "alliance"))
    parts = [
        *('{"rank":', rank),
        *(',"position":', position),
        *(',"id":', player),
        *(',"name":', name),
        *(',"alliance":', alliance),
        *(',"value":', value),
        "}",
    ]
    ends = [0]
    for page in pages:
        ends.append(ends[-1] + page.num_rows)
    lines = kernels.join_rows(parts, "")
    joined = kernels.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), lines), ",\n")
    return [memoryview(text.as_buffer()) for text in joined]


def _json_texts(texts: pa.Array) -> pa.Array:
    """Texts as JSON strings, null as `null`.

    Every distinct text is encoded once, all of them in one call: a player stands on five boards,
    and an alliance has many players.
    """
    distinct = kernels.dictionary_encode(texts)
    values = distinct.dictionary.to_pylist()
    # A JSON string has no line end in it, so this one is found between two strings only.
    encoded = json.dumps(values, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n")
    return kernels.fill_null(kernels.take(pa.array(encoded, pa.string()), distinct.indices), "null")
