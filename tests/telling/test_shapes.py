"""The forms of the chats: nobody is mentioned, nothing is formatted, no limit is passed."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.telling.message import Message
from chalicelib.telling.shapes import DISCORD_LIMIT, SLACK_LIMIT, shape

DISCORD = ("discord.com", "canary.discord.com", "discordapp.com")
SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
OTHERS = ("chat.example.org", "notdiscord.com", "discord.com.example.org", "slack.com.evil", "")


def message(*lines: str) -> Message:
    return Message("51", "rejected", "20260126T153012Z-ab", "Kingdom 51", [lines], ["Upload 7"])


@pytest.mark.parametrize("host", DISCORD)
def test_discord_mentions_nobody_and_shows_no_preview(host: str) -> None:
    made = shape(host, message("Good."))
    assert made == {
        "content": "Good.\n\nUpload 7",
        "allowed_mentions": {"parse": []},
        "flags": 4,
    }


@pytest.mark.parametrize("host", SLACK)
def test_slack_formats_nothing_and_shows_no_preview(host: str) -> None:
    made = shape(host, message("Good."))
    assert made.pop("text") == "Good.\n\nUpload 7"
    assert not any(made.values())
    assert made.keys() >= {"mrkdwn", "link_names"}


@pytest.mark.parametrize("host", OTHERS)
def test_any_other_chat_gets_a_text_and_what_it_is_about(host: str) -> None:
    assert shape(host, message("Good.")) == {
        "text": "Good.\n\nUpload 7",
        "subject": "Kingdom 51",
        "kingdom": "51",
        "status": "rejected",
        "run_id": "20260126T153012Z-ab",
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("`code`", r"\`code\`"),
        ("~~x~~ __y__ ||z||", r"\~\~x\~\~ \_\_y\_\_ \|\|z\|\|"),
        ("<@123>", r"\<\@123\>"),
        ("@everyone", r"\@everyone"),
        ("[a](https://b.c)", r"\[a\](https\://b.c)"),
        (":smile:", r"\:smile:"),
        ("a: b", "a: b"),
        ("a\\*", r"a\\\*"),
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("-# small", r"\-# small"),
        ("> quote", r"\> quote"),
        ("Ünï 雪", "Ünï 雪"),
    ],
)
def test_discord_shows_a_name_as_it_is(name: str, shown: str) -> None:
    assert shape("discord.com", message(name))["content"].splitlines()[0] == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <https://x|y>", "&lt;@\u200bU1&gt; &amp; &lt;https:\u200b//x|y&gt;"),
        ("&lt;", "&amp;lt;"),
        ("@here", "@\u200bhere"),
        ("https://b.c", "https:\u200b//b.c"),
    ],
)
def test_slack_shows_a_name_as_it_is(name: str, shown: str) -> None:
    assert shape("hooks.slack.com", message(name))["text"].splitlines()[0] == shown


LINES = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("*_<>@&\\:\U0001f600"), st.characters(exclude_categories=["C", "Z"])
        ),
        max_size=700,
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize(
    ("host", "field", "limit"),
    [("discord.com", "content", DISCORD_LIMIT), ("hooks.slack.com", "text", SLACK_LIMIT)],
)
@given(lines=LINES)
def test_no_text_is_too_long_and_none_is_without_its_end(
    host: str, field: str, limit: int, lines: list[str]
) -> None:
    text = shape(host, message(*lines))[field]
    assert len(text.encode("utf-16-le")) // 2 <= limit
    assert text.endswith("\n\nUpload 7")
    json.dumps(text)
    if host == "discord.com":
        # Whatever could format stands behind a backslash, which is not one's own.
        bare = re.sub(r"\\[\\`*_~|<>\[\]:@#+-]", "", text)
        assert not re.search(r"[\\`*_~|<>\[\]@]", bare)
    else:
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)|@(?!\u200b)", text)


def test_what_does_not_fit_is_left_out_by_whole_lines() -> None:
    lines = [f"{n} {'x' * 90}" for n in range(40)]
    shown = shape("discord.com", message(*lines))["content"].splitlines()
    kept = shown.index("…")
    assert shown[:kept] == lines[:kept]
    assert 15 < kept < 40
    assert shown[-1] == "Upload 7"
