"""`summary.json`: what comes back is what was put in, damage is named, and it is read fast."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings

from chalicelib.changes.compare import compare
from chalicelib.changes.summary import Summary, decode, encode
from chalicelib.errors import StoreError
from tests.changes.scans import DAYS, History, before_of, histories, nothing_before, row, scan


def summary() -> Summary:
    old = [row(1, deaths=10), row(2, name="Zoë", alliance=None), row(3)]
    new = [row(1, deaths=100), row(2, name='"\\\u2028\U0001f600'), row(4, power=5)]
    return compare(scan(old, DAYS[1]), scan(new, DAYS[2]), nothing_before)


@settings(max_examples=15)
@given(histories())
def test_a_summary_comes_back(history: History) -> None:
    before, older, newer = history.scans
    made = compare(scan(older, DAYS[1]), scan(newer, DAYS[2]), before_of(before))
    assert decode(encode(51, made), 51, DAYS[2]) == made


def test_a_summary_of_no_pair_is_none() -> None:
    assert decode(encode(51, None), 51, DAYS[2]) is None


def test_names_stand_as_they_are() -> None:
    body = encode(51, summary())
    assert decode(body, 51, DAYS[2]) == summary()
    assert "Zoë".encode() in body
    assert body.count(b"\n") == 2


def test_each_byte_that_is_another_or_missing_is_damage() -> None:
    body = encode(51, summary())
    damaged = [body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :] for at in range(len(body))]
    for one in (*damaged, *(body[:at] for at in range(0, len(body), 7)), body + b"\n"):
        with pytest.raises(StoreError, match=r"kingdom 51, 2026-01-26: summary.json .*; rebuild"):
            decode(one, 51, DAYS[2])


@pytest.mark.parametrize(("kingdom", "day"), [(52, DAYS[2]), (51, DAYS[1])], ids=str)
def test_an_object_of_another_kingdom_or_date_is_damage(kingdom: int, day: object) -> None:
    with pytest.raises(StoreError, match="of another"):
        decode(encode(51, summary()), kingdom, day)  # type: ignore[arg-type]


def test_a_thousand_players_of_whom_all_changed_are_read_in_milliseconds() -> None:
    old = [row(at, deaths=100) for at in range(1, 1001)]
    new = [row(at, name="New", alliance="BB", deaths=100 + at % 3) for at in range(1, 1001)]
    body = encode(51, compare(scan(old, DAYS[1]), scan(new, DAYS[2]), nothing_before))
    fastest = 1.0
    for _ in range(5):
        start = time.process_time()
        found = decode(body, 51, DAYS[2])
        fastest = min(fastest, time.process_time() - start)
    assert found is not None
    assert len(found.renamed) == len(found.changed_alliance) == 1000
    assert fastest < 0.01, "about 1 ms on an idle machine"


def test_it_is_read_without_pyarrow() -> None:
    modules = ", ".join(f"chalicelib.changes.{one}" for one in ("formula", "movement", "summary"))
    code = f"import sys, {modules}; print('pyarrow' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
