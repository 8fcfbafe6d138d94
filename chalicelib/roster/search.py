"""Lists of a roster's players: by a part of a name, by an id, or who is idle.

On columns; only a page is made into records.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.errors import BadParameterError
from chalicelib.limits import MAX_INTEGER
from chalicelib.roster.answers import Found, Listed
from chalicelib.roster.file import RosterFile
from chalicelib.roster.ledger import day_scalar
from chalicelib.roster.names import fold

FORMER_FOLDED: Final = "former.list.element.folded"
_FORMER_NAME: Final = "former.list.element.name"
_EPOCH: Final = date(1970, 1, 1).toordinal()
_ORDER: Final = [("power", "descending"), ("id", "ascending")]


def search(file: RosterFile, text: str, alliance: str | None, limit: int, offset: int) -> Found:
    """See `Roster.search`; reads ids, folded names and powers, and of a page the rest."""
    part = fold(text)
    if not part:
        raise BadParameterError("search must have a letter, a digit or another sign in it")
    try:
        part.encode()
    except UnicodeEncodeError:
        raise BadParameterError("search must be Unicode text") from None
    folded, former = file.read("folded", FORMER_FOLDED)
    older = kernels.list_flatten(former).field(0)
    owners = kernels.list_parent_indices(former)
    classes = [
        _either(_rows(test(folded, part)), kernels.take(owners, _rows(test(older, part))))
        for test in (kernels.equal, kernels.starts_with, kernels.match_substring)
    ]
    classes[-1] = _either(classes[-1], _of_id(file, part))
    total, rows = _page(file, classes, alliance, limit, offset)
    return Found(total, _listed(file, rows, part))


def idle_since(file: RosterFile, day: date, alliance: str | None, limit: int, offset: int) -> Found:
    """See `Roster.idle_since`."""
    if not file.days:
        return Found(0, [])
    first, last, changed = file.read("first_seen", "last_seen", "last_changed")
    present = kernels.equal(last, day_scalar(file.days[-1]))
    idle = kernels.less_equal(kernels.coalesce(changed, first), day_scalar(day))
    rows = _rows(kernels.and_(present, idle))
    total, page = _page(file, [rows], alliance, limit, offset)
    return Found(total, _listed(file, page, None))


def _rows(mask: pa.Array) -> pa.Array:
    """The numbers of a mask's rows."""
    return kernels.cast(kernels.indices_nonzero(mask), pa.int64())


def _either(rows: pa.Array, others: pa.Array) -> pa.Array:
    return pa.concat_arrays([rows, others]) if len(others) else rows


def _of_id(file: RosterFile, part: str) -> pa.Array:
    """The row of the player whose id is just this text."""
    is_id = (
        part.isascii() and part.isdigit() and part[0] != "0" and len(part) <= len(str(MAX_INTEGER))
    )
    if not is_id:
        return pa.array([], pa.int64())
    return _rows(kernels.equal(file.read("id")[0], int(part)))


def _page(
    file: RosterFile,
    classes: Sequence[pa.Array],
    alliance: str | None,
    limit: int,
    offset: int,
) -> tuple[int, pa.Array]:
    """How many rows there are, and those of a page.

    Args:
        file: the roster.
        classes: numbers of rows, the best class first; a row counts in the first that has it.
        alliance: only players of just this alliance.
        limit: at most so many.
        offset: after so many.
    """
    rows = pa.array([], pa.int64())
    taken, segments = 0, []
    for one in classes:
        rows = kernels.unique(_either(rows, one))
        segments.append(rows[taken:])
        taken = len(rows)
    if alliance is not None:
        ours = kernels.equal(file.read("alliance")[0], alliance)
        segments = [kernels.filter_by(rows, kernels.take(ours, rows)) for rows in segments]
    page, before = [pa.array([], pa.int64())], 0
    for rows in segments:
        start, end = max(offset - before, 0), min(offset + limit - before, len(rows))
        if start < end:
            page.append(_sorted(file, rows)[start:end])
        before += len(rows)
    return before, pa.concat_arrays(page)


def _sorted(file: RosterFile, rows: pa.Array) -> pa.Array:
    """Rows by power descending, nulls last, then id."""
    keys = {name: kernels.take(file.read(name)[0], rows) for name in ("power", "id")}
    return kernels.take(rows, kernels.sort_indices(pa.table(keys), _ORDER))


_LISTED: Final = ("id", "name", "alliance", "power", "first_seen", "last_seen", "last_changed")


def _listed(file: RosterFile, rows: pa.Array, part: str | None) -> list[Listed]:
    """The records of some rows.

    Args:
        file: the roster.
        rows: their numbers, in order.
        part: what was searched, folded; None if nothing was.
    """
    if not len(rows):
        return []
    columns = zip(_LISTED, file.read(*_LISTED), strict=True)
    found = {name: _values(kernels.take(column, rows)) for name, column in columns}
    found["matched"] = _matched(file, rows, part)
    return [
        Listed(*values) for values in zip(*(found[name] for name in Listed._fields), strict=True)
    ]


def _values(column: pa.Array) -> list[Any]:
    """A column in Python; dates by way of their number, which saves 0.2 ms of a search's 5."""
    is_date = column.type == pa.date32()
    values: list[Any] = (kernels.cast(column, pa.int32()) if is_date else column).to_pylist()
    if not is_date:
        return values
    return [None if day is None else date.fromordinal(day + _EPOCH) for day in values]


def _matched(file: RosterFile, rows: pa.Array, part: str | None) -> list[str | None]:
    """Of each row the newest older name that fits; None where the current one does."""
    matched: list[str | None] = [None] * len(rows)
    if part is None:
        return matched
    (folded,) = file.read("folded")
    fits = kernels.match_substring(kernels.take(folded, rows), part)
    others = _rows(kernels.invert(kernels.fill_null(fits, value=False)))
    if len(others):
        # The two fields alone: dates of 19,000 players would take another 0.9 ms of a search's 5.
        of_others = kernels.take(rows, others)
        names, spans = (
            kernels.take(column, of_others).to_pylist()
            for column in file.read(_FORMER_NAME, FORMER_FOLDED)
        )
        for at, own, own_folded in zip(others.to_pylist(), names, spans, strict=True):
            fitting = (
                name["name"]
                for name, one in zip(reversed(own), reversed(own_folded), strict=True)
                if part in one["folded"]
            )
            matched[at] = next(fitting, None)
    return matched
