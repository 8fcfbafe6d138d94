"""Watching a folder: no change is missed, and nothing is read while nothing changes."""

import errno
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import StoreDeniedError
from chalicelib.lake.directory import files, notifier, watcher
from chalicelib.lake.directory.folders import FolderReader
from chalicelib.lake.directory.inotify import Inotify
from chalicelib.lake.directory.watcher import FolderWatcher

pytestmark = pytest.mark.slow

has_events = pytest.mark.skipif(sys.platform != "linux", reason="there is no inotify")

NOTIFIERS = [pytest.param("events", marks=has_events), "times"]
Watch = Callable[[], FolderWatcher]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def inbox(root: Path) -> Path:
    folder = root / "inbox"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def watch(root: Path) -> Iterator[Watch]:
    """Makes watchers of the inbox, and closes them in the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(FolderWatcher(str(root), "inbox/")))


@pytest.fixture(params=NOTIFIERS)
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leaves everything to one kind of notifier: nothing is read in turn."""
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    if request.param == "times":
        use_times(monkeypatch)
    return str(request.param)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each folder is read."""
    found: Counter[str] = Counter()
    read_open = FolderReader.read_open

    def note(reader: FolderReader, folder: int, path: bytes) -> Any:
        found[path.decode()] += 1
        return read_open(reader, folder, path)

    monkeypatch.setattr(FolderReader, "read_open", note)
    return found


def use_times(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise OSError("no events here")

    monkeypatch.setattr(watcher, "EventNotifier", none)


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def named(watching: FolderWatcher) -> list[str]:
    look = watching.look()
    assert look.failures == []
    return sorted({info.key.removeprefix("inbox/") for info in look.objects})


def rest(watching: FolderWatcher) -> None:
    """Let the time pass for which a changed folder counts as changed again."""
    for _ in range(notifier.FRESH_LOOKS + 1):
        watching.look()


def test_the_first_look_names_everything_and_then_only_changes(
    inbox: Path, watch: Watch, told: str
) -> None:
    write(inbox / "a/1.csv")
    write(inbox / "b/c/2.csv")
    watching = watch()
    assert named(watching) == ["a/1.csv", "b/c/2.csv"]
    rest(watching)
    assert named(watching) == []
    write(inbox / "b/c/3.csv")
    assert "b/c/3.csv" in named(watching)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file": lambda inbox: write(inbox / "a/new.csv"),
    "a new tree": lambda inbox: write(inbox / "x/y/z/new.csv"),
    "a file renamed into place": lambda inbox: write(inbox / "a/.part").rename(inbox / "a/new.csv"),
    "a file moved in": lambda inbox: write(inbox.parent / "t").rename(inbox / "a/new.csv"),
    "a file in place of another": lambda inbox: write(inbox.parent / "t").replace(
        inbox / "a/1.csv"
    ),
    "a tree moved in": lambda inbox: write(inbox.parent / "t/u/new.csv").parent.parent.rename(
        inbox / "x"
    ),
    "a folder renamed": lambda inbox: (inbox / "a").rename(inbox / "z"),
    "a tree renamed": lambda inbox: (inbox / "b").rename(inbox / "z"),
    "a folder in place of another": lambda inbox: (
        (inbox / "b/c").rename(inbox.parent / "old"),
        write(inbox.parent / "t/2.csv"),
        (inbox.parent / "t").rename(inbox / "b/c"),
    ),
    "a tree in place of another": lambda inbox: (
        (inbox / "b").rename(inbox.parent / "old"),
        write(inbox.parent / "t/c/2.csv"),
        (inbox.parent / "t").rename(inbox / "b"),
    ),
    "two folders exchanged": lambda inbox: (
        (inbox / "a").rename(inbox / "t"),
        (inbox / "b").rename(inbox / "a"),
        (inbox / "t").rename(inbox / "b"),
    ),
    "a folder removed and made again": lambda inbox: (
        shutil.rmtree(inbox / "a"),
        write(inbox / "a/1.csv", b"other"),
    ),
    "the inbox removed and made again": lambda inbox: (
        shutil.rmtree(inbox),
        write(inbox / "a/1.csv", b"other"),
    ),
    "another lake in its place": lambda inbox: (
        inbox.parent.rename(inbox.parent.with_name("old")),
        write(inbox / "a/1.csv", b"other"),
    ),
}
IN_PLACE: dict[str, Callable[[Path], object]] = {
    "a file written anew": lambda inbox: (inbox / "a/1.csv").write_bytes(b"other"),
    "a file that grows": lambda inbox: os.truncate(inbox / "a/1.csv", 100),
    "a file that is touched": lambda inbox: os.utime(inbox / "a/1.csv", (1, 1)),
}


def state(inbox: Path) -> dict[str, str]:
    return {
        path.relative_to(inbox).as_posix(): files.etag_of(path.stat())
        for path in inbox.rglob("*")
        if path.is_file()
    }


def assert_that_it_shows(
    change: Callable[[Path], object], inbox: Path, watching: FolderWatcher
) -> None:
    """Every file that is there after the change was named in the state that it has."""
    write(inbox / "a/1.csv")
    write(inbox / "b/c/2.csv")
    known = {info.key: info.etag for info in watching.look().objects}
    rest(watching)
    change(inbox)
    known |= {info.key: info.etag for info in watching.look().objects}
    assert state(inbox).items() <= {key.removeprefix("inbox/"): known[key] for key in known}.items()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_of_a_folder_shows_at_the_next_look(
    inbox: Path, watch: Watch, told: str, change: Callable[[Path], object]
) -> None:
    assert_that_it_shows(change, inbox, watch())


@has_events
@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE)
def test_the_kernel_tells_of_changes_in_place_too(
    inbox: Path, watch: Watch, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    assert_that_it_shows(change, inbox, watch())


@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE)
def test_in_a_small_lake_all_is_read_at_every_look(
    inbox: Path, watch: Watch, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_times(monkeypatch)
    assert_that_it_shows(change, inbox, watch())


def test_an_inbox_that_is_not_there_yet_is_waited_for(root: Path, watch: Watch, told: str) -> None:
    watching = watch()
    assert named(watching) == []
    root.mkdir()
    assert named(watching) == []
    write(root / "inbox/a/1.csv")
    assert named(watching) == ["a/1.csv"]


def test_at_rest_no_folder_is_read(
    inbox: Path, watch: Watch, told: str, reads: Counter[str]
) -> None:
    for number in range(50):
        write(inbox / f"{number}/1.csv")
    watching = watch()
    rest(watching)
    reads.clear()
    for _ in range(5):
        watching.look()
    assert reads == {}
    write(inbox / "7/2.csv")
    watching.look()
    assert reads == {"inbox/7": 1}


class _Deaf:
    def watch(self, path: bytes, folder: int) -> None: ...
    def forget(self, path: bytes) -> None: ...
    def changed(self) -> set[bytes]:
        return set()

    def close(self) -> None: ...


def test_what_nobody_tells_is_found_in_turn_for_the_same_few_reads_a_look(
    inbox: Path, watch: Watch, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "EventNotifier", _Deaf)
    monkeypatch.setattr(watcher, "READS_A_LOOK", 20)
    for number in range(100):
        write(inbox / f"{number:02}/1.csv")
    watching = watch()
    watching.look()
    reads.clear()
    for number in range(100):
        write(inbox / f"{number:02}/2.csv")
    found: set[str] = set()
    # A folder, and two files in it, are three reads; the inbox itself is 101 in one look.
    looks = 100 * 3 // 20 + 101 // 20 + 2
    for _ in range(looks):
        before = reads.total()
        found.update(named(watching))
        assert reads.total() - before <= 20 // 3 + 1
    assert len([name for name in found if name.endswith("2.csv")]) == 100


def test_a_folder_with_thousands_of_files_is_read_as_rarely_as_they_would_be(
    inbox: Path, watch: Watch, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "EventNotifier", _Deaf)
    monkeypatch.setattr(watcher, "READS_A_LOOK", 20)
    for number in range(200):
        write(inbox / f"{number}.csv")
    watching = watch()
    for _ in range(101):
        watching.look()
    assert reads.total() in (10, 11)


@has_events
def test_when_events_were_lost_all_is_read(
    inbox: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    for number in range(20):
        write(inbox / f"{number}/1.csv")
    watching = watch()
    watching.look()
    monkeypatch.setattr(Inotify, "changed", lambda _: None)
    assert len(named(watching)) == 20


@pytest.mark.slow
@has_events
def test_a_flood_of_events_loses_no_file(
    inbox: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("this system's queue is too long to fill it")
    watching = watch()
    watching.look()
    folder = write(inbox / "a/kept.csv").parent
    watching.look()
    for number in range(limit // 2 + 100):
        path = folder / f"{number % 100}.csv"
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        path.unlink()
    write(inbox / "b/2.csv")
    assert {"a/kept.csv", "b/2.csv"} <= {*named(watching)}


@has_events
@pytest.mark.parametrize("room", [0, 1, 5, 10])
def test_without_room_for_watches_times_are_compared(
    inbox: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    watch_folder, left = Inotify.watch, room

    def fill(self: Inotify, folder: int) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "no space left on device")
        return watch_folder(self, folder)

    monkeypatch.setattr(Inotify, "watch", fill)
    for number in range(8):
        write(inbox / f"{number}/1.csv")
    watching = watch()
    assert len(named(watching)) == 8
    watching.look()
    rest(watching)
    for number in range(10):
        write(inbox / f"{number}/2.csv")
    assert len([name for name in named(watching) if name.endswith("2.csv")]) == 10


def test_a_change_within_the_same_step_of_a_coarse_clock_is_found(
    inbox: Path, watch: Watch, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_times(monkeypatch)
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    monkeypatch.setattr(notifier, "_times", lambda found: (found.st_ino,))  # it stands still
    folder = write(inbox / "a/1.csv").parent
    watching = watch()
    watching.look()
    for number in range(notifier.FRESH_LOOKS - 1):
        write(folder / f"{number + 2}.csv")
        assert f"a/{number + 2}.csv" in named(watching)
    rest(watching)
    reads.clear()
    watching.look()
    assert reads == {}


def test_many_folders_are_asked_for_their_times_in_turn(
    inbox: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_times(monkeypatch)
    monkeypatch.setattr(watcher, "READS_A_LOOK", 0)
    monkeypatch.setattr(notifier, "FOLDERS_A_LOOK", 10)
    for number in range(100):
        write(inbox / f"{number}/1.csv")
    watching = watch()
    rest(watching)
    asked: list[bytes] = []
    lstat = os.lstat

    def note(path: Any, **named: Any) -> os.stat_result:
        if isinstance(path, bytes):
            asked.append(path)
        return lstat(path, **named)

    monkeypatch.setattr(os, "lstat", note)
    for number in range(100):
        write(inbox / f"{number}/2.csv")
    found: set[str] = set()
    for _ in range(11):
        asked.clear()
        found.update(named(watching))
        assert len(asked) <= 10 + 1 + 10  # the folders, and those with folders in them
    assert len([name for name in found if name.endswith("2.csv")]) == 100


def test_a_folder_that_cannot_be_read_is_told_tried_again_and_stops_no_other(
    inbox: Path, watch: Watch, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_open, is_closed = FolderReader.read_open, True

    def refuse(reader: FolderReader, folder: int, path: bytes) -> Any:
        if path == b"inbox/a" and is_closed:
            raise PermissionError(errno.EACCES, "Permission denied")
        return read_open(reader, folder, path)

    monkeypatch.setattr(FolderReader, "read_open", refuse)
    write(inbox / "a/1.csv")
    write(inbox / "b/2.csv")
    watching = watch()
    for _ in range(2):
        look = watching.look()
        [(folder, error)] = look.failures
        assert (folder, type(error)) == ("inbox/a/", StoreDeniedError)
    is_closed = False
    assert "a/1.csv" in named(watching)


def test_links_are_not_followed_and_temporary_files_not_named(
    inbox: Path, watch: Watch, tmp_path: Path, told: str
) -> None:
    write(tmp_path / "outside/1.csv")
    (inbox / "link").symlink_to(tmp_path / "outside")
    write(inbox / ".rok-tmp-1")
    watching = watch()
    assert named(watching) == []
    write(inbox / "a/1.csv")
    assert named(watching) == ["a/1.csv"]
    shutil.rmtree(inbox / "a")
    (inbox / "a").symlink_to(tmp_path / "outside")
    assert named(watching) == []


@has_events
def test_a_folder_that_other_machines_write_into_is_not_left_to_the_kernel(
    inbox: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inotify, "_is_shared", lambda *_: True)
    watching = watch()
    watching.look()
    assert isinstance(vars(watching)["_notifier"], notifier.TimeNotifier)


class _History:
    """Changes a tree at random."""

    def __init__(self, seed: int, inbox: Path, *, in_place: bool) -> None:
        self.chance = random.Random(seed)
        self._inbox = inbox
        self._in_place = in_place

    def change(self) -> None:
        folders = [self._inbox, *(path for path in self._inbox.rglob("*") if path.is_dir())]
        target = self.chance.choice(folders) / f"{self.chance.randrange(6)}"
        self.chance.choice((self._write, self._write, self._make))(target)
        if scans := [path for path in self._inbox.rglob("*") if path.is_file()]:
            self.chance.choice((self._leave, self._replace, self._remove))(scans, target)
        if below := folders[1:]:
            choices = (self._leave, self._leave, self._rename, self._rename, self._remove_folder)
            self.chance.choice(choices)(below, target)

    def _write(self, target: Path) -> None:
        if not target.is_dir() and (self._in_place or not target.exists()):
            target.write_bytes(b"x" * self.chance.randrange(9))

    def _make(self, target: Path) -> None:
        if not target.exists():
            target.mkdir()

    def _leave(self, paths: list[Path], target: Path) -> None: ...

    def _replace(self, scans: list[Path], target: Path) -> None:
        if not target.is_dir():
            self.chance.choice(scans).replace(target)

    def _remove(self, scans: list[Path], _target: Path) -> None:
        self.chance.choice(scans).unlink()

    def _rename(self, folders: list[Path], target: Path) -> None:
        moved = self.chance.choice(folders)
        if not target.exists() and moved not in (target, *target.parents):
            moved.rename(target)

    def _remove_folder(self, folders: list[Path], _target: Path) -> None:
        if self.chance.random() < 0.3:
            shutil.rmtree(self.chance.choice(folders))


@pytest.mark.parametrize("seed", range(20))
def test_after_any_history_every_file_was_named_as_it_is(
    inbox: Path, watch: Watch, told: str, seed: int
) -> None:
    history = _History(seed, inbox, in_place=told == "events")
    watching = watch()
    known: dict[str, str] = {}
    for _ in range(40):
        for _ in range(history.chance.randrange(1, 4)):
            history.change()
        for info in watching.look().objects:
            known[info.key.removeprefix("inbox/")] = info.etag
        there = state(inbox)
        assert {key: known.get(key) for key in there} == there
