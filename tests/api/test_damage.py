"""What is answered where the lake is damaged: nothing that is wrong, and as much as can be."""

import re
from pathlib import Path

import pytest

from chalicelib.catalog import snapshots_document
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, curated_key, snapshots_key
from tests.api.lake import NEWER, bytes_of, publish
from tests.api.support import Api
from tests.engines.support import DAY, player, put

BOARD = "/v1/kingdoms/51/leaderboards/dkp"
SNAPSHOTS = "/v1/kingdoms/51/snapshots"
DATED = f"{BOARD}?date={DAY}"
NO_STORE = "no-store"
OF_51 = snapshots_key(51)
DAMAGED = "the catalog of kingdom 51 is damaged: rebuild it"

PLAYERS = [player(1), player(2), player(3)]


class TestADamagedCatalog:
    @pytest.fixture(autouse=True)
    def lake(self, directory_store: DirectoryStore, engine_name: str) -> None:
        """Two dates of kingdom 51, one of kingdom 52."""
        publish(directory_store, PLAYERS)
        publish(directory_store, PLAYERS, day=NEWER)
        publish(directory_store, PLAYERS[:2], kingdom=52)
        self.whole = bytes_of(directory_store, OF_51)

    def assert_damaged(self, api: Api, *paths: str, message: str = DAMAGED) -> None:
        for path in paths:
            answer = api.get(path)
            body = {"Code": "InternalServerError", "Message": message}
            assert (answer.status_code, answer.json_body) == (500, body), path
            assert answer.headers["Cache-Control"] == NO_STORE

    @pytest.mark.parametrize(
        "change",
        [(b'"players":3', b'"players":4'), (b'"check":"', b'"check":"0'), (b"run", b"ran")],
    )
    def test_a_date_s_line_makes_no_other_date_unreadable(
        self, api: Api, directory_store: DirectoryStore, change: tuple[bytes, bytes]
    ) -> None:
        lines = self.whole.split(b"\n")
        for at, damaged, other in ((1, NEWER, DAY), (2, DAY, NEWER)):
            wrong = [*lines]
            wrong[at] = wrong[at].replace(*change)
            put(directory_store, OF_51, b"\n".join(wrong))
            found = api.json(f"{BOARD}?date={other}")
            assert (found["snapshot_date"], found["latest"]) == (f"{other}", other is NEWER)
            self.assert_damaged(api, f"{BOARD}?date={damaged}", SNAPSHOTS)
            if damaged is NEWER:
                self.assert_damaged(api, BOARD)
            else:
                assert api.json(BOARD)["latest"] is True

    def test_a_date_that_damage_may_hide_is_not_said_to_be_missing(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        put(directory_store, OF_51, self.whole.replace(f"{DAY}".encode(), b"2026-01-27"))
        self.assert_damaged(api, DATED)

    @pytest.mark.parametrize(
        "change",
        [
            (b'{"kingdom": 51', b'{"kingdom": 52'),
            (b'"count": 2', b'"count": 3'),
            (b'"count": 2', b'"count": "2"'),
            (b'"count"', b'"c\xffount"'),
            (b'{"kingdom": 51, ', b""),
            (b"[\n", b"[\x0b"),
            (b'{"kingdom": 51, ', b"[" * 100_000),
        ],
        ids=lambda change: f"{change[1][:12]!r}",
    )
    def test_the_first_line(
        self, api: Api, directory_store: DirectoryStore, change: tuple[bytes, bytes]
    ) -> None:
        put(directory_store, OF_51, self.whole.replace(*change, 1))
        # To count the lines is for what reads them all.
        everything = change[1] != b'"count": 3'
        self.assert_damaged(api, SNAPSHOTS, *([BOARD, DATED] if everything else []))
        assert api.get("/v1/kingdoms/52/leaderboards/dkp").status_code == 200
        assert len(api.json("/v1/kingdoms")["kingdoms"]) == 2

    def test_another_kingdom_s_catalog_is_not_taken_for_this_one_s(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        put(directory_store, OF_51, bytes_of(directory_store, snapshots_key(52)))
        self.assert_damaged(api, BOARD, DATED, SNAPSHOTS)

    def test_a_catalog_that_is_cut_short_gives_the_same_answer_or_none(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        answers = {path: api.json(path) for path in (BOARD, DATED, SNAPSHOTS)}
        for length in (0, *range(13, len(self.whole), 31), len(self.whole) - 1):
            put(directory_store, OF_51, self.whole[:length])
            for path, answer in answers.items():
                found = api.get(path)
                if found.status_code == 200:
                    assert found.json_body == answer
                else:
                    self.assert_damaged(api, path)
        assert api.get(SNAPSHOTS).status_code == 500

    def test_the_catalog_of_kingdoms_is_needed_for_their_list_alone(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        whole = bytes_of(directory_store, KINGDOMS_KEY)
        message = "the catalog of kingdoms is damaged: rebuild it"
        for damaged in (
            *(b"", b"{}", b"[" * 100_000, b"\xff", whole[:100], whole[:-1]),
            whole.replace(b"51", b"53"),
            whole.replace(b"2026-02-02", b"2026-02-03"),
        ):
            put(directory_store, KINGDOMS_KEY, damaged)
            self.assert_damaged(api, "/v1/kingdoms", message=message)
            assert api.get(BOARD).status_code == 200

    def test_a_catalog_that_is_made_anew_is_as_good_as_before(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        before = api.get(SNAPSHOTS)
        put(directory_store, OF_51, b"junk")
        self.assert_damaged(api, SNAPSHOTS)
        publish(directory_store, PLAYERS)
        after = api.get(SNAPSHOTS)
        assert (after.body, after.headers) == (before.body, before.headers)


@pytest.mark.usefixtures("engine_name")
def test_a_kingdom_all_of_whose_snapshots_are_gone_is_none(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish(directory_store, PLAYERS)
    put(directory_store, OF_51, snapshots_document.encode(51, {}))
    for path in (BOARD, DATED, SNAPSHOTS):
        answer = api.get(path)
        assert (answer.status_code, answer.json_body["Message"]) == (404, "there is no kingdom 51")


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("damage", ["junk", "gone"])
def test_damaged_files_of_a_snapshot_are_a_500_and_the_log_names_them(
    api: Api,
    directory_store: DirectoryStore,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    damage: str,
) -> None:
    publish(directory_store, PLAYERS)
    publish(directory_store, PLAYERS, day=NEWER)
    for key in (boards_key(Partition(51, DAY)), curated_key(Partition(51, DAY))):
        if damage == "junk":
            put(directory_store, key, b"{}")
        else:
            (tmp_path / "lake" / key).unlink()
    response = api.get(DATED)
    assert response.status_code == 500
    assert response.json_body["Message"] == "An internal server error occurred."
    told = vars(caplog.records[0])["fields"]["message"]
    assert re.search(r"kingdom[ =]51\b.*2026-01-26", told)
    assert api.get(f"{BOARD}?date={NEWER}").status_code == 200
    assert len(api.json(SNAPSHOTS)["snapshots"]) == 2
