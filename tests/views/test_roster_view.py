"""The roster's object (`chalicelib.views.roster`): the same whatever came when, at what cost."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.roster import oracle
from tests.roster.lake import TARGET, VIEW, Lake, curated, day
from tests.roster.oracle import Rows

IDS = (1, 2, 3, 2**53 - 1)
DAYS = tuple(day(number) for number in range(5))
# More than one name folds to one text; a former one may be had again.
NAMES = st.sampled_from([None, "Ada", "ADA", "Bob", "Ädä", ""])
ROW = st.fixed_dictionaries(
    {
        "name": NAMES,
        "alliance": st.sampled_from([None, "A", "B"]),
        "power": st.sampled_from([None, 0, 5, 2**53 - 1]),
        "kills": st.sampled_from([None, 0, 1, 2**53 - 1]),
    },
    optional={"deaths": st.sampled_from([None, 1, 2])},
)
ROWS = st.dictionaries(st.sampled_from(IDS), ROW, max_size=len(IDS))
STEPS = st.lists(st.tuples(st.sampled_from(DAYS), ROWS), min_size=1, max_size=9)


@settings(max_examples=120, deadline=None)
@given(STEPS)
def test_whatever_came_when_the_roster_is_what_its_snapshots_say(
    steps: list[tuple[date, Rows]],
) -> None:
    lake, snapshots = Lake(), {}
    for when, rows in steps:
        # No rows: the date is withdrawn.
        lake.put(when, curated(rows))
        snapshots[when] = rows
        lake.bring_up()
        anew = lake.made_anew()
        if anew is None:
            assert lake.head(TARGET.key) is None
            continue
        assert VIEW.content(lake.body()) == anew
        judge(lake, snapshots)


def judge(lake: Lake, snapshots: dict[date, Rows]) -> None:
    """Hold all that a roster answers against the second calculation."""
    roster, known = lake.roster(), oracle.known_of(snapshots)
    for player in IDS:
        assert roster.member(player) == (known[player].member if player in known else None)
    first = {player: one.member.first_seen for player, one in known.items()}
    assert roster.first_seen([*IDS, 7]) == first
    for text in ("a", "ada", "Äda", "b", "3"):
        for alliance, limit, offset in ((None, 9, 0), ("A", 2, 1)):
            expected = oracle.search(known, text, alliance, limit, offset)
            assert roster.search(text, alliance, limit, offset) == expected
    for when in DAYS:
        expected = oracle.idle_since(known, when, None, 2, 1)
        assert roster.idle_since(when, None, 2, 1) == expected
