"""Reading ahead: the order, the error and the end are those of the items themselves."""

import threading
from collections.abc import Iterator

import pytest

from chalicelib.threads.ahead import ReadAhead


def counted(most: int, taken: list[int]) -> Iterator[int]:
    for number in range(most):
        taken.append(number)
        yield number


@pytest.mark.parametrize("most", [0, 1, 999, 1000, 1001, 5000])
def test_all_items_come_in_their_order(most: int) -> None:
    with ReadAhead(range(most)) as items:
        assert list(items) == list(range(most))


@pytest.mark.parametrize("before", [0, 1, 1000, 2500])
def test_an_error_comes_after_the_items_before_it(before: int) -> None:
    def broken() -> Iterator[int]:
        yield from range(before)
        raise ValueError("cut")

    found: list[int] = []

    def take() -> None:
        with ReadAhead(broken()) as items:
            for item in items:
                found.append(item)  # noqa: PERF402

    with pytest.raises(ValueError, match="cut"):
        take()
    assert found == list(range(before))


def test_it_reads_only_so_far_ahead_and_its_thread_ends_when_it_is_closed() -> None:
    taken: list[int] = []
    with ReadAhead(counted(1_000_000, taken)) as items:
        assert next(iter(items)) == 0
    vars(items)["_thread"].join(10)
    assert not vars(items)["_thread"].is_alive()
    assert len(taken) <= 5000


def test_several_are_read_side_by_side() -> None:
    barrier = threading.Barrier(3, timeout=10)

    def meet(number: int) -> Iterator[int]:
        barrier.wait()  # passes only when all three are read at once
        yield number

    readers = [ReadAhead(meet(number)) for number in range(3)]
    assert [list(reader) for reader in readers] == [[0], [1], [2]]
