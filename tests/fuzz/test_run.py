"""A short run of the fuzzing, and that a run tells of what goes wrong in it."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.fuzz import run
from tests.fuzz.case import Outcome, check_seed
from tests.fuzz.files import make
from tests.fuzz.outcome import ERRORS, WARNINGS
from tests.fuzz.run import Tally, fuzz, fuzz_on_all_cores

pytestmark = pytest.mark.slow

PARTS = 8
FILES = 250
IN_EACH_RUN = 2
"""Parts; the others are left to `make test-long`."""


@pytest.fixture(scope="module")
def whole() -> Tally:
    """What all parts of the short run have counted."""
    return Tally()


def tally_of(part: int) -> Tally:
    return fuzz(range(part * FILES, (part + 1) * FILES))


@pytest.mark.parametrize(
    "part",
    [
        *range(IN_EACH_RUN),
        *(pytest.param(part, marks=pytest.mark.long) for part in range(IN_EACH_RUN, PARTS)),
    ],
)
def test_every_hostile_file_has_a_report_that_is_one(part: int, whole: Tally) -> None:
    tally = tally_of(part)
    whole.add(tally)
    for seed, what in tally.failures:
        print(f"{what}\nFAILED: make fuzz SEED={seed}")
    assert [seed for seed, _ in tally.failures] == []
    assert tally.files == FILES


@pytest.mark.long
def test_hostile_files_reach_every_reader_code_and_warning(whole: Tally) -> None:
    for part in range(PARTS - whole.files // FILES):
        whole.add(tally_of(part))  # those of `make test`, which come first
    assert whole.files == PARTS * FILES
    # A check knows no kingdom and no date; its key is the file's name.
    assert whole.codes.keys() == {*ERRORS, "accepted"} - {"future_date", "other_kingdom"}
    assert whole.warnings.keys() == WARNINGS - {"other_kingdom"}
    formats = ("csv", "tsv", "jsonl")
    readers = {*formats, *(f"{one}.gz" for one in (*formats, "json"))}
    readers |= {"json array", "json wrapped"}
    for reader in readers:
        codes = {code for name, code in whole.outcomes if name == reader}
        assert {"accepted", "bad_encoding"} < codes, reader
    assert len(whole.families) == 5


def test_a_seed_is_one_file_for_ever() -> None:
    assert [make(seed) for seed in range(40)] == [make(seed) for seed in range(40)]
    # Two of the smallest may be equal.
    assert len({make(seed).data for seed in range(40)}) > 35


def fine(seed: int) -> Outcome:
    return Outcome("none", "csv", frozenset({"accepted"}), frozenset(), seed / 1000)


def fails(seed: int) -> Outcome:
    if seed == 63:
        raise ValueError("this one")
    return fine(seed)


def dies(seed: int) -> Outcome:
    if seed == 63:
        os._exit(1)
    return fine(seed)


def hangs(seed: int) -> Outcome:
    if seed == 3:
        time.sleep(600)
    return fine(seed)


def last(tallies: Iterator[Tally]) -> Tally:
    *_, tally = tallies
    return tally


@pytest.mark.parametrize("check", [fails, dies])
def test_a_run_names_the_seed_that_fails_or_kills_its_process(check: run.Check) -> None:
    tally = last(fuzz_on_all_cores(0, 130, check))
    assert [seed for seed, _ in tally.failures] == [63]
    assert tally.outcomes["csv", "accepted"] == 129
    assert tally.slowest == (0.129, 129)


def test_a_run_names_the_seed_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PATIENCE", 3.0)
    monkeypatch.setattr(run, "_EVERY", 0.5)
    tally = last(fuzz_on_all_cores(0, 5, hangs))
    assert tally.failures == [(3, "the process hangs")]
    assert tally.outcomes["csv", "accepted"] == 4


def test_the_command_prints_a_failing_seed_as_one_line_to_repeat_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one_tally(first: int, files: int, _: object) -> Iterator[Tally]:
        tally = fuzz(range(first, first + files), fails)
        tally.mib = 100  # not that of all the tests that ran in this process before
        yield tally

    monkeypatch.setattr(run, "fuzz_on_all_cores", one_tally)
    assert run.main(["--first", "60", "--files", "10"]) == 1
    out = capsys.readouterr().out
    assert "ValueError: this one" in out
    assert "FAILED: make fuzz SEED=63\n" in out
    assert "10 files" in out
    assert run.main(["--first", "70", "--files", "10"]) == 0


def test_the_command_repeats_one_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["7"]) == 0
    assert str(check_seed(7).codes) in capsys.readouterr().out
