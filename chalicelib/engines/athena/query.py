"""The one SQL statement that is sent to Athena: a page of a board of one run of one snapshot.

What varies in its text comes from fixed lists; everything else is a parameter, made from a checked
number or date. Both partition keys are always bound: without them Athena would list a folder for
every kingdom and day there can be.
"""

import re
from datetime import date
from typing import Final

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.limits import MAX_KINGDOM

# The row at position 1 is always there: it carries the total also for a page beyond the last.
_TEXT: Final = """\
SELECT rank, position, id, name, alliance, value, total
FROM (
    SELECT id, name, alliance, value,
        rank() OVER (ORDER BY value DESC NULLS LAST) AS rank,
        row_number() OVER (ORDER BY value DESC NULLS LAST, id) AS position,
        count(value) OVER () AS total
    FROM (
        SELECT id, name, alliance, {metric} AS value
        FROM "{table}"
        WHERE kingdom = ? AND dt = ? AND run_id = ?
    )
)
WHERE position = 1 OR position BETWEEN ? AND ?
ORDER BY position"""

_TABLE: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
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
        self.first = first
        self.last = last
        sound = (
            _TABLE.fullmatch(table)
            and metric in METRIC_NAMES
            and all(type(number) is int and number > 0 for number in (kingdom, first, last))
            and kingdom <= MAX_KINGDOM
            and type(day) is date
            and _RUN_ID.fullmatch(run_id)
        )
        if not sound:
            raise ValueError(f"not fit for a query: {self!r}")

    def __repr__(self) -> str:
        """All its parts, for messages."""
        return f"BoardQuery({vars(self)})"

    @property
    def text(self) -> str:
        """The SQL, with a `?` for each parameter."""
        return _TEXT.format(table=self.table, metric=self.metric)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters as Athena's `ExecutionParameters`: SQL source text each."""
        return (
            str(self.kingdom),
            f"'{self.day.isoformat()}'",
            f"'{self.run_id}'",
            str(self.first),
            str(self.last),
        )
