"""The zip for Lambda: small, the same every time, complete; and nothing else gets deployed."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from chalice.deploy.packager import DependencyBuilder
from chalice.utils import UI, OSUtils

from tests.e2e.artefact import NEEDS_312, NEEDS_LINUX, host_target
from tools.package import build as building
from tools.package import bytecode, passed, zips
from tools.package import check as checking
from tools.package.__main__ import main
from tools.package.build import build
from tools.package.chalice_cli import SlimPackager
from tools.package.check import check
from tools.package.passed import check_once
from tools.package.target import MAX_ZIP_BYTES, ROOT, PackageError, Target

pytestmark = [pytest.mark.slow, pytest.mark.long]

ARCHES = ("x86_64", "arm64")


def project_copy(folder: Path) -> Path:
    """What a fresh clone has that matters to chalice."""
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("chalicelib", ".chalice"):
        leave_out = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
        shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
    return folder


def with_libraries(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Build in this folder from now on, the libraries being there; when they were made."""
    build(host_target())
    folder.mkdir()
    made = shutil.copy(building.libraries(host_target()), folder)
    monkeypatch.setattr(building, "FOLDER", folder)
    return Path(made).stat().st_mtime_ns


@NEEDS_312
class TestPackage:
    @pytest.mark.parametrize("arch", ARCHES)
    def test_it_is_small_and_fit(self, arch: str) -> None:
        target = Target.of_this_python(arch)
        path = build(target)
        check(path, target)
        assert path.stat().st_size <= MAX_ZIP_BYTES == 33_554_432

    def test_the_same_inputs_give_the_same_bytes_in_another_place_at_another_time(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = host_target()
        first = build(target).read_bytes()
        elsewhere = tmp_path / "a clone"
        elsewhere.mkdir()
        copy = project_copy(elsewhere)
        for path in copy.rglob("*.py"):
            os.utime(path, (0, time.time() + 1000))
        (copy / "chalicelib" / "__pycache__").mkdir()
        (copy / "chalicelib" / "__pycache__" / "config.cpython-313.pyc").write_bytes(b"stale")
        (copy / "chalicelib" / ".DS_Store").write_bytes(b"")
        monkeypatch.setattr(building, "FOLDER", tmp_path / "build")
        again = build(target, copy)
        assert again.read_bytes() == first

    def test_a_change_of_the_app_makes_it_anew(self, tmp_path: Path) -> None:
        app = building.app_files(project_copy(tmp_path))
        key = building._key(host_target(), app)
        assert building._key(host_target(), dict(app)) == key
        app["chalicelib/config.py"] += b"# changed\n"
        assert building._key(host_target(), app) != key
        assert building._key(Target("3.12", "x86_64"), app) != building._key(
            Target("3.12", "arm64"), app
        )

    def test_a_change_of_the_app_compresses_no_library_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = host_target()
        copy = project_copy(tmp_path)
        first = with_libraries(tmp_path / "build", monkeypatch)
        with (copy / "app.py").open("a") as app:
            app.write("# changed\n")
        with zipfile.ZipFile(build(target, copy)) as archive:
            assert archive.read("app.py").endswith(b"# changed\n")
            assert archive.testzip() is None
        check(build(target, copy), target)
        assert building.libraries(target).stat().st_mtime_ns == first

    def test_a_file_that_is_the_apps_and_a_librarys_stops_the_build(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with_libraries(tmp_path / "build", monkeypatch)
        app = {"pyarrow/types.py": b""}
        monkeypatch.setattr(building, "app_files", lambda _: app)
        with pytest.raises(PackageError, match=r"two parts.* have the file pyarrow/types\.py"):
            build(host_target())

    def test_all_sources_have_byte_code_that_is_loaded_without_a_look_at_the_source(self) -> None:
        with zipfile.ZipFile(build(host_target())) as archive:
            names = set(archive.namelist())
            tag = sys.implementation.cache_tag
            for name in (name for name in names if name.endswith(".py")):
                folder, _, file = name.rpartition("/")
                cached = f"{folder}/__pycache__/{file[:-3]}.{tag}.pyc".removeprefix("/")
                # PEP 552: bit 0 says that it has a hash, bit 1 that the hash is to be checked.
                assert archive.read(cached)[4:8] == b"\x01\0\0\0", name

    @NEEDS_LINUX
    def test_make_package_ends_with_path_bytes_and_sha256(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        target = host_target()
        assert main(["--arch", target.arch]) == 0
        path, size, digest = capfd.readouterr().out.splitlines()[-1].split(" ")
        data = Path(path).read_bytes()
        assert (int(size), digest) == (len(data), zips.sha256(data))
        assert main(["--arch", target.arch, "check", path]) == 0

    def test_a_wrong_architecture_is_refused_in_one_line(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--arch", "mips"]) == 1
        assert capfd.readouterr().err == "error: ARCH must be one of x86_64, arm64, not 'mips'\n"


def test_python_3_11_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    assert main([]) == 1
    said = capfd.readouterr().err.splitlines()
    assert len(said) == 1
    assert "Python 3.11" in said[0]
    assert "3.12 or newer" in said[0]


@pytest.fixture(scope="module")
def files() -> zips.Files:
    """What is in the finished package."""
    with zipfile.ZipFile(build(host_target())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def light(files: zips.Files) -> zips.Files:
    """The same without large libraries: quick to write and read, and with their lack to be told."""
    return {name: data for name, data in files.items() if len(data) < 1024 * 1024}


@NEEDS_312
class TestCheck:
    """A package with something wrong is refused, and the refusal names it."""

    def refusal(self, path: Path, files: zips.Files, target: Target | None = None) -> str:
        """What the check says of a package of these files."""
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        with pytest.raises(PackageError) as refused:
            check(path, target or host_target())
        return str(refused.value)

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("rich/__init__.py", b"", "has rich, which does not belong into it"),
            ("boto3-1.44.5.dist-info/METADATA", b"", "has boto3-1.44.5.dist-info"),
            ("tests/test_app.py", b"", "has tests, which does not belong into it"),
            ("jsonschema/tests/suite.py", b"", "which is for tests"),
            ("chalicelib/.env", b"", "hidden"),
            ("chalicelib/config.json", b"{}", "local configuration"),
            ("../evil.py", b"", "outside its folder"),
            ("chalicelib/k.py", b"KEY = 'AKIA" + b"ABCDEFGHIJKLMNOP'", "an AWS access key in"),
            ("chalicelib/k.py", b"-----BEGIN RSA PRIVATE " + b"KEY-----", "a private key in"),
            ("chalicelib/k.py", b"aws_secret_access_key = '" + b"a" * 40, "an AWS secret key in"),
            ("chalicelib/k.py", b"AWS_SECRET_ACCESS_KEY=" + b"a" * 39 + b"+'", "an AWS secret key"),
            ("chalicelib/k", b'{"SecretAccessKey": "' + b"a" * 40 + b'"}', "an AWS secret key in"),
            ("chalicelib/k", b"ghp" + b"_" + b"a1" * 18, "a GitHub token in chalicelib/k"),
            ("chalicelib/new.py", b"", "lacks the byte code of chalicelib/new.py"),
            (
                "chalicelib/config.py",
                b"changed = 1\n",
                "byte code of chalicelib/config.py that was",
            ),
            ("pyarrow/_csv.cpython-310-x86_64-linux-gnu.so", b"\x7fELF", "shared object"),
        ],
    )
    def test_what_does_not_belong(
        self, light: zips.Files, tmp_path: Path, name: str, data: bytes, words: str
    ) -> None:
        assert words not in self.refusal(tmp_path / "before.zip", light)
        assert words in self.refusal(tmp_path / "p.zip", {**light, name: data})

    @pytest.mark.parametrize(
        ("gone", "words"),
        [
            ("app.py", "lacks app.py"),
            ("chalicelib/players/schema.json", "lacks chalicelib/players/schema.json"),
            ("pyarrow/", "lacks pyarrow/lib.cpython"),
            ("pyarrow/libarrow_substrait.so", "needs libarrow_substrait.so"),
        ],
    )
    def test_what_is_missing(
        self, files: zips.Files, tmp_path: Path, gone: str, words: str
    ) -> None:
        left = {name: data for name, data in files.items() if not name.startswith(gone)}
        assert words in self.refusal(tmp_path / "p.zip", left)

    @NEEDS_LINUX
    def test_what_does_not_import(
        self, files: zips.Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checking, "MAX_ZIP_BYTES", 1 << 30)  # it is not compressed here
        new = {"chalicelib/new.py": b"import requests\n"}
        refused = self.refusal(tmp_path / "p.zip", {**files, **new, **bytecode.compiled(new)})
        assert "does not import in a bare Python" in refused
        assert "No module named 'requests'" in refused

    @NEEDS_LINUX
    def test_byte_code_that_is_damaged_where_nobody_imports_it(
        self, files: zips.Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checking, "MAX_ZIP_BYTES", 1 << 30)  # it is not compressed here
        name = cache_from_source("pyarrow/vendored/version.py")
        broken = {**files, name: files[name][:16] + b"junk"}
        assert f"{name} is damaged" in self.refusal(tmp_path / "p.zip", broken)

    def test_byte_code_that_is_missing_everywhere(self, light: zips.Files, tmp_path: Path) -> None:
        left = {name: data for name, data in light.items() if not name.endswith(".pyc")}
        refused = self.refusal(tmp_path / "p.zip", left)
        assert "lacks the byte code of app.py" in refused
        assert re.search(r"has \d+ more faults of byte code", refused)

    def test_what_is_too_large(self, files: zips.Files, tmp_path: Path) -> None:
        # It is stored without compression here.
        refused = self.refusal(tmp_path / "p.zip", files)
        assert f"at most {MAX_ZIP_BYTES} are allowed" in refused

    def test_what_is_for_another_machine_or_python(self, files: zips.Files, tmp_path: Path) -> None:
        here = host_target()
        other = Target(here.python, next(arch for arch in ARCHES if arch != here.arch))
        for target in (other, Target("3.10", here.arch)):
            words = f"not for Python {target.python} on {target.arch}"
            assert words in self.refusal(tmp_path / "p.zip", files, target)

    def test_what_is_no_zip(self, tmp_path: Path) -> None:
        (tmp_path / "p.zip").write_bytes(b"junk")
        with pytest.raises(PackageError, match="cannot be read"):
            check(tmp_path / "p.zip", host_target())


@NEEDS_312
class TestCheckedOnce:
    """A zip that has passed is not checked again, and no other one profits from it."""

    @pytest.fixture
    def checks(self, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
        """The zips that were really checked."""
        seen: list[bytes] = []
        monkeypatch.setattr(passed, "check", lambda path, _: seen.append(path.read_bytes()))
        return seen

    def test_only_the_very_same_bytes_pass_without_a_look(
        self, checks: list[bytes], tmp_path: Path
    ) -> None:
        path = tmp_path / "p.zip"
        for data in (b"one", b"one", b"two", b"two", b"one"):
            path.write_bytes(data)
            check_once(path, host_target())
        assert checks == [b"one", b"two", b"one"]
        check_once(path, Target("3.12", "arm64"))
        assert len(checks) == 4

    def test_what_did_not_pass_is_looked_at_again(self, tmp_path: Path) -> None:
        (tmp_path / "p.zip").write_bytes(b"junk")
        for _ in range(2):
            with pytest.raises(PackageError, match="cannot be read"):
                check_once(tmp_path / "p.zip", host_target())


@pytest.mark.parametrize("command", ["deploy", "package out", "delete", "dev plan"])
def test_plain_chalice_packages_nothing_where_our_tools_are_not(
    tmp_path: Path, command: str
) -> None:
    """As in build/deploy/dev; in a clone they take over (test_chalice_commands.py)."""
    clone = project_copy(tmp_path)
    chalice = "from chalice.cli import main; raise SystemExit(main())"
    before = {path for path in clone.rglob("*") if "__pycache__" not in path.parts}
    done = subprocess.run(
        [sys.executable, "-c", chalice, *command.split()],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: here is a copy without tools/; [^\n]*\n", done.stderr)
    assert {path for path in clone.rglob("*") if "__pycache__" not in path.parts} == before


@NEEDS_312
@NEEDS_LINUX
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the stage dev is on x86_64")
class TestOurChalice:
    def package(self, clone: Path, out: Path) -> "subprocess.CompletedProcess[str]":
        command = ["package", "--pkg-format", "terraform", str(out)]
        ours = [sys.executable, "-m", "tools.package.chalice_cli", "--project-dir", str(clone)]
        return subprocess.run(
            [*ours, *command], cwd=ROOT, capture_output=True, text=True, check=False
        )

    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        (tmp_path / "clone").mkdir()
        return project_copy(tmp_path / "clone")

    def test_it_ships_the_very_zip_that_make_package_makes(
        self, clone: Path, tmp_path: Path
    ) -> None:
        done = self.package(clone, tmp_path / "out")
        assert done.returncode == 0, done.stderr
        shipped = (tmp_path / "out" / "deployment.zip").read_bytes()
        assert shipped == build(host_target()).read_bytes()
        template = json.loads((tmp_path / "out" / "chalice.tf.json").read_text("utf-8"))
        functions = template["resource"]["aws_lambda_function"].values()
        assert {function["runtime"] for function in functions} == {f"python{host_target().python}"}

    def test_it_makes_no_layer_which_nobody_checks(self, clone: Path, tmp_path: Path) -> None:
        config = json.loads((clone / ".chalice" / "config.json").read_text("utf-8"))
        (clone / ".chalice" / "config.json").write_text(
            json.dumps({**config, "automatic_layer": True})
        )
        done = self.package(clone, tmp_path / "out")
        assert done.returncode == 1
        assert done.stderr == "error: automatic_layer in .chalice/config.json must not be set\n"
        assert not (tmp_path / "out").exists()

    def test_it_ships_nothing_that_does_not_pass_the_check(
        self, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (clone / "chalicelib" / "new.py").write_text("import requests\n")
        # The real package stays as it is.
        with_libraries(tmp_path / "build", monkeypatch)
        packager = SlimPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
        with pytest.raises(SystemExit, match="No module named 'requests'"):
            packager.create_deployment_package(str(clone), f"python{host_target().python}")
