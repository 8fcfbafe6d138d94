"""The SQL statement for Athena about two snapshots: a page of the board of gains, and suspects.

As `chalicelib.engines.athena.query`, with the rules of `chalicelib.changes` (contract, section 9).
Each of the snapshots is read once for the board and once for the suspects, which a `WITH` does not
save (Athena repeats what stands there), and the one before them once.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.formula import Measure
from chalicelib.changes.growing import GROWING, ZERO_COLUMNS
from chalicelib.engines.athena.findings_query import difference, findings
from chalicelib.engines.athena.gains_sources import GainsSources
from chalicelib.engines.athena.parts import (
    asked,
    check_request,
    membership,
    number_or_null,
    require,
    weighted,
)
from chalicelib.engines.athena.query import first_unknown, page_bounds

_WHOSE: Final = "from_kingdom, from_dt, from_run_id, to_kingdom, to_dt, to_run_id"

# Both snapshots' players side by side; who is in one of them only counts for the floors, and in
# the newer one for `tiers`. Neither snapshot is empty, so every row says of which both are.
_PAIR: Final = """\
WITH pair AS (
    SELECT coalesce(n.id, o.id) AS id, n.id AS n_id, o.id AS o_id, n.name AS name,
        n.alliance AS alliance, {sides},
        max(o.kingdom) OVER () AS from_kingdom, max(o.dt) OVER () AS from_dt,
        max(o.run_id) OVER () AS from_run_id, max(n.kingdom) OVER () AS to_kingdom,
        max(n.dt) OVER () AS to_dt, max(n.run_id) OVER () AS to_run_id
    FROM (
    SELECT id, name, alliance, kingdom, dt, run_id, {columns}
    {newer}
    ) n FULL JOIN (
    SELECT id, kingdom, dt, run_id, {columns}
    {older}
    ) o ON o.id = n.id{before}
)"""

_BEFORE: Final = """ LEFT JOIN (
    SELECT id, {growing}
    {rows}
    ) b ON b.id = n.id"""

# See `chalicelib.engines.athena.query` for places and members.
_GAINS: Final = """\
gains AS (
    SELECT rank, place, id, name, alliance, value, value_from, value_to, total, unknown,
        nobody_from, nobody_to, floor_from, floor_to{values}, {whose},
        max(CASE WHEN id = {around} AND place <= total THEN place END) OVER () AS around,
        max(CASE WHEN id = {me} AND place <= total THEN place END) OVER () AS me
    FROM (
        SELECT id, name, alliance, value, value_from, value_to, unknown,
            nobody_from, nobody_to{values}, {whose},
            rank() OVER (ORDER BY value DESC NULLS LAST) AS rank,
            row_number() OVER (ORDER BY member DESC, value DESC NULLS LAST, id) AS place,
            count(CASE WHEN member = 1 THEN value END) OVER () AS total,
            max(CASE WHEN o_nth = (o_known - 1) * 2 / 100 + 1 THEN o_power END) OVER ()
                AS floor_from,
            max(CASE WHEN n_nth = (n_known - 1) * 2 / 100 + 1 THEN n_power END) OVER ()
                AS floor_to
        FROM (
            SELECT id, name, alliance, {value} AS value, {value_from} AS value_from,
                {value_to} AS value_to, {member} AS member{with_values}, {whose},
                count(CASE WHEN n_id IS NOT NULL AND o_id IS NOT NULL AND ({is_unknown}) THEN 1 END)
                    OVER () AS unknown,
                {nobody_from} AS nobody_from, {nobody_to} AS nobody_to, o_power, n_power,
                count(o_power) OVER () AS o_known, count(n_power) OVER () AS n_known,
                row_number() OVER (ORDER BY o_power NULLS LAST) AS o_nth,
                row_number() OVER (ORDER BY n_power NULLS LAST) AS n_nth
            FROM pair
        )
    )
)"""

# Entries come last, so that rows which are missing at the end are always missed.
_ALL: Final = """\
SELECT kind, rank, place, id, name, alliance, value, value_from, value_to, column_name, ref, fault,
    fell, players, total, unknown, around, me, nobody_from, nobody_to, floor_from, floor_to{values},
    {identity}, '{asked}' AS asked
