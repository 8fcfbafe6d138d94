"""A disk that takes no more: one line that says which and what to do; with room it goes on."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import StoreFullError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.sweep import sweep
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import SPOOL_IN_MEMORY, spooled
from tests.ingest import full_disk
from tests.ingest.races import accept
from tests.ingest.support import KEY, MOMENT, ROOT, SCAN, SETTINGS, contents, ingest

GO_ON = "make room there and do it again, or `sweep`: it goes on where it stopped"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("disks")
    isolated = ["unshare", "--map-root-user", "--mount"]
    try:
        probe = [*isolated, "mount", "-t", "tmpfs", "none", str(folder)]
        subprocess.run(probe, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a small disk of its own")
    done = subprocess.run(
        [*isolated, sys.executable, "-m", "tests.ingest.full_disk", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
class TestOnARealDisk:
    def test_it_is_one_line_and_what_was_not_done_is_done_later(self, seen: dict[str, Any]) -> None:
        codes = [one["code"] for one in seen["sweeps"]]
        assert codes.count(1) > 5
        assert codes[-1] == 0
        for one in seen["sweeps"]:
            lines = one["err"].splitlines()
            if one["code"]:
                assert lines[0].startswith("error: inbox/")
                assert "No space left on device: the disk of the lake /" in lines[0]
                assert lines[0].endswith(f"is full; {GO_ON}")
                assert lines[1:] in ([], ["error: 1 more upload for the same reason"])
            else:
                assert lines == []

    def test_nothing_is_half_published_and_no_temporary_file_is_left(
        self, seen: dict[str, Any]
    ) -> None:
        for one in seen["sweeps"]:
            assert one["temporary"] == []
            assert one["problems"] == []
            assert (one["later"], one["reports"]) == ([0, ""], 2)

    def test_a_full_folder_of_temporary_files_is_one_line(self, seen: dict[str, Any]) -> None:
        code, out, err = seen["check"]
        assert (code, out) == (1, "")
        assert err.startswith("error: No space left on device: the disk of temporary files (/")
        assert err.endswith(f"TMPDIR names another folder) is full; {GO_ON}\n")


@pytest.mark.slow
def test_a_limit_for_the_size_of_files_is_one_line(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    (lake / KEY).parent.mkdir(parents=True)
    (lake / KEY).write_bytes(full_disk.scan())
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 8; exec {sys.executable} -B -m chalicelib sweep"],
        cwd=ROOT,
        env={**os.environ, "LAKE_URI": f"file:{lake}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"error: {KEY}: File too large: the disk of the lake {lake} takes no file of this size "
        f"(its own limit, or that of `ulimit -f`); {GO_ON}\n"
    )
    assert [info.key for info in DirectoryStore(str(lake)).list_objects("")] == [KEY]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_each_upload_waits_for_room_and_is_completed(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    accept(directory_store, KEY, SCAN, MOMENT)
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", _failing(number))
        [failure] = sweep(directory_store, SETTINGS)
        assert isinstance(getattr(failure, "error", None), StoreFullError)
    assert [*contents(directory_store)] == [KEY]
    assert [one.key for one in sweep(directory_store, SETTINGS)] == [KEY]


def test_a_handler_whose_temporary_files_have_no_room_raises_so_that_s3_tries_again(
    s3_store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.lake.store.SPOOL_IN_MEMORY", 10)
    accept(s3_store, KEY, SCAN, MOMENT)
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryFile", _failing(errno.ENOSPC))
        with pytest.raises(StoreFullError, match=r"temporary files .* is full; make room there"):
            ingest_key(s3_store, KEY, SETTINGS)
    assert [*contents(s3_store)] == [KEY]
    assert ingest(s3_store).report["error_count"] == 0


def test_no_folder_for_temporary_files_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    with (
        pytest.raises(StoreFullError, match=r"No usable temporary directory .* make room in one"),
        spooled() as file,
    ):
        file.write(b"x" * (SPOOL_IN_MEMORY + 1))


def test_another_error_of_the_system_stays_what_it_is() -> None:
    with pytest.raises(FileNotFoundError), spooled():
        Path("/nonexistent/file").read_bytes()


def _failing(number: int) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail
