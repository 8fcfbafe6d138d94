"""Posting to a chat: whatever it answers, or does not, ends in time and shows no address."""

from pathlib import Path

import pytest

from chalicelib.chats import Secret
from chalicelib.telling import webhooks
from chalicelib.telling.webhooks import Delivery, post
from tests.certificates import certificate
from tests.patience import in_time
from tests.telling.support import (
    MESSAGE,
    TOKEN,
    Act,
    ChatServer,
    drip,
    flood,
    hang_up,
    late,
    never,
    plenty,
    status,
)

TOLD = Delivery("told")


@pytest.mark.parametrize("code", [200, 204])
def test_a_chat_is_told_once(chat: ChatServer, code: int) -> None:
    assert post(chat.will(status(code)), MESSAGE, plenty) == TOLD
    (sent,) = chat.posts
    assert sent.path == f"/chat/{TOKEN}"
    assert "It is good." in sent.body["text"]
    assert sent.body["run_id"] == MESSAGE.run_id


def test_an_answer_that_is_late_but_in_time_counts(chat: ChatServer) -> None:
    assert post(chat.will(late(0.1, status(200))), MESSAGE, plenty) == TOLD
    assert len(chat.posts) == 1


def test_the_query_of_an_address_is_kept(chat: ChatServer) -> None:
    address = Secret(f"{chat.address().reveal()}?thread_id=7")
    assert post(address, MESSAGE, plenty) == TOLD
    assert chat.posts[0].path.endswith("?thread_id=7")


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_an_address_that_is_wrong_or_deleted_is_not_tried_again(
    chat: ChatServer, code: int
) -> None:
    delivery = post(chat.will(status(code)), MESSAGE, plenty)
    assert delivery == Delivery("refused", f"it answered {code}")
    assert len(chat.posts) == 1


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(chat: ChatServer, code: int) -> None:
    other = chat.address("other").reveal()
    delivery = post(chat.will(status(code, Location=other)), MESSAGE, plenty)
    assert delivery.verdict == "refused"
    assert len(chat.posts) == 1


@pytest.mark.parametrize("code", [500, 502, 503])
def test_a_chat_that_fails_is_left_to_the_event_s_retry(chat: ChatServer, code: int) -> None:
    delivery = post(chat.will(status(code)), MESSAGE, plenty)
    assert delivery == Delivery("failed", f"it answered {code}")
    assert len(chat.posts) == 1


@pytest.mark.parametrize("act", [never, drip, hang_up, late(1, status(200))])
def test_a_chat_that_does_not_answer_is_given_up_in_time(chat: ChatServer, act: Act) -> None:
    delivery = in_time(1, lambda: post(chat.will(act), MESSAGE, plenty))
    assert delivery.verdict == "failed"
    assert TOKEN not in delivery.reason
    assert "localhost" not in delivery.reason


def test_an_answer_without_an_end_is_not_read(chat: ChatServer) -> None:
    assert in_time(1, lambda: post(chat.will(flood), MESSAGE, plenty)) == TOLD


def test_an_answer_before_the_function_ends_or_none(chat: ChatServer) -> None:
    delivery = in_time(0.25, lambda: post(chat.will(never), MESSAGE, lambda: 0.05))
    assert delivery.verdict == "failed"
    assert post(chat.will(status(204)), MESSAGE, lambda: -1.0).verdict == "failed"


class TestTooManyMessages:
    """429, and how long a chat asks to wait."""

    def test_what_the_chat_asks_for_is_waited(self, chat: ChatServer) -> None:
        waits: list[float] = []
        act = status(429, Retry_After="1.25")
        address = chat.will(act, act, status(204))
        assert post(address, MESSAGE, plenty, waits.append) == TOLD
        assert waits == [1.25, 1.25]
        assert len(chat.posts) == 3

    @pytest.mark.parametrize("asked", ["0", "-7", "0.001"])
    def test_it_is_not_asked_at_once_again(self, chat: ChatServer, asked: str) -> None:
        waits: list[float] = []
        address = chat.will(status(429, Retry_After=asked), status(204))
        assert post(address, MESSAGE, plenty, waits.append) == TOLD
        assert waits == [webhooks.MIN_WAIT]

    @pytest.mark.parametrize(
        "asked", ["", "soon", "nan", "inf", "1e999", "Wed, 21 Oct 2026 07:28:00 GMT", "59.9"]
    )
    def test_more_than_there_is_time_for_is_left_to_the_event_s_retry(
        self, chat: ChatServer, asked: str
    ) -> None:
        waits: list[float] = []
        address = chat.will(status(429, **({"Retry_After": asked} if asked else {})))
        assert post(address, MESSAGE, plenty, waits.append).verdict == "failed"
        assert waits == []
        assert len(chat.posts) == 1

    def test_it_ends_where_the_chat_never_has_enough(self, chat: ChatServer) -> None:
        waits: list[float] = []
        address = chat.will(status(429, Retry_After="1"))
        assert post(address, MESSAGE, plenty, waits.append).verdict == "failed"
        assert len(chat.posts) == webhooks.MAX_POSTS


class TestOutOfReach:
    """What there is no chat at."""

    @pytest.mark.parametrize(
        "address",
        [
            "https://localhost:1/x",
            "https://no-such-host.invalid/x",
            f"https://{'x' * 64}.example/x",
            "https://.example/x",
        ],
    )
    def test_nobody_there(self, chat: ChatServer, address: str) -> None:
        delivery = post(Secret(address), MESSAGE, plenty)
        assert delivery.verdict == "failed"
        assert "localhost" not in delivery.reason
        assert "example" not in delivery.reason

    def test_a_certificate_that_is_not_trusted(self, chat: ChatServer, tmp_path: Path) -> None:
        _, context = certificate(tmp_path)
        with ChatServer(context) as other:
            delivery = post(other.address(), MESSAGE, plenty)
        assert delivery == Delivery("failed", "it cannot be reached (SSLCertVerificationError)")
        assert other.posts == []

    def test_a_certificate_of_another_host(self, chat: ChatServer) -> None:
        address = Secret(chat.address().reveal().replace("localhost", "127.0.0.1"))
        assert "SSLCertVerificationError" in post(address, MESSAGE, plenty).reason
        assert chat.posts == []
