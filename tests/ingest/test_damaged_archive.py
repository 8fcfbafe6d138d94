"""Archived bytes that are not those that were uploaded are named, never published (contract, 3).

Whatever became of them: one bit is another one, they are cut, gone but for their name, or longer.
The views stay as they are: they were made of the right bytes.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from chalicelib.ingest.pipeline import complete_archived
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.verify import verify
from chalicelib.lake.archive_keys import parse_archive_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.proof import DamagedArchiveError
from chalicelib.lake.store import Store
from tests.ingest.support import (
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SCAN,
    SETTINGS,
    contents,
    curated,
    ingest,
    put,
)
from tests.torture.withdrawal_mutants import archived_bytes_are_not_proved

pytestmark = pytest.mark.slow

RAW: Final = f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv"
WITHDRAWN: Final = f"withdrawn/{PARTITION}/run_ts={RUN_TS}/withdraw.txt"
WITHDRAWAL: Final = b"the wrong kingdom\n"
VIEWS: Final = ("curated/", "boards/", "catalog/")


def flipped(body: bytes, position: int) -> bytes:
    """The bytes with one bit of one of them turned."""
    return bytes([*body[:position], body[position] ^ 1, *body[position + 1 :]])


DAMAGE: Final = {
    **{f"byte {at}": flipped(SCAN, at) for at in range(len(SCAN))},
    "cut": SCAN[: len(SCAN) // 2],
    "empty": b"",
    "twice": SCAN * 2,
    "zeros": bytes(len(SCAN)),
    "one player more": SCAN + b"1000003,Cy,1\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with an upload, whose file is no longer in the inbox."""
    folder = tmp_path_factory.mktemp("made") / "lake"
    store = DirectoryStore(str(folder))
    put(store, KEY, SCAN, MOMENT)
    ingest(store)
    return folder


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Store:
    """A copy of it, for one test."""
    return DirectoryStore(str(shutil.copytree(made, tmp_path / "lake")))


def withdraw(store: Store) -> None:
    """Withdraw the upload, in its second."""
    put(store, f"{FOLDER}/withdraw.txt", WITHDRAWAL, MOMENT)
    ingest(store, f"{FOLDER}/withdraw.txt")


def damage(store: Store, key: str, body: bytes) -> None:
    """Let an object have other bytes."""
    put(store, key, body, None)


@pytest.mark.parametrize("body", DAMAGE.values(), ids=DAMAGE)
def test_a_rebuilding_names_damaged_bytes_and_leaves_the_views_as_they_are(
    lake: Store, body: bytes
) -> None:
    before = contents(lake, *VIEWS)
    damage(lake, RAW, body)
    results = [*rebuild(lake, SETTINGS)]
    assert contents(lake, *VIEWS) == before
    assert [problem for one in results for problem in one.problems] == [
        f"{RAW} is damaged: its bytes are not those that were uploaded, according to the SHA-256 "
        f"in reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json"
    ]
    assert [one.keys for one in results if not one.ok] == [(RAW,)]


def test_a_verification_names_them_too(lake: Store) -> None:
    damage(lake, RAW, DAMAGE["byte 40"])
    problems = [problem for one in verify(lake, SETTINGS) for problem in one.problems]
    assert any(problem.startswith(f"{RAW} is damaged") for problem in problems)


def test_a_run_is_not_completed_of_damaged_bytes(lake: Store) -> None:
    before = contents(lake, *VIEWS, "reports/")
    damage(lake, RAW, DAMAGE["byte 40"])
    archived = parse_archive_key(RAW)
    assert archived is not None
    with pytest.raises(DamagedArchiveError, match=f"{RAW} is damaged"):
        complete_archived(lake, archived, SETTINGS)
    assert contents(lake, *VIEWS, "reports/") == before


@pytest.mark.parametrize("body", [b"", b"the wrong kingdoM\n", WITHDRAWAL * 2])
def test_a_damaged_withdrawal_is_named_and_what_it_withdrew_stays_withdrawn(
    lake: Store, body: bytes
) -> None:
    withdraw(lake)
    before = contents(lake, *VIEWS)
    assert len(curated(lake, CURATED)) == 0
    damage(lake, WITHDRAWN, body)
    problems = [problem for one in rebuild(lake, SETTINGS) for problem in one.problems]
    assert [problem.partition(" is damaged")[0] for problem in problems] == [WITHDRAWN]
    assert contents(lake, *VIEWS) == before


def test_damaged_bytes_of_what_was_withdrawn_touch_nothing(lake: Store) -> None:
    withdraw(lake)
    before = contents(lake, *VIEWS)
    damage(lake, RAW, DAMAGE["byte 40"])
    assert all(one.ok for one in rebuild(lake, SETTINGS))
    assert contents(lake, *VIEWS) == before


def test_the_right_bytes_put_back_are_rebuilt(lake: Store) -> None:
    before = contents(lake, *VIEWS)
    damage(lake, RAW, DAMAGE["byte 40"])
    assert not all(one.ok for one in rebuild(lake, SETTINGS))
    damage(lake, RAW, SCAN)
    assert all(one.ok for one in rebuild(lake, SETTINGS))
    assert contents(lake, *VIEWS) == before


def test_a_later_upload_of_the_date_is_published_whatever_became_of_the_first(lake: Store) -> None:
    damage(lake, RAW, DAMAGE["byte 40"])
    put(lake, KEY, SCAN.replace(b"Bo", b"Cy"), MOMENT + timedelta(seconds=1))
    assert ingest(lake).published
    assert all(one.ok for one in rebuild(lake, SETTINGS))
    assert curated(lake)["name"].to_pylist() == ["Ana", "Cy"]


def test_without_the_proof_damaged_bytes_are_published(lake: Store) -> None:
    """What the tests above are worth: the mutant that leaves it out goes wrong in them."""
    before = contents(lake, *VIEWS)
    damage(lake, RAW, DAMAGE[f"byte {SCAN.index(b'5000000')}"])
    with archived_bytes_are_not_proved():
        assert all(one.ok for one in rebuild(lake, SETTINGS))
    assert contents(lake, *VIEWS) != before
    assert curated(lake)["power"].to_pylist() == [4_000_000, 7_000_000]
