"""A chat to post to, whose certificate is trusted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.telling import webhooks
from tests.certificates import certificate
from tests.telling.support import ChatServer


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ChatServer]:
    """The certificate, and a server with it that is not serving yet."""
    public, context = certificate(tmp_path_factory.mktemp("certificate"))
    return public, ChatServer(context)


@pytest.fixture(scope="session")
def chats(certified: tuple[Path, ChatServer]) -> Iterator[ChatServer]:
    """The server of all chats."""
    with certified[1]:
        yield certified[1]


@pytest.fixture
def chat(
    chats: ChatServer, certified: tuple[Path, ChatServer], monkeypatch: pytest.MonkeyPatch
) -> ChatServer:
    """The server, without what earlier tests did, and a patience that is short."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certified[0]))
    monkeypatch.setattr(webhooks, "WHOLE_SECONDS", 0.3)
    chats.posts.clear()
    chats.acts.clear()
    return chats
