"""Publishing (contract, section 3): the newest run of a date is shown, whoever comes in between."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.ingest.pipeline import IngestResult
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from tests.ingest.races import MOST_CALLS, accept, interrupted
from tests.ingest.support import FOLDER, MOMENT, contents, csv_of, ingest

LATER = MOMENT + timedelta(minutes=1)


def scan(*powers: int) -> bytes:
    return csv_of(["ID", "Name", "Power"], [[n, f"P{n}", p] for n, p in enumerate(powers, 1)])


OLD, NEW = ("old.csv", MOMENT, scan(1, 2)), ("new.csv", LATER, scan(30, 20, 10))
PAIRS = {
    "newer-comes": (OLD, NEW),
    "older-comes": (NEW, OLD),
    "same-second": (OLD, ("too.csv", MOMENT, scan(5))),
    "same-second-swapped": (("too.csv", MOMENT, scan(5)), OLD),
    "same-upload": (NEW, NEW),
}
OF_ONE_SECOND = [pair for pair in PAIRS if pair.startswith("same-")]
"""The walk has these in each run, in memory (test_interleavings.py)."""


@pytest.fixture
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    """Makes empty lakes by name."""
    if request.param == "directory":
        return lambda name: DirectoryStore(str(tmp_path / name))
    bucket, client = request.getfixturevalue("s3_bucket"), request.getfixturevalue("s3_client")
    return lambda name: S3Store(bucket, name, client)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pair", "lake"),
    [
        ("newer-comes", "directory"),
        pytest.param("older-comes", "directory", marks=pytest.mark.long),
        *(pytest.param(pair, "directory", marks=pytest.mark.long) for pair in OF_ONE_SECOND),
        pytest.param("newer-comes", "s3", marks=pytest.mark.long),
    ],
    indirect=["lake"],
)
def test_at_whichever_call_another_run_comes_in_between_the_newest_is_shown_whole(
    pair: str, lake: Callable[[str], Store]
) -> None:
    def lay(store: Store) -> list[str]:
        return [accept(store, f"{FOLDER}/{name}", data, at) for name, at, data in PAIRS[pair]]

    calm = lake("calm")
    newest = max([ingest(calm, key).report for key in lay(calm)], key=lambda one: one["run_id"])
    expected = contents(calm)
    came: list[IngestResult] = []
    for at in range(1, MOST_CALLS):
        store = lake(f"{at}")
        first, second = lay(store)
        mine = ingest(interrupted(store, at, lambda: came.append(ingest(store, second))), first)  # noqa: B023
        if len(came) < at:
            break
        assert contents(store) == expected
        assert {one.published for one in (mine, came[-1]) if one.report == newest} == {True}
    assert 8 < len(came) < MOST_CALLS - 1
