"""The form in which a chat takes a message, by the host of its address.

Names come from scans, so anybody may have written them: nothing in a message may mention people,
make a link or change how the rest is shown.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from chalicelib.telling.message import Message

DISCORD_LIMIT: Final = 2000
SLACK_LIMIT: Final = 4000
OTHER_LIMIT: Final = 16_000
"""The longest texts; Discord refuses longer ones, Slack cuts them into several messages."""

SUPPRESS_EMBEDS: Final = 4
"""Discord's flag that shows no preview of what an address leads to."""

_DISCORD: Final = re.compile(r"[\\`*_~|<>\[\]@]|:(?=\S)|^(?=[-+#])")
_SLACK: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LEFT_OUT: Final = "…"
_INVISIBLE: Final = "\u200b"

Shape = dict[str, Any]


def shape(host: str, message: Message) -> Shape:
    """The JSON that a chat takes.

    Args:
        host: of the chat's address, in lower case.
        message: what is told.
    """
    if _is(host, "discord.com", "discordapp.com"):
        return {
            "content": fitted(message, _for_discord, DISCORD_LIMIT),
            # So that a player called @everyone mentions nobody.
            "allowed_mentions": {"parse": []},
            "flags": SUPPRESS_EMBEDS,
        }
    if _is(host, "slack.com", "slack-gov.com"):
        return {
            "text": fitted(message, _for_slack, SLACK_LIMIT),
            "mrkdwn": False,
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
    return {
        "text": fitted(message, _for_others, OTHER_LIMIT),
        "subject": message.subject,
        "kingdom": message.kingdom,
        "status": message.status,
        "run_id": message.run_id,
    }


def fitted(message: Message, escape: Callable[[str], str], limit: int) -> str:
    """The message's text with each line escaped, as many whole lines as fit, and its ending.

    Args:
        message: what is told.
        escape: of a line.
        limit: in UTF-16 units, as the chats count.
    """
    ending = "\n".join(["", *map(escape, message.ending)])
    kept: list[str] = []
    left = limit - _length(ending) - _length(f"\n{_LEFT_OUT}")
    for line in map(escape, _lines(message)):
        left -= _length(line) + 1
        if left < 0:
            kept.append(_LEFT_OUT)
            break
        kept.append(line)
    return "\n".join([*kept, ending])


def _lines(message: Message) -> Iterator[str]:
    for number, part in enumerate(message.parts):
        if number:
            yield ""
        yield from part


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _is(host: str, *names: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _for_discord(line: str) -> str:
    return _DISCORD.sub(lambda found: f"\\{found[0]}", line)


def _for_slack(line: str) -> str:
    return _for_others("".join(_SLACK.get(letter, letter) for letter in line))


def _for_others(line: str) -> str:
    """With an invisible space behind each `@` and in each `://`: no mention, and no link."""
    return line.replace("@", f"@{_INVISIBLE}").replace("://", f":{_INVISIBLE}//")
