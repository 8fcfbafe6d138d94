"""Watching an inbox: each look takes what is new and holds still."""

from datetime import timedelta

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.watching import Sweeper
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.races import accept, watched
from tests.ingest.support import KEY, MOMENT, SCAN, SETTINGS, contents, date_object, names
from tests.ingest.test_sweep import NEW_SCAN, lay, opened, swept


class TestSweeper:
    def look(self, sweeper: Sweeper) -> list[str]:
        return [one.key for one in sweeper.sweep()]

    def test_a_failure_is_tried_again_at_the_next_look(
        self, directory_store: DirectoryStore
    ) -> None:
        keys = lay(directory_store)
        errors = iter([StoreUnavailableError("once")])

        def fail_once(method: str, key: str) -> None:
            if (method, key) == ("open", KEY):
                for error in errors:
                    raise error

        sweeper = Sweeper(watched(directory_store, fail_once), SETTINGS)
        assert [self.look(sweeper) for _ in range(4)] == [[], keys, [KEY], []]
        assert names(directory_store) == ["Ana", "Bo"]

    def test_what_was_done_before_is_never_opened(self, directory_store: DirectoryStore) -> None:
        lay(directory_store)
        swept(directory_store)
        found, seen = opened(directory_store)
        sweeper = Sweeper(seen, SETTINGS)
        assert [self.look(sweeper) for _ in range(3)] == [[], [], []]
        assert found == []

    def test_a_file_that_is_replaced_or_put_back_is_taken_again(
        self, directory_store: DirectoryStore
    ) -> None:
        sweeper = Sweeper(directory_store, SETTINGS)
        for minutes, data in enumerate((SCAN, NEW_SCAN, SCAN)):
            accept(directory_store, KEY, data, MOMENT + timedelta(minutes=minutes))
            assert [self.look(sweeper) for _ in range(3)] == [[], [KEY], []]
        assert names(directory_store) == ["Ana", "Bo"]

    def test_a_file_of_which_only_the_time_changes_is_another_upload(
        self, directory_store: DirectoryStore
    ) -> None:
        sweeper = Sweeper(directory_store, SETTINGS)
        accept(directory_store, KEY, SCAN, MOMENT)
        assert [self.look(sweeper) for _ in range(3)] == [[], [KEY], []]
        date_object(directory_store, KEY, MOMENT + timedelta(minutes=1))
        assert [self.look(sweeper) for _ in range(3)] == [[], [KEY], []]
        assert len(contents(directory_store, "raw/")) == 2
