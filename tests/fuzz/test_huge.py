"""One field of 160 MiB, from a generator: refused in bounded memory. The long run takes 1 GB."""

from typing import Final

import pytest

from tests.fuzz.huge import FILES
from tests.ingest.support import LIMIT_MIB, run_measured

pytestmark = pytest.mark.slow

MIB: Final = 160


MORE: Final = 320
"""As many players of 1 MiB each: more than may be held at once."""


@pytest.mark.parametrize(
    ("name", "mib"),
    [("quoted.csv", MIB), ("line.jsonl.gz", MIB), ("wrapped.json", MIB), ("keys.jsonl", MORE)],
)
def test_one_huge_field_is_refused_within_256_mib(name: str, mib: int) -> None:
    arguments = (name, str(mib), "1024")
    peak, result = run_measured("check_field", *arguments, module="tests.fuzz.huge")
    status, _, ((code, *_),) = result
    assert (status, code) == ("rejected", FILES[name.removesuffix(".gz")][0])
    assert peak < LIMIT_MIB


def test_a_bomb_of_a_few_hundred_kilobytes_is_refused_where_it_is_too_large() -> None:
    arguments = ("quoted.csv.gz", str(MIB), "1")
    peak, result = run_measured("check_field", *arguments, module="tests.fuzz.huge")
    status, size, ((code, *_),) = result
    assert (status, code) == ("rejected", "too_large")
    assert size < 1024 * 1024
    assert peak < LIMIT_MIB
