"""Work in a thread behind its caller: in order, bounded, and no failure is lost."""

import sys
import threading
from contextlib import suppress

import pytest

from chalicelib.threads.worker import BackgroundWorker, short_turns


class BrokenError(Exception):
    """What the work raises here."""


def test_items_are_consumed_in_their_order_by_another_thread() -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.get_ident()
    work: BackgroundWorker[int] = BackgroundWorker(
        lambda item: seen.append((item, threading.get_ident() == here))
    )
    for item in range(50):
        work.put(item)
    work.close()
    assert seen == [(item, False) for item in range(50)]


def test_without_items_there_is_no_thread() -> None:
    before = threading.active_count()
    work: BackgroundWorker[int] = BackgroundWorker(print)
    assert threading.active_count() == before
    work.close()
    work.close()


def test_a_single_item_is_consumed_in_the_end_without_a_thread() -> None:
    seen: list[int] = []

    def consume(item: int) -> None:
        seen.append(threading.get_ident())
        raise BrokenError

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    work.put(1)
    assert seen == []
    for _ in range(2):
        with pytest.raises(BrokenError):
            work.close()
    assert seen == [threading.get_ident()]


def test_a_single_item_is_consumed_at_once_when_the_work_is_told_to_begin() -> None:
    seen: list[int] = []
    consumed = threading.Event()

    def consume(item: int) -> None:
        seen.append(threading.get_ident())
        consumed.set()

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    work.begin()
    work.put(1)
    work.begin()
    work.begin()
    assert consumed.wait(timeout=30)
    work.close()
    assert len(seen) == 1
    assert seen != [threading.get_ident()]


def test_turns_are_short_only_for_a_while() -> None:
    before = sys.getswitchinterval()
    with suppress(BrokenError), short_turns():
        assert sys.getswitchinterval() < before
        raise BrokenError
    assert sys.getswitchinterval() == before


def test_a_single_item_is_dropped_when_the_work_is_abandoned() -> None:
    seen: list[int] = []
    work: BackgroundWorker[int] = BackgroundWorker(seen.append)
    work.put(1)
    work.abandon()
    work.abandon()
    assert seen == []


def test_whoever_puts_is_at_most_a_few_items_ahead() -> None:
    go = threading.Event()
    put: list[int] = []
    work: BackgroundWorker[int] = BackgroundWorker(lambda _: go.wait())

    def put_all() -> None:
        for item in range(9):
            work.put(item)
            put.append(item)

    putting = threading.Thread(target=put_all)
    putting.start()
    putting.join(0.2)
    assert putting.is_alive()
    assert len(put) <= 3
    go.set()
    putting.join()
    work.close()
    assert len(put) == 9


def test_a_failure_reaches_the_caller_and_ends_the_work() -> None:
    seen: list[int] = []

    def consume(item: int) -> None:
        seen.append(item)
        raise BrokenError(str(item))

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    with pytest.raises(BrokenError, match="0"):  # noqa: PT012
        for item in range(1000):
            work.put(item)
    with pytest.raises(BrokenError, match="0"):
        work.close()
    assert seen == [0]


def test_a_failure_of_the_last_item_is_raised_at_the_end() -> None:
    def consume(item: int) -> None:
        if item == 3:
            raise BrokenError

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    for item in range(4):
        work.put(item)
    with pytest.raises(BrokenError):
        work.close()


def test_abandoned_work_drops_what_waits_and_leaves_no_thread() -> None:
    started, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def consume(item: int) -> None:
        started.set()
        go.wait()
        seen.append(item)

    before = threading.active_count()
    work: BackgroundWorker[int] = BackgroundWorker(consume)
    for item in range(2):
        work.put(item)
    started.wait()
    threading.Timer(0.05, go.set).start()
    work.abandon()
    assert seen == [0]
    work.abandon()
    assert threading.active_count() <= before + 1  # the timer may still be ending


def test_a_context_closes_its_work() -> None:
    seen: list[int] = []
    with BackgroundWorker(seen.append) as work:
        for item in range(5):
            work.put(item)
    assert seen == list(range(5))
    with pytest.raises(BrokenError), BackgroundWorker(_break) as broken:
        broken.put(1)


def test_a_context_that_an_error_leaves_abandons_its_work() -> None:
    seen: list[int] = []
    with suppress(BrokenError), BackgroundWorker(seen.append) as work:
        work.put(1)
        raise BrokenError
    assert seen == []


def _break(_: int) -> None:
    raise BrokenError
