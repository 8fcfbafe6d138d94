"""SQL for the suspects of a pair of snapshots (docs/between.md: one rule), over the CTE `pair`.

As `chalicelib.changes.suspects`, which every engine must give the same findings as.
"""

from typing import Final

from chalicelib.changes.growing import GROWING
from chalicelib.changes.identity import IDENTITY

# One row for each player of the newer snapshot and each counter, and two more for the rules that
# concern a whole player. `old` and `new` are null where the rules of one counter do not apply.
# `plain` is a gain of less than what was there before: the bar of jumps is made of these.
_FINDINGS: Final = """\
findings AS (
    SELECT kind, id, name, alliance, column_name, value_from, value_to, ref, fell, players, {whose},
        CASE
            WHEN kind = 'back_from_zero' THEN 'from'
            WHEN kind = 'tiers' THEN 'to'
            WHEN kind = 'zeroed' THEN NULL
            WHEN column_name IN ({identity}) AND o_holds <> n_holds
                THEN CASE WHEN o_holds = 1 THEN 'to' ELSE 'from' END
            WHEN kind = 'jump' AND old < older AND older <= new THEN 'from'
            WHEN kind = 'fell' AND older <= new THEN 'from'
            WHEN kind = 'fell' AND older > new THEN 'to'
        END AS fault
    FROM (
        SELECT id, name, alliance, old, new, older, o_holds, n_holds, fell, players, {whose},
            CASE
                WHEN counter = 'zero' AND o_zero = 1 AND n_zero = 0 THEN 'back_from_zero'
                WHEN counter = 'zero' AND o_zero = 0 AND n_zero = 1 THEN 'zeroed'
                WHEN counter = 'tiers' AND n_holds = 0 AND (o_d IS NULL OR o_d <> n_d) THEN 'tiers'
                WHEN gain < 0 THEN 'fell'
                WHEN gain > 0 AND gain >= old AND gain > bar THEN 'jump'
            END AS kind,
            CASE WHEN counter = 'tiers' THEN 'kill_points' WHEN counter <> 'zero' THEN counter END
                AS column_name,
            CASE WHEN counter = 'tiers' THEN o_d ELSE old END AS value_from,
            CASE WHEN counter = 'tiers' THEN n_d ELSE new END AS value_to,
            CASE WHEN gain > 0 THEN bar END AS ref
        FROM (
            SELECT id, name, alliance, counter, old, new, older, gain, fell, players,
                o_zero, n_zero, o_d, n_d, {whose},
                CASE WHEN abs(o_d) <= 1 THEN 1 WHEN abs(o_d) > 1 THEN 0 END AS o_holds,
                CASE WHEN abs(n_d) <= 1 THEN 1 WHEN abs(n_d) > 1 THEN 0 END AS n_holds,
                coalesce(max(CASE WHEN nth = (plains - 1) * 9 / 10 + 1 THEN plain END)
                    OVER (PARTITION BY counter), 0) AS bar
            FROM (
                SELECT id, name, alliance, counter, old, new, older, gain, plain,
                    o_zero, n_zero, o_d, n_d, {whose},
                    count(gain) OVER (PARTITION BY counter) AS players,
                    count(CASE WHEN gain < 0 THEN 1 END) OVER (PARTITION BY counter) AS fell,
                    count(plain) OVER (PARTITION BY counter) AS plains,
                    row_number() OVER (PARTITION BY counter ORDER BY plain NULLS LAST) AS nth
                FROM (
                    SELECT id, name, alliance, counter, old, new, older, new - old AS gain,
                        CASE WHEN new > old AND new - old < old THEN new - old END AS plain,
                        o_zero, n_zero, o_d, n_d, {whose}
                    FROM (
                        SELECT id, name, alliance, counter, o_zero, n_zero, {whose},
                            CASE WHEN o_zero = 0 AND n_zero = 0 THEN CASE counter {olds} END END
                                AS old,
                            CASE WHEN o_zero = 0 AND n_zero = 0 THEN CASE counter {news} END END
                                AS new,
                            CASE counter {olders} END AS older,
                            o_difference AS o_d, n_difference AS n_d
                        FROM pair CROSS JOIN (VALUES {counters}) AS counters (counter)
                        WHERE n_id IS NOT NULL
                    )
                )
            )
        )
    )
    WHERE kind IS NOT NULL
)"""

_WHOLE: Final = ("zero", "tiers")
_POINTS: Final = (2, 4, 10, 20)


def findings(whose: str, *, before: bool) -> str:
    """The CTE `findings`, a row a suspect.

    Args:
        whose: columns that say of which snapshots a row is.
        before: whether there is a snapshot before the older one (columns `b_…`).
    """
    return _FINDINGS.format(
        whose=whose,
        identity=", ".join(f"'{name}'" for name in IDENTITY),
        olds=_picked("o"),
        news=_picked("n"),
        olders=_picked("b") if before else "WHEN '' THEN CAST(NULL AS bigint)",
        counters=", ".join(f"('{name}')" for name in (*GROWING, *_WHOLE)),
    )


def _picked(row: str) -> str:
    """The cases of `CASE counter`: that counter's value of a snapshot."""
    return " ".join(f"WHEN '{name}' THEN {row}_{name}" for name in GROWING)


def difference() -> str:
    """See `chalicelib.changes.identity.differences`; whole numbers divide without a rest."""
    points, first, *tiers = IDENTITY
    more = "".join(f" - {factor} * {name}" for factor, name in zip(_POINTS, tiers, strict=True))
    return f"{points} - {first} / 5{more}"
