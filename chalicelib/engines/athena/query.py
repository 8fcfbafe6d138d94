"""SQL statements for Athena about one run of one snapshot: a page of its board, and standings.

How their parts get into the text: see `chalicelib.engines.athena.parts`. All that is asked for
stands in the text, and the last columns of each row say what it answers, so that a result which
Athena keeps belongs to one request about one state of one file.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from chalicelib.boards.request import BoardRequest
from chalicelib.engines.athena.parts import (
    Source,
    asked,
    check_ids,
    check_request,
    membership,
    number_or_null,
    weighted,
)

# The row at place 1 is always included: it tells the total, and whether a counter is known of
# anybody, even for a page beyond the last. Members of the alliance come first, so that a member's
# place is the position, and there is a row even where nobody is a member.
_BOARD: Final = """\
SELECT rank, place, id, name, alliance, value, total, around, me, nobody{values},
    kingdom, dt, run_id, '{version}' AS version, '{file}' AS file, '{asked}' AS asked
FROM (
    SELECT rank, place, id, name, alliance, value, total, nobody{values}, kingdom, dt, run_id,
        max(CASE WHEN id = {around} AND place <= total THEN place END) OVER () AS around,
        max(CASE WHEN id = {me} AND place <= total THEN place END) OVER () AS me
    FROM (
        SELECT id, name, alliance, value, nobody{values}, kingdom, dt, run_id,
            rank() OVER (ORDER BY value DESC NULLS LAST) AS rank,
            row_number() OVER (ORDER BY member DESC, value DESC NULLS LAST, id) AS place,
            count(CASE WHEN member = 1 THEN value END) OVER () AS total
        FROM (
            SELECT id, name, alliance, {value} AS value, {member} AS member,
                {nobody} AS nobody{columns}, kingdom, dt, run_id
            {rows}
        )
    )
)
WHERE place = 1 OR place <= total AND (place BETWEEN {first} AND {last} OR place IN (me - 1, me))
ORDER BY place"""

_STANDINGS: Final = """\
SELECT id, wanted, rank, value, found, nobody,
    kingdom, dt, run_id, '{version}' AS version, '{file}' AS file, '{asked}' AS asked
FROM (
    SELECT id, wanted, value, nobody, kingdom, dt, run_id,
        CASE WHEN value IS NOT NULL THEN rank() OVER (ORDER BY value DESC NULLS LAST) END AS rank,
        row_number() OVER (ORDER BY wanted DESC, id) AS place,
        sum(wanted) OVER () AS found
    FROM (
        SELECT id, {wanted} AS wanted, {value} AS value,
            {nobody} AS nobody, kingdom, dt, run_id
        {rows}
    )
)
WHERE place = 1 OR wanted = 1
ORDER BY place"""


class BoardQuery:
    """A page of a board as a query; its constructor validates every part.

    The result has the page's rows in order, those of `me` and of the player before it, and before
    them the first member's, or anybody's where there is none. It is empty if the snapshot is not
    (or no longer) of this run.

    Attributes:
        source: the state of the file.
        request: what is asked for.
        text: the SQL.
        identity: the expected last columns of every row.
    """

    def __init__(self, source: Source, request: BoardRequest) -> None:
        """Make the text.

        Raises:
            ValueError: a part is not valid.
        """
        check_request(request)
        self.source = source
        self.request = request
        digits = asked(request)
        self.identity = (*source.identity, digits)
        first, last = page_bounds(request)
        self.text = _BOARD.format(
            rows=source.rows,
            version=source.version,
            file=source.file,
            asked=digits,
            value=request.metric if request.weights is None else weighted(request.weights),
            nobody=first_unknown(request.weights),
            member=membership(request.alliance),
            values="".join(f", with_{name}" for name in request.values),
            columns="".join(f", {name} AS with_{name}" for name in request.values),
            around=number_or_null(request.around),
            me=number_or_null(request.me),
            first=first,
            last=last,
        )

    def __repr__(self) -> str:
        """All its parts, for messages."""
        return f"BoardQuery({self.source}, {self.request})"


class StandingsQuery:
    """Where some players stand, as a query; its constructor validates every part.

    The result has the rows of these players; where none is in the snapshot, one of anybody.

    Attributes:
        source: the state of the file.
        request: `metric` and `weights` count.
        ids: the players.
        text: the SQL.
        identity: the expected last columns of every row.
    """

    def __init__(self, source: Source, request: BoardRequest, ids: Collection[int]) -> None:
        """Make the text.

        Raises:
            ValueError: a part is not valid.
        """
        check_request(request)
        check_ids(ids)
        self.source = source
        self.request = request
        self.ids = sorted(ids)
        digits = asked(request, "standings", self.ids)
        self.identity = (*source.identity, digits)
        self.text = _STANDINGS.format(
            rows=source.rows,
            version=source.version,
            file=source.file,
            asked=digits,
            value=request.metric if request.weights is None else weighted(request.weights),
            nobody=first_unknown(request.weights),
            wanted=_one_of(self.ids),
        )

    def __repr__(self) -> str:
        """All its parts, for messages."""
        return f"StandingsQuery({self.source}, {self.request}, {self.ids})"


def _one_of(ids: Sequence[int]) -> str:
    """1 for these players, 0 for all others, as SQL, which has no empty list."""
    return f"CASE WHEN id IN ({', '.join(map(str, ids))}) THEN 1 ELSE 0 END" if ids else "0"


def page_bounds(request: BoardRequest) -> tuple[str, str]:
    """The first and last place of a page, as SQL over `around` and `total`; see `BoardRequest`."""
    if request.around is None:
        return str(request.offset + 1), str(request.offset + request.limit)
    limit = request.limit
    # NULL, and so no row, where the player of `around` is not ranked.
    offset = f"greatest(0, least(around - {1 + limit // 2}, total - {limit}))"
    return f"{offset} + 1", f"{offset} + {limit}"


def first_unknown(weights: Mapping[str, int] | None, row: str = "") -> str:
    """Which counter, from 1, is the first that is known of nobody, as SQL; 0: there is none.

    Args:
        weights: the counters.
        row: what stands before each counter's name.
    """
    cases = [
        f"WHEN count({row}{name}) OVER () = 0 THEN {number}"
        for number, name in enumerate(weights or (), 1)
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"
