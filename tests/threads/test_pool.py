"""Work in parallel: results in order, errors at their turn, bounded memory."""

import os
import signal
import time
from collections.abc import Generator
from threading import Barrier, current_thread
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


def test_what_is_begun_is_finished_when_the_caller_stops() -> None:
    ended: list[int] = []

    def work(item: int) -> int:
        time.sleep(0.05 * bool(item))
        ended.append(item)
        return item

    results = cast(Generator[int, None, None], map_ordered(work, range(100), 2))
    assert next(results) == 0
    results.close()
    before = [*ended]
    time.sleep(0.2)
    assert ended == before


def test_threads_are_kept_for_the_next_call() -> None:
    def name(_: int) -> str:
        return current_thread().name

    first = {*map_ordered(name, range(20), 7)}
    for _ in range(5):
        assert len(first | {*map_ordered(name, range(20), 7)}) <= 7


def test_work_may_have_work_of_its_own_done_in_threads() -> None:
    def work(item: int) -> int:
        return sum(map_ordered(lambda one: one * item, range(5), 2))

    assert list(map_ordered(work, range(8), 2)) == [10 * item for item in range(8)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    together = Barrier(3)
    assert len(map_in_threads(lambda _: together.wait(5), range(3))) == 3
    time.sleep(0.05)  # until the three are idle
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        os._exit(sum(map_in_threads(int, range(3))))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 3
