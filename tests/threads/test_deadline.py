"""Waiting ends when it was said to end."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, get_ident
from weakref import ref

import pytest

from chalicelib.api import http
from chalicelib.engines.athena import client as athena_client
from chalicelib.engines.athena import engine as athena
from chalicelib.errors import EngineTimeoutError
from chalicelib.threads.deadline import Deadline, run_with_timeout

CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"


def test_an_answer_in_time_is_given() -> None:
    assert run_with_timeout(5, "the answer", lambda: 42) == 42


def test_an_error_in_time_is_raised() -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        run_with_timeout(5, "the answer", fail)


def test_what_takes_longer_is_given_up() -> None:
    never = Event()
    begin = time.monotonic()
    with pytest.raises(EngineTimeoutError, match=r"the answer: no answer in 0\.1 s"):
        run_with_timeout(0.1, "the answer", never.wait)
    assert time.monotonic() - begin < 2
    never.set()


def test_its_thread_is_kept_and_one_that_hangs_is_left_alone() -> None:
    hangs = Event()
    first = run_with_timeout(5, "the first", get_ident)
    time.sleep(0.2)  # the answer is there a moment before its thread waits again
    assert run_with_timeout(5, "the second", get_ident) == first
    with pytest.raises(EngineTimeoutError):
        run_with_timeout(0.05, "a call that hangs", hangs.wait)
    assert run_with_timeout(5, "the third", get_ident) != first
    hangs.set()


def test_a_call_may_wait_for_another() -> None:
    threads = {get_ident()}

    def inner() -> int:
        threads.add(get_ident())
        return len(threads)

    def outer() -> int:
        threads.add(get_ident())
        return run_with_timeout(5, "the inner one", inner)

    assert run_with_timeout(5, "the outer one", outer) == 3


def test_nothing_of_a_call_is_kept_when_it_has_ended() -> None:
    class Answer:
        pass

    made = run_with_timeout(5, "the answer", Answer)
    kept = ref(made)
    del made
    run_with_timeout(5, "another", int)
    assert kept() is None


def test_many_threads_may_wait_at_once() -> None:
    together = Barrier(8)

    def ask(number: int) -> int:
        def meet() -> int:
            together.wait(5)
            return number

        return run_with_timeout(5, "a meeting", meet)

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(ask, range(8))] == [*range(8)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    run_with_timeout(5, "before", int)
    child = os.fork()
    if child == 0:
        os._exit(run_with_timeout(5, "in the child", lambda: 7))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_without_time_nothing_is_asked(seconds: float) -> None:
    asked: list[int] = []
    with pytest.raises(EngineTimeoutError):
        run_with_timeout(seconds, "the answer", lambda: asked.append(1))
    assert not asked


def test_a_deadline_says_what_is_left() -> None:
    deadline = Deadline.after(5)
    assert 4 < deadline.left() <= 5


def test_the_longest_wait_of_a_board_ends_before_the_function_does() -> None:
    function = json.loads(CONFIG.read_text())["lambda_functions"]["api_handler"]
    assert athena_client.LAST_CALL_SECONDS + athena_client.STOP_SECONDS < athena.ENDING_SECONDS
    assert http.ANSWER_SECONDS <= function["lambda_timeout"] - 2 <= 27
