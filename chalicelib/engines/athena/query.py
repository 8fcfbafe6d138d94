"""The one SQL statement that is sent to Athena: a page of a board of one run of one snapshot.

Whatever varies stands in its text, and is a number, a date or a name of a fixed form that is
checked first. No execution parameters: Athena gives a kept answer again to the same query string,
and does not say that it looks at the parameters too
(https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html). Both partition keys are
always bound: without them Athena would list a folder for every kingdom and day there can be.
"""

import re
from datetime import date
from typing import Final

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.limits import MAX_KINGDOM

# The row at position 1 is always there: it carries the total also for a page beyond the last.
# The version keeps answers apart that Athena gives again: a run has other rows under other weights.
_TEXT: Final = """\
SELECT rank, position, id, name, alliance, value, total, kingdom, dt, run_id,
    '{version}' AS version
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
_VERSION: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_RUN_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}", re.ASCII)


class BoardQuery:
    """A page of a board as a query; it cannot be made with anything that is not checked.

    Its answer has the page's rows in order, before them the row at position 1, and also the rows of
    players whose value is null, which come last and are not ranked. It is empty when the snapshot
    is not of this run (any more).

    Attributes:
        table: the setting `ATHENA_TABLE`.
        metric: one of the metrics' names.
        kingdom: 1 to 99999.
        day: the snapshot's date.
        run_id: the run whose rows are wanted; an answer that Athena kept is never of another one.
        version: of the snapshot (`chalicelib.boards.snapshot.Snapshot.version`).
        first: the first position that is wanted, from 1.
        last: the last one.
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
        first: int,
        last: int,
    ) -> None:
        """Refuse whatever may not get into SQL.

        Raises:
            ValueError: a part is not what it must be.
        """
        self.table = table
        self.metric = metric
        self.kingdom = kingdom
        self.day = day
        self.run_id = run_id
        self.version = version
        self.first = first
        self.last = last
        is_valid = (
            _TABLE.fullmatch(table)
            and metric in METRIC_NAMES
            and all(type(number) is int and number > 0 for number in (kingdom, first, last))
            and kingdom <= MAX_KINGDOM
            and type(day) is date
            and _RUN_ID.fullmatch(run_id)
            and _VERSION.fullmatch(version)
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
    def identity(self) -> tuple[int, str, str, str]:
        """What the last columns of every row must say: kingdom, date, run and version."""
        return (self.kingdom, self.day.isoformat(), self.run_id, self.version)
