"""Work in a thread behind its caller: in order, bounded, and no failure is lost."""

import sys
import threading
from contextlib import suppress

import pytest

from chalicelib.threads.worker import BackgroundWorker, short_switch_interval


class BrokenError(Exception):
    """What the work raises here."""


def test_items_are_consumed_in_their_order_by_another_thread() -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.get_ident()
    work: BackgroundWorker[int] = BackgroundWorker(
        lambda item: seen.append((item, threading.get_ident() == here))
    )
    for item in range(50):
        work.submit(item)
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
    work.submit(1)
    assert seen == []
    for _ in range(2):
        with pytest.raises(BrokenError):
            work.close()
    assert seen == [threading.get_ident()]


def test_a_single_item_is_consumed_at_once_when_the_work_is_started() -> None:
    seen: list[int] = []
    consumed = threading.Event()

    def consume(item: int) -> None:
        seen.append(threading.get_ident())
        consumed.set()

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    work.start()
    work.submit(1)
    work.start()
    work.start()
    assert consumed.wait(timeout=30)
    work.close()
    assert len(seen) == 1
    assert seen != [threading.get_ident()]


def test_a_single_item_is_dropped_when_the_work_is_cancelled() -> None:
    seen: list[int] = []
    work: BackgroundWorker[int] = BackgroundWorker(seen.append)
    work.submit(1)
    work.cancel()
    work.cancel()
    assert seen == []


def test_at_most_two_items_are_in_memory() -> None:
    go = threading.Event()
    submitted: list[int] = []
    work: BackgroundWorker[int] = BackgroundWorker(lambda _: go.wait())

    def submit_all() -> None:
        for item in range(9):
            work.submit(item)
            submitted.append(item)

    submitting = threading.Thread(target=submit_all)
    submitting.start()
    submitting.join(0.2)
    assert submitting.is_alive()
    assert len(submitted) == 2
    go.set()
    submitting.join()
    work.close()
    assert len(submitted) == 9


def test_a_failure_reaches_the_caller_and_ends_the_work() -> None:
    seen: list[int] = []

    def consume(item: int) -> None:
        seen.append(item)
        raise BrokenError(str(item))

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    with pytest.raises(BrokenError, match="0"):  # noqa: PT012
        for item in range(1000):
            work.submit(item)
    with pytest.raises(BrokenError, match="0"):
        work.close()
    assert seen == [0]


def test_a_failure_of_the_last_item_is_raised_at_the_end() -> None:
    def consume(item: int) -> None:
        if item == 3:
            raise BrokenError

    work: BackgroundWorker[int] = BackgroundWorker(consume)
    for item in range(4):
        work.submit(item)
    with pytest.raises(BrokenError):
        work.close()


def test_cancelled_work_drops_what_waits_and_leaves_no_thread() -> None:
    started, go = threading.Event(), threading.Event()
    seen: list[int] = []

    def consume(item: int) -> None:
        started.set()
        go.wait()
        seen.append(item)

    before = threading.active_count()
    work: BackgroundWorker[int] = BackgroundWorker(consume)
    for item in range(2):
        work.submit(item)
    started.wait()
    threading.Timer(0.05, go.set).start()
    work.cancel()
    assert seen == [0]
    work.cancel()
    assert threading.active_count() <= before + 1  # the timer may still be ending


def test_a_context_closes_its_work() -> None:
    seen: list[int] = []
    with BackgroundWorker(seen.append) as work:
        for item in range(5):
            work.submit(item)
    assert seen == list(range(5))
    with pytest.raises(BrokenError), BackgroundWorker(_break) as broken:
        broken.submit(1)


def test_a_context_that_an_error_leaves_cancels_its_work() -> None:
    seen: list[int] = []
    with suppress(BrokenError), BackgroundWorker(seen.append) as work:
        work.submit(1)
        raise BrokenError
    assert seen == []


def _break(_: int) -> None:
    raise BrokenError


def test_the_switch_interval_is_short_for_a_while_and_then_what_it_was() -> None:
    before = sys.getswitchinterval()
    with suppress(BrokenError), short_switch_interval():
        assert sys.getswitchinterval() < before
        raise BrokenError
    assert sys.getswitchinterval() == before


def test_the_switch_interval_is_what_it_was_when_several_had_it_short_at_once() -> None:
    before = sys.getswitchinterval()
    first, second = short_switch_interval(), short_switch_interval()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert sys.getswitchinterval() < before
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == before