FROM (
    SELECT kind, CAST(NULL AS bigint) AS rank, 0 AS place, id, name, alliance,
        CAST(NULL AS decimal(38, 0)) AS value, CAST(value_from AS decimal(38, 0)) AS value_from,
        CAST(value_to AS decimal(38, 0)) AS value_to, column_name, ref, fault, fell, players,
        count(*) OVER () AS total, {nothing}{null_values}, {whose}
    FROM findings
    UNION ALL
    SELECT 'entry' AS kind, rank, place, id, name, alliance, value, value_from, value_to,
        CAST(NULL AS varchar) AS column_name, CAST(NULL AS bigint) AS ref,
        CAST(NULL AS varchar) AS fault, CAST(NULL AS bigint) AS fell,
        CAST(NULL AS bigint) AS players, total, unknown, around, me, nobody_from, nobody_to,
        floor_from, floor_to{values}, {whose}
    FROM gains
    WHERE place = 1
        OR place <= total AND (place BETWEEN {first} AND {last} OR place IN (me - 1, me))
)
ORDER BY place"""

_OF_ENTRIES: Final = (
    *("unknown", "around", "me", "nobody_from", "nobody_to", "floor_from", "floor_to"),
)
_DECIMAL: Final = "decimal(38, 0)"


class GainsQuery:
    """A page of a board of gains, and all suspects, as a query; its constructor validates all.

    The result has first a row for each suspect, then the rows of the page in order, those of `me`
    and of the player before it, and before them the first member's, or anybody's where there is
    none. It is empty if neither snapshot is (any longer) of its run.

    Attributes:
        sources: the states of the files.
        request: what is asked for.
        text: the SQL.
        identity: the expected last columns of every row.
    """

    def __init__(
        self,
        sources: GainsSources,
        request: BoardRequest,
        measure: Measure | None,
        values: Mapping[str, Measure | None],
    ) -> None:
        """Make the text.

        Args:
            sources: the states of the files.
            request: what is asked for.
            measure: how its gains are calculated; None: nobody's is known.
            values: likewise, of each of the further values.

        Raises:
            ValueError: a part is not valid.
        """
        check_request(request)
        self.sources = sources
        self.request = request
        measures = [one for one in (measure, *values.values()) if one is not None]
        require({*values} == {*request.values}, values)
        digits = asked(request, "gains")
        self.identity = (*sources.identity, digits)
        pair = _pair(sources, [name for one in measures for name in one.columns])
        parts = [
            pair,
            findings(_WHOSE, before=sources.before is not None),
            _gains(request, measure, values),
        ]
        self.text = ",\n".join(parts) + "\n" + _all(sources, request, digits)

    def __repr__(self) -> str:
        """All its parts, for messages."""
        return f"GainsQuery({self.sources.identity}, {self.request})"


def _pair(sources: GainsSources, more: Iterable[str]) -> str:
    columns = {name: name for name in ("power", *GROWING, *more)}
    columns |= {"zero": f"CASE WHEN {_all_zero()} THEN 1 ELSE 0 END AS zero"}
    columns |= {"difference": f"{difference()} AS difference"}
    sides = [f"{row}.{name} AS {row}_{name}" for row in ("n", "o") for name in columns]
    before = ""
    if sources.before is not None:
        sides += [f"b.{name} AS b_{name}" for name in GROWING]
        before = _BEFORE.format(growing=", ".join(GROWING), rows=sources.before.rows)
    return _PAIR.format(
        sides=", ".join(sides),
        columns=", ".join(columns.values()),
        newer=sources.newer.rows,
        older=sources.older.rows,
        before=before,
    )


def _all_zero() -> str:
    """Whether at least one of these counters is known and all that are known are 0."""
    zeros = " AND ".join(f"coalesce({name}, 0) = 0" for name in ZERO_COLUMNS)
    return f"coalesce({', '.join(ZERO_COLUMNS)}) IS NOT NULL AND {zeros}"


def _gains(
    request: BoardRequest, measure: Measure | None, values: Mapping[str, Measure | None]
) -> str:
    with_values = [f", {_gain(values[name])} AS with_{name}" for name in request.values]
    return _GAINS.format(
        whose=_WHOSE,
        values=_values(request),
        with_values="".join(with_values),
        value=_gain(measure),
        value_from=_value(measure, "o_"),
        value_to=_value(measure, "n_"),
        is_unknown=_is_unknown(measure),
        nobody_from=first_unknown(request.weights, "o_"),
        nobody_to=first_unknown(request.weights, "n_"),
        member=membership(request.alliance),
        around=number_or_null(request.around),
        me=number_or_null(request.me),
    )


def _gain(measure: Measure | None) -> str:
    """What a player gained, null where the gain would not be ranked."""
    if measure is None:
        return f"CAST(NULL AS {_DECIMAL})"
    ranked = [f"n_{name} >= o_{name}" for name in measure.growing]
    if measure.never_zeroed:
        ranked += ["o_zero = 0", "n_zero = 0"]
    gain = f"{_value(measure, 'n_')} - ({_value(measure, 'o_')})"
    return f"CASE WHEN {' AND '.join(ranked)} THEN {gain} END" if ranked else gain


def _value(measure: Measure | None, row: str) -> str:
    """A measure's value in a snapshot; exact, as a decimal."""
    if measure is None:
        return f"CAST(NULL AS {_DECIMAL})"
    return weighted(measure.weights or dict.fromkeys(measure.columns, 1), row)


def _is_unknown(measure: Measure | None) -> str:
    """Whether a player's value is not known in one of the snapshots."""
    if measure is None:
        return "n_id IS NOT NULL"
    return " OR ".join(f"{row}_{name} IS NULL" for name in measure.columns for row in ("o", "n"))


def _values(request: BoardRequest) -> str:
    return "".join(f", with_{name}" for name in request.values)


def _all(sources: GainsSources, request: BoardRequest, digits: str) -> str:
    first, last = page_bounds(request)
    nothing = ", ".join(f"CAST(NULL AS bigint) AS {name}" for name in _OF_ENTRIES)
    nulls = [f", CAST(NULL AS {_DECIMAL}) AS with_{name}" for name in request.values]
    return _ALL.format(
        identity=sources.columns,
        asked=digits,
        whose=_WHOSE,
        nothing=nothing,
        null_values="".join(nulls),
        values=_values(request),
        first=first,
        last=last,
    )
