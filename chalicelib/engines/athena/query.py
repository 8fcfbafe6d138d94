"""The SQL statement for Athena: a page of a board of one run of one snapshot.

All variable parts are in its text; each is a number, a date or a name of a fixed form, and is
validated first. No execution parameters: Athena reuses a result for the same query string, and
does not document that it compares the parameters too
(https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html). Both partition keys are
always bound: otherwise Athena would list a folder for every possible kingdom and day.
"""

import hashlib
import re
from datetime import date
from typing import Final

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.store import ObjectInfo
from chalicelib.limits import MAX_KINGDOM

# The row at position 1 is always included: it has the total, even for a page beyond the last.
# The last columns say which query the rows answer. All of it stands in the text too, so that a
# result which Athena keeps belongs to one page of one state of one file.
_TEXT: Final = """\
SELECT rank, position, id, name, alliance, value, total, kingdom, dt, run_id,
    '{version}' AS version, '{file}' AS file, '{metric}' AS metric,
    {first} AS first_position, {last} AS last_position
FROM (
    SELECT id, name, alliance, value, kingdom, dt, run_id,
        rank() OVER (ORDER BY value DESC NULLS LAST) AS rank,
        row_number() OVER (ORDER BY value DESC NULLS LAST, id) AS position,
        count(value) OVER () AS total
    FROM (
        SELECT id, name, alliance, {metric} AS value, kingdom, dt, run_id
        FROM "{table}"
        WHERE kingdom = {kingdom} AND dt = '{day}' AND run_id = '{run_id}'
    )
)
WHERE position = 1 OR position BETWEEN {first} AND {last}
ORDER BY position"""

_TABLE: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_RUN_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}", re.ASCII)


class BoardQuery:
    """A page of a board as a query; its constructor validates every part.

    The result has the page's rows in order, before them the row at position 1, and also the rows of
    players whose value is null, which come last and are not ranked. It is empty if the snapshot is
    not (or no longer) of this run.

    Attributes:
        table: the setting `ATHENA_TABLE`.
        metric: one of the metrics' names.
        kingdom: 1 to 99999.
        day: the snapshot's date.
        run_id: the run.
        version: of the snapshot (`chalicelib.boards.snapshot.Snapshot.version`); a run has other
            rows under other weights.
        file: the state of the curated file (`file_state`), as it is before the query.
        first: the first position of the page, from 1.
        last: the last position of the page.
    """

    def __init__(
        self,
        *,
        table: str,
        metric: str,
        kingdom: int,
        day: date,
        run_id: str,
        version: str,
        file: str,
        first: int,
        last: int,
    ) -> None:
        """Validate all parts, because they become part of the SQL.

        Raises:
            ValueError: a part is not valid.
        """
        self.table = table
        self.metric = metric
        self.kingdom = kingdom
        self.day = day
        self.run_id = run_id
        self.version = version
        self.file = file
        self.first = first
        self.last = last
        is_valid = (
            all(type(text) is str for text in (table, metric, run_id, version, file))
            and _TABLE.fullmatch(table)
            and metric in METRIC_NAMES
            and all(type(number) is int and number > 0 for number in (kingdom, first, last))
            and kingdom <= MAX_KINGDOM
            and type(day) is date
            and _RUN_ID.fullmatch(run_id)
            and _HEX.fullmatch(version)
            and _HEX.fullmatch(file)
        )
        if not is_valid:
            raise ValueError(f"not fit for a query: {self!r}")

    def __repr__(self) -> str:
        """All its parts, for messages."""
        return f"BoardQuery({vars(self)})"

    @property
    def text(self) -> str:
        """The SQL."""
        return _TEXT.format_map(vars(self))

    @property
    def identity(self) -> tuple[int | str, ...]:
        """The expected last columns of every row: kingdom, date, run and so on, to the page."""
        snapshot = (self.kingdom, self.day.isoformat(), self.run_id, self.version, self.file)
        return (*snapshot, self.metric, self.first, self.last)


def file_state(info: ObjectInfo) -> str:
    """16 hexadecimal digits that stand for one write of a file.

    They do not come again, even when a file gets its old bytes back: the second of the write is in
    them. So a result that Athena kept while another file was there in between is never reused.
    """
    text = f"{info.etag} {info.last_modified.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
