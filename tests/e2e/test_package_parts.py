"""The parts that make the package: stripping, cutting, pins, zips."""

import ctypes
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.artefact import NEEDS_312, NEEDS_LINUX, host_target
from tools.package import bytecode, elf, pins, slim, zips
from tools.package import wheels as wheels_module
from tools.package.target import PackageError, Target
from tools.package.wheels import wheels

pytestmark = pytest.mark.slow

STRIP = shutil.which("strip")


@NEEDS_312
@NEEDS_LINUX
class TestStrip:
    """On the libraries that it is for."""

    @pytest.fixture(params=["pyarrow/libparquet.so.????", "pyarrow/_csv.cpython-*.so"])
    def library(self, request: pytest.FixtureRequest) -> bytes:
        found = next(wheel for wheel in wheels(host_target()) if wheel.name.startswith("pyarrow-"))
        with zipfile.ZipFile(found) as archive:
            names = [name for name in archive.namelist() if Path(name).match(request.param)]
            return archive.read(names[0])

    def test_it_is_smaller_and_the_same_to_the_loader(self, library: bytes) -> None:
        stripped = elf.strip(library)
        assert len(stripped) < len(library)
        assert elf.read(stripped) == elf.read(library)
        assert elf.strip(stripped) == stripped

    @pytest.mark.skipif(STRIP is None, reason="no strip of binutils to compare with")
    def test_it_takes_away_what_binutils_would(self, library: bytes, tmp_path: Path) -> None:
        assert STRIP is not None
        theirs = tmp_path / "lib.so"
        theirs.write_bytes(library)
        subprocess.run([STRIP, "--strip-unneeded", str(theirs)], check=True)
        ours = elf.strip(library)
        assert abs(theirs.stat().st_size - len(ours)) < 4096
        left = set(self.sections(theirs.read_bytes(), tmp_path))
        assert left - set(self.sections(ours, tmp_path)) <= {".comment", ".gnu.build.attributes"}

    def sections(self, data: bytes, folder: Path) -> list[str]:
        (folder / "x.so").write_bytes(data)
        command = ["readelf", "-SW", "x.so"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if "] ." in line]
        return [line.split("]")[1].split()[0] for line in lines]


@NEEDS_LINUX
def test_a_stripped_library_is_loaded_and_works(tmp_path: Path) -> None:
    source = Path(next(iter(_loaded("libc.so.6"))))
    (tmp_path / "lib.so").write_bytes(elf.strip(source.read_bytes()))
    assert elf.read(source.read_bytes()).soname == "libc.so.6"
    code = "import ctypes; assert ctypes.CDLL('./lib.so')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def _loaded(name: str) -> list[str]:
    ctypes.CDLL(name)
    maps = Path("/proc/self/maps").read_text("utf-8").splitlines()
    return sorted({line.split()[-1] for line in maps if line.endswith(name)})


@given(st.binary(max_size=200))
def test_what_is_no_shared_object_is_refused(data: bytes) -> None:
    header = b"\x7fELF\x02\x01" + data
    for damaged in (data, header, header + b"\0" * 64):
        for function in (elf.read, elf.strip):
            with suppress(elf.ElfError):
                function(damaged)


def wheel(folder: Path, *left_out: str, **more: bytes) -> Path:
    """A pyarrow wheel of empty files that has just what is known."""
    names = {pattern.replace("????", "2600").replace("*", "x") for pattern in slim.KEPT}
    names = {name for name in names if name not in left_out}
    path = folder / "pyarrow-99.0-cp313-cp313-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(names):
            archive.writestr(name, _LEAST_ELF if ".so" in name else b"")
        for name, data in more.items():
            archive.writestr(name, data)
    return path


# A header, one segment that is loaded, no sections.
_LEAST_ELF = elf._HEADER.pack(
    b"\x7fELF\x02\x01\x01".ljust(16, b"\0"), 3, 62, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0
) + elf._SEGMENT.pack(1, 4, 0, 0, 0, 120, 120, 4096)


