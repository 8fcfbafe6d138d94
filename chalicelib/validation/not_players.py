"""Rows that are no players: a second header, and a row of sums below the list."""

import re
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.headers import meaning
from chalicelib.scans.batch import Cells

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
# A player may be called like these, but no id is.
_SUMS_IN_IDS: Final = re.compile(
    "σ|ø|averages?|avg|means?|medians?|counts?|max(?:imum)?|min(?:imum)?|durchschnitt|mittelwert"
    "|schnitt|anzahl|moyenne|promedio|media|média|ortalama|среднее|количество|平均|평균"
)
_SEEN: Final = re.compile(r"\w")


def second_headers(cells: Cells, faulty_ids: pa.Array) -> pa.Array | None:
    """The mask of the rows that repeat a header's words; None when there are none.

    The cells of id and name are names of columns, in whatever order they stand there.

    Args:
        cells: the batch.
        faulty_ids: boolean array, the rows whose ids are errors.
    """
    ids, names = cells.columns["id"], cells.columns["name"]
    if not (pa.types.is_string(ids.type) and pa.types.is_string(names.type)):
        return None
    other = kernels.fill_null(kernels.match_substring_regex(ids, _NO_NAME), True)
    mask = _and_means(kernels.and_not(faulty_ids, other), ids)
    return None if mask is None else _and_means(mask, names)


def _and_means(mask: pa.Array, cells: pa.Array) -> pa.Array | None:
    """The rows of a mask whose cells are names of columns; None when there are none."""
    if not mask.true_count:
        return None
    texts = kernels.unique(kernels.filter_by(cells, mask)).to_pylist()
    meant = [text for text in texts if text is not None and meaning(text) is not None]
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
    has_id = _has_id(player_id)
    word = player_id if has_id else name
    if not isinstance(word, str):
        return False
    word = _NOT_COMPARED.sub("", word).lower()
    return bool(_SUMS.fullmatch(word) or (has_id and _SUMS_IN_IDS.fullmatch(word)))


def _has_id(player_id: object) -> bool:
    """Whether an id's cell has anything but blanks and signs, `-`."""
    return isinstance(player_id, str) and bool(_SEEN.search(player_id))


def row_of_sums_message(player_id: object) -> str:
    """What is wrong with the id of a row of sums."""
    if isinstance(player_id, str) and _has_id(player_id):
        return f"'{player_id.strip()[:40]}' is no id: this looks like a row of sums."
    return "The row has no id: it looks like a row of sums."
