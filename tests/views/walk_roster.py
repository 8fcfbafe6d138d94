"""What stands for a roster's ledger in a walk: which files are read and noted is the product's."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from chalicelib.errors import StoreError
from chalicelib.lake.store import Store
from chalicelib.views import roster
from chalicelib.views.view import Source
from tests.views.toy_view import toy_of
from tests.views.walk_uploads import WITHDRAWN


class _Ledger(NamedTuple):
    """What stands for `chalicelib.roster.ledger.Ledger`: the colour of each snapshot."""

    colours: Mapping[date, Any]

    @property
    def days(self) -> tuple[date, ...]:
        """The snapshots' dates, oldest first."""
        return tuple(self.colours)


class _Roll(NamedTuple):
    """What stands for `chalicelib.roster.document.Roll`."""

    ledger: _Ledger
    sources: Mapping[date, str]


def stand_ins(colours: int) -> list[tuple[Any, str, Any]]:
    """What to patch: files are a few bytes, and a roster names the colours of its snapshots.

    Args:
        colours: how many there are (see `tests.views.toy_view`).
    """
    return [
        (roster, "read_curated", _read),
        (roster, "scan_of", lambda body: None if body.startswith(WITHDRAWN.encode()) else body),
        (roster, "EMPTY", _Ledger({})),
        (roster, "append", partial(_append, colours)),
        (roster, "splice", partial(_splice, colours)),
        (roster, "decode", _decode),
        (roster, "encode", _encode),
        (roster, "content_of", content_of_roster),
        (roster, "map_ordered", lambda work, items, _: map(work, items)),
    ]


def roster_of(snapshots: Iterable[tuple[date, bytes]], colours: int) -> bytes:
    """A roster's content.

    Args:
        snapshots: each date's curated file, oldest first.
        colours: how many there are.
    """
    found = _Ledger({})
    for day, body in snapshots:
        found = _append(colours, found, day, body)
    return _encode(found, {})


def content_of_roster(body: bytes) -> bytes:
    """A roster's bytes without what is noted of its sources."""
    return _encode(_decode(body).ledger, {})


def _read(store: Store, source: Source) -> bytes:
    with store.open(source.key, etag=source.etag) as reader:
        return reader.read()


def _append(colours: int, ledger: _Ledger, day: date, body: bytes) -> _Ledger:
    assert not ledger.days or ledger.days[-1] < day
    return _Ledger({**ledger.colours, day: toy_of([body], colours).decode()})


def _splice(colours: int, ledger: _Ledger, day: date, body: bytes | None, _: Any) -> _Ledger:
    others = {one: colour for one, colour in ledger.colours.items() if one != day}
    own = {} if body is None else {day: toy_of([body], colours).decode()}
    return _Ledger(dict(sorted({**others, **own}.items())))


def _encode(ledger: _Ledger, sources: Mapping[date, str]) -> bytes:
    dated = ({day.isoformat(): of[day] for day in sorted(of)} for of in (ledger.colours, sources))
    return json.dumps([*dated]).encode()


def _decode(body: bytes) -> _Roll:
    try:
        colours, sources = (
            {date.fromisoformat(day): value for day, value in dated.items()}
            for dated in json.loads(body)
        )
    except ValueError as error:
        raise StoreError(str(error)) from None
    return _Roll(_Ledger(colours), sources)