class TestSlim:
    def test_what_is_known_is_kept_or_dropped(self, tmp_path: Path) -> None:
        dropped = {"pyarrow/lib.pyx": b"x", "pyarrow/tests/test_io.py": b"x"}
        kept = slim.contents(wheel(tmp_path, **dropped))
        assert "pyarrow/lib.cpython-x.so" in kept
        assert not dropped.keys() & kept.keys()

    @pytest.mark.parametrize(
        "name", ["pyarrow/_quantum.cpython-313-x86_64-linux-gnu.so", "pyarrow/new.py", "top.py"]
    )
    def test_a_file_that_is_not_known_stops_the_build(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(PackageError, match="a file that is not known") as refused:
            slim.contents(wheel(tmp_path, **{name: b""}))
        assert name in str(refused.value)
        assert "slim.py" in str(refused.value)

    def test_a_file_that_is_gone_stops_the_build(self, tmp_path: Path) -> None:
        with pytest.raises(PackageError, match=r"has no pyarrow/csv\.py"):
            slim.contents(wheel(tmp_path, "pyarrow/csv.py"))


class TestPins:
    @pytest.mark.parametrize("arch", ["x86_64", "arm64"])
    @pytest.mark.parametrize("python", ["3.12", "3.13", "3.14", "3.15"])
    def test_every_target_has_wheels_for_all_requirements(self, python: str, arch: str) -> None:
        target = Target(python, arch)
        pinned = pins.pinned_wheels(target)
        assert all(len(digest) == 64 for digest in pinned.values())
        (pyarrow,) = [name for name in pinned if name.startswith("pyarrow-")]
        assert f"-{target.tag}-" in pyarrow
        assert pyarrow.endswith(f"_{target.machine}.whl")

    def test_another_target_is_refused(self) -> None:
        with pytest.raises(PackageError, match=r"no wheels are pinned for 3\.99-x86_64"):
            pins.pinned_wheels(Target("3.99", "x86_64"))

    def test_a_requirement_without_pins_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "requirements.txt").write_text("pyarrow==99.0\n")
        monkeypatch.setattr(pins, "REQUIREMENTS", tmp_path / "requirements.txt")
        with pytest.raises(PackageError, match=r"pyarrow==99\.0.*tools\.package pin"):
            pins.pinned_wheels(Target("3.13", "x86_64"))

    def test_only_exact_versions_are_requirements(self) -> None:
        assert pins.required("# words\nPyArrow==26.0.1  # why\n\n") == ["pyarrow==26.0.1"]
        for line in ("pyarrow", "pyarrow>=26", "-r other.txt", "--find-links x"):
            with pytest.raises(PackageError, match="name==version"):
                pins.required(f"{line}\n")

    @NEEDS_312
    def test_a_wheel_with_another_hash_is_never_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = host_target()
        pinned = {"attrs-26.1.0-py3-none-any.whl": "0" * 64}
        (tmp_path / "pins.json").write_text(json.dumps({str(target): pinned}))
        (tmp_path / "requirements.txt").write_text("")
        monkeypatch.setattr(pins, "PINS", tmp_path / "pins.json")
        monkeypatch.setattr(pins, "REQUIREMENTS", tmp_path / "requirements.txt")
        monkeypatch.setattr(wheels_module, "FOLDER", tmp_path / "wheels")
        (tmp_path / "wheels").mkdir()
        (tmp_path / "wheels" / next(iter(pinned))).write_bytes(b"planted")
        with pytest.raises(PackageError, match="pip download failed"):
            wheels(target)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary()))
def test_a_zip_does_not_depend_on_the_order_of_its_files(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("zips")
    zips.write(folder / "a.zip", files, "words")
    zips.write(folder / "b.zip", dict(reversed(files.items())), "words")
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    assert zips.comment(folder / "a.zip") == "words"
    with zipfile.ZipFile(folder / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert sorted(path.name for path in folder.iterdir()) == ["a.zip", "b.zip"]


def test_a_zip_onto_another_holds_both_and_is_the_same_each_time(tmp_path: Path) -> None:
    base, first, second = (tmp_path / f"{name}.zip" for name in "abc")
    zips.write(base, {"p/q": b"1" * 1000, "r": b"2"}, "a long comment that must go " * 9)
    before = base.read_bytes()
    for path in (first, second):
        zips.write(path, {"z": b"3", "a": b"4"}, "words", onto=base)
    assert first.read_bytes() == second.read_bytes()
    assert base.read_bytes() == before
    assert zips.comment(first) == "words"
    assert zips.names(first) == ["p/q", "r", "a", "z"]
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert archive.read("r") + archive.read("z") == b"23"


def test_a_zip_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "junk.zip").write_bytes(b"junk")
    assert zips.comment(tmp_path / "none.zip") is zips.comment(tmp_path / "junk.zip") is None


class TestByteCode:
    def test_it_is_the_same_each_time_and_names_no_folder_of_this_machine(self) -> None:
        files = {"a.py": b"x = {'b', 'c', 'd'}\n", "p/b.py": b"def f():\n    return 'words'\n"}
        once = bytecode.compiled(files)
        assert bytecode.compiled(files) == once
        tag = sys.implementation.cache_tag
        assert sorted(once) == [f"__pycache__/a.{tag}.pyc", f"p/__pycache__/b.{tag}.pyc"]
        assert all(b"/tmp" not in code for code in once.values())

    def test_a_source_that_does_not_compile_stops_the_build(self) -> None:
        with pytest.raises(PackageError, match="does not compile"):
            bytecode.compiled({"a.py": b"def"})
