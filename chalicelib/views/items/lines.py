"""The lines of a kingdom's snapshots in its item of the table, made of its curated files."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.catalog.snapshots_document import Line, encode_line
from chalicelib.items.store import item_key
from chalicelib.lake.store import Store
from chalicelib.threads.pool import map_ordered
from chalicelib.views.curated_file import read_curated
from chalicelib.views.view import NotMadeError, Source, log_not_made

_THREADS: Final = 8


class Lines:
    """The lines of a kingdom's snapshots."""

    def __init__(self, store: Store, kingdom: int, before: Mapping[date, Line]) -> None:
        """Take over those of `before` whose file is the same."""
        self._store = store
        self._kingdom = kingdom
        self._before = before

    def of(self, files: Mapping[date, Source], *, strict: bool) -> dict[date, Line]:
        """The lines of these files; those that changed are read.

        Of a damaged one the line of before stays, since it must not hold up other dates.

        Args:
            files: the kingdom's curated files.
            strict: raise, if one is damaged: nothing of before is known.

        Raises:
            NotMadeError: a file is damaged.
        """
        same = {
            day: line
            for day, line in self._before.items()
            if day in files and line.source == files[day].etag
        }
        changed = {day: source for day, source in files.items() if day not in same}
        line = partial(self._line, strict=strict)
        made = map_ordered(line, changed.items(), _THREADS) if len(changed) > 1 else None
        lines = made or map(line, changed.items())
        found = {day: one for day, one in zip(changed, lines, strict=True) if one is not None}
        return {**same, **found}

    def _line(self, dated: tuple[date, Source], *, strict: bool) -> Line | None:
        day, source = dated
        try:
            file = read_curated(self._store, source)
            if file.snapshot.withdrawn:
                return Line(None, source.etag)
            players = file.players(METRIC_NAMES)
        except NotMadeError as error:
            if strict:
                raise
            log_not_made(item_key(self._kingdom), error)
            return self._before.get(day)
        known = {
            name: len(players) - players[name].null_count if name in players.column_names else 0
            for name in METRIC_NAMES
        }
        return Line(encode_line(file.snapshot, known), source.etag)
