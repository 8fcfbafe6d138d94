"""Rows that are no players: a second header, and a row of sums below the list."""

import re
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.headers import meaning
from chalicelib.scans.batch import Cells

SECOND_HEADER_MESSAGE: Final = "This row is a second header: the columns' names stand here again."
SECOND_HEADER_HINT: Final = (
    "Delete this row. If a second list starts here, put its rows into a file of their own."
)
SUMS_HINT: Final = "Delete this row: it is no player. If it is one, give it its id."

# No name of the id column has a digit or is so long, so that few faulty ids are compared.
_NO_NAME: Final = r"[0-9]|^.{80}"
_NOT_COMPARED: Final = re.compile(r"[\W\d_]+")
# What a row of sums is called in many languages, without case, spaces, digits and punctuation.
_SUMS: Final = re.compile(
    "(?:grand|sub)?totals?|sums?|gesamt|summe|insgesamt|somme|totaux|total[ei]|totales|suma|soma"
    "|totais|totaal|som|toplam|итого|всего|сумма|разом|усього|jumlah|tổng(?:cộng)?|รวม|합계|총합|총계"
    "|合計|合计|总计|總計|总和|المجموع|إجمالي"
)


def second_headers(cells: Cells, faulty_ids: pa.Array) -> pa.Array | None:
    """The mask of the rows that repeat a header's words; None when there are none.

    Such a row's id cell is a name of the id column, and its name cell one of the name column.

    Args:
        cells: the batch.
        faulty_ids: boolean array, the rows whose ids are errors.
    """
    ids, names = cells.columns["id"], cells.columns["name"]
    if not (pa.types.is_string(ids.type) and pa.types.is_string(names.type)):
        return None
    other = kernels.fill_null(kernels.match_substring_regex(ids, _NO_NAME), True)
    mask = _and_means(kernels.and_not(faulty_ids, other), ids, "id")
    return None if mask is None else _and_means(mask, names, "name")


def _and_means(mask: pa.Array, cells: pa.Array, column: str) -> pa.Array | None:
    """The rows of a mask whose cells are names of a column; None when there are none."""
    if not mask.true_count:
        return None
    texts = kernels.unique(kernels.filter_by(cells, mask)).to_pylist()
    meant = [text for text in texts if text is not None and meaning(text) == column]
    if not meant:
        return None
    mask = kernels.and_(mask, kernels.is_in(cells, pa.array(meant, pa.string())))
    return mask if mask.true_count else None


def is_row_of_sums(player_id: object, name: object) -> bool:
    """Whether a row without a readable id is called "Total" or the like.

    Args:
        player_id: its id's cell.
        name: its name's cell.
    """
    has_id = isinstance(player_id, str) and bool(player_id.strip())
    word = player_id if has_id else name
    return isinstance(word, str) and bool(_SUMS.fullmatch(_NOT_COMPARED.sub("", word).lower()))


def row_of_sums_message(player_id: object) -> str:
    """What is wrong with the id of a row of sums."""
    if isinstance(player_id, str) and player_id.strip():
        return f"'{player_id.strip()[:40]}' is no id: this looks like a row of sums."
    return "The row has no id: it looks like a row of sums."
