"""Work in parallel: results in order, errors at their turn, bounded memory."""

from collections.abc import Generator
from typing import cast

import pytest

from chalicelib.errors import StoreError
from chalicelib.threads.pool import map_in_threads, map_ordered


def test_results_come_in_order_and_the_first_error_is_raised() -> None:
    assert map_in_threads(str, range(30)) == [str(one) for one in range(30)]
    assert map_in_threads(str, []) == []
    with pytest.raises(ZeroDivisionError):
        map_in_threads(lambda one: 1 // one, [1, 0, 2])


def test_ordered_results_come_in_order_and_few_items_are_begun() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return item * item

    results = map_ordered(work, iter(range(1000)), 3)
    assert [next(results) for _ in range(5)] == [0, 1, 4, 9, 16]
    cast(Generator[int, None, None], results).close()
    assert len(begun) <= 5 + 2 * 3
    assert list(map_ordered(work, range(20), 3)) == [one * one for one in range(20)]


def test_an_error_comes_at_its_item_s_turn() -> None:
    def work(item: int) -> int:
        if item == 3:
            raise StoreError("three")
        return item

    results = map_ordered(work, range(10), 4)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(StoreError, match="three"):
        next(results)
