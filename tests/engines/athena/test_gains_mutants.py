"""That each part of the statement about gains matters: what is wrong in it shows."""

from operator import mul
from random import Random
from typing import Any

import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.growing import GROWING, TIERS
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena import findings_query, gains_query
from chalicelib.errors import EngineFailedError
from tests.athena.fixtures import Athena
from tests.engines.athena.weeks import BUSY, Player, span_of, told, weeks
from tests.engines.support import athena_engine

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.not_on_trino]

MUTANTS = {
    "_PAIR": {
        "only players of the newer": ("n FULL JOIN", "n LEFT JOIN"),
        "only players of the older": ("n FULL JOIN", "n RIGHT JOIN"),
    },
    "_GAINS": {
        "a tie-break turned around": ("NULLS LAST, id)", "NULLS LAST, id DESC)"),
        "dense ranks": (" rank()", " dense_rank()"),
        "ranks within the alliance": ("rank() OVER (", "rank() OVER (PARTITION BY member "),
        "positions within the kingdom": ("ORDER BY member DESC, value", "ORDER BY value"),
        "all are counted": ("count(CASE WHEN member = 1 THEN value END)", "count(value)"),
        "the least": ("value DESC", "value ASC"),
        "a floor one deeper": ("(o_known - 1) * 2 / 100 + 1", "1"),
        "a floor one higher": ("(n_known - 1) * 2 / 100 + 1", "(n_known - 1) * 2 / 100 + 2"),
        "floors of other scans": ("count(o_power)", "count(n_power)"),
        "a floor with what is not known": ("ORDER BY o_power NULLS LAST", "ORDER BY o_id"),
        "newcomers are unknown": ("o_id IS NOT NULL AND (", "("),
        "leavers are unknown": ("n_id IS NOT NULL AND o_id", "o_id"),
        "from is to": ("{value_from}", "{value_to}"),
        "who is not ranked is around": ("{around} AND place <= total", "{around}"),
        "who is not ranked is me": ("{me} AND place <= total", "{me}"),
        "counters are known": ("{nobody_from} AS", "0 AS"),
        "counters are known now": ("{nobody_to} AS", "0 AS"),
    },
    "_FINDINGS": {
        "zeroed is back": ("'back_from_zero'\n", "'zeroed'\n"),
        "back or zero twice": ("o_zero = 1 AND n_zero = 0", "o_zero = 1"),
        "who is not here is zeroed": ("o_zero = 0 AND n_zero = 1", "n_zero = 1"),
        "zeros count in each column": ("o_zero = 0 AND n_zero = 0 THEN CASE", "1 = 1 THEN CASE"),
        "tiers every week": (" OR o_d <> n_d", ""),
        "tiers of newcomers not": ("o_d IS NULL OR ", ""),
        "tiers of one": ("abs(n_d) <= 1", "abs(n_d) <= 0"),
        "tiers of two not": ("abs(n_d) <= 1", "abs(n_d) <= 2"),
        "jumps above all": ("gain >= old", "gain > old"),
        "jumps at the bar": ("gain > bar", "gain >= bar"),
        "jumps without a bar": (" AND gain > bar", ""),
        "a lower bar": ("* 9 / 10", "* 8 / 10"),
        "the next bar": ("* 9 / 10 + 1", "* 9 / 10 + 2"),
        "no bar is unknown": (", 0) AS bar", ", NULL) AS bar"),
        "a bar with jumps": ("new - old < old THEN new - old", "new > old THEN new - old"),
        "a bar with stillstand": ("WHEN new > old AND new - old < old", "WHEN new - old < old"),
        "one bar for all": ("(PARTITION BY counter ORDER BY", "(ORDER BY"),
        "players of all columns": (
            "count(gain) OVER (PARTITION BY counter)",
            "count(gain) OVER ()",
        ),
        "the identity names the other": ("THEN 'to' ELSE 'from'", "THEN 'from' ELSE 'to'"),
        "the identity of any column": ("column_name IN ({identity}) AND ", ""),
        "the identity does not matter": ("o_holds <> n_holds", "1 = 0"),
        "a digit lost is nobody's": ("old < older AND older <= new", "old < older AND older < old"),
        "a digit lost at the same": ("old < older AND", "old <= older AND"),
        "a fall is now's": (
            "'fell' AND older <= new THEN 'from'",
            "'fell' AND older < old THEN 'to'",
        ),
        "a fall is nobody's": ("'fell' AND older > new", "'fell' AND older > old"),
        "fell players are not counted": (
            "CASE WHEN gain < 0 THEN 1 END",
            "CASE WHEN 1=0 THEN 1 END",
        ),
    },
    "_ALL": {
        "no first row": ("place = 1\n        OR place", "place"),
        "the player above is left out": ("place IN (me - 1, me)", "place = me"),
        "me is left out": (" OR place IN (me - 1, me)", ""),
        "no suspects": ("FROM findings", "FROM findings WHERE kind = 'none'"),
    },
}


def edges() -> list[list[Player]]:
    """Three weeks of small numbers: much is equal to what it is compared with."""
    random = Random(51)
    return [
        [scanned(number, random) for number in random.sample(range(1, 120), size)]
        for size in (100, 110, 60)
    ]


def scanned(number: int, random: Random) -> Player:
    counters = {name: random.choice([None, *range(9)]) for name in GROWING}
    t1, *tiers = (counters[name] or 0 for name in TIERS)
    points = t1 // 5 + sum(map(mul, tiers, (2, 4, 10, 20)))
    return {
        "id": number,
        "name": f"n{number}",
        "alliance": random.choice([None, "A"]),
        "power": random.choice([None, *range(900)]),
        **counters,
        "kill_points": random.choice([None, points, points, points + 1, points + 2, points + 9]),
    }


ASKED = [
    (edges, BoardRequest("kills", 9, me=5, alliance="A")),
    (weeks, BUSY),
    (edges, BoardRequest("dkp", 3, weights={"deaths": 1, "acclaim": 1})),
    (weeks, BoardRequest("dkp", 5, weights={"rss_assistance": 1})),
    (weeks, BoardRequest("deaths", 3, around=11)),
    (weeks, BoardRequest("deaths", 3, me=11)),
    (weeks, BoardRequest("deaths", 1, me=30)),
]


def test_every_mutant_of_the_statement_is_caught(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, arrow = athena_engine(athena), ArrowEngine(athena.store)
    spans = {edges: span_of(athena, edges()), weeks: span_of(athena, weeks(), kingdom=52)}
    asked = [(spans[scans], request) for scans, request in ASKED]
    right = [told(arrow, *one) for one in asked]

    def is_caught() -> bool:
        try:
            return any(told(engine, *one) != its for one, its in zip(asked, right, strict=True))
        except EngineFailedError:
            return True

    assert not is_caught()
    survivors = []
    for part, mutants in MUTANTS.items():
        module: Any = findings_query if part == "_FINDINGS" else gains_query
        text = getattr(module, part)
        for mutant, (old, new) in mutants.items():
            assert old in text
            monkeypatch.setattr(module, part, text.replace(old, new))
            survivors += [] if is_caught() else [mutant]
        monkeypatch.setattr(module, part, text)
    assert not survivors
