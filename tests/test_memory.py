"""Arrow's allocator."""

import sys

import pytest

from tests.test_app import python


def printed(code: str) -> str:
    found = python(code)
    assert found.stderr == ""
    return found.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it stays Arrow's choice")
@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("os.environ.pop('ARROW_DEFAULT_MEMORY_POOL', None)", "jemalloc"),
        ("os.environ['ARROW_DEFAULT_MEMORY_POOL'] = 'system'", "system"),
    ],
)
def test_arrow_allocates_by_jemalloc_unless_somebody_has_chosen(before: str, expected: str) -> None:
    after = "import chalicelib, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    assert printed(f"import os; {before}; {after}") == expected
