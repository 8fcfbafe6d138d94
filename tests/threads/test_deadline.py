"""Waiting ends when it was said to end."""

import json
import time
from pathlib import Path
from threading import Event

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
