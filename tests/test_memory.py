"""Arrow's allocator, and what the garbage collector passes over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
POOL = "import chalicelib, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


def python(code: str, **settings: str) -> str:
    """What a fresh interpreter prints."""
    names = ("ARROW_DEFAULT_MEMORY_POOL", "JE_ARROW_MALLOC_CONF")
    env = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-W", "error", "-c", code]
    found = subprocess.run(
        command, cwd=ROOT, env=env | settings, check=True, capture_output=True, text=True
    )
    assert found.stderr == ""
    return found.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it stays Arrow's choice")
def test_arrow_allocates_by_jemalloc_unless_somebody_has_chosen() -> None:
    assert python(POOL) == "jemalloc"
    assert python(POOL, ARROW_DEFAULT_MEMORY_POOL="system") == "system"


def test_what_is_there_is_kept_once_and_what_comes_later_is_collected() -> None:
    code = (
        "import gc; from chalicelib.memory import keep_what_is_there;"
        "before = gc.get_freeze_count(); keep_what_is_there(); first = gc.get_freeze_count();"
        "cycle = []; cycle.append(cycle); del cycle; keep_what_is_there();"
        "print(first - before > 1000, gc.get_freeze_count() <= first, gc.collect() >= 1)"
    )
    assert python(code) == "True True True"
