"""The chats that are told of uploads: an address for each kingdom (contract, section 2).

Whoever has an address can write into the chat, so it is a secret: nothing here shows one, neither
an error nor a `repr`.
"""

import json
import re
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from chalicelib.errors import ConfigError

ALL: Final = "*"
"""The name that stands for every kingdom that is not named itself."""

IN_SSM: Final = "ssm:"
"""How a setting begins that only names the parameter of AWS Systems Manager that has its value."""
_PARAMETER: Final = r"(/[A-Za-z0-9_.-]+)+"
_PARAMETER_LENGTH: Final = 1000

_KINGDOM: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_EXAMPLE: Final = 'an object like {"51": "https://…", "*": "https://…"}'


class Secret:
    """A text that no log line, error or `repr` shows by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the text."""
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        """Not the text."""
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        """Whether the other is a secret of the same text."""
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        """Of the text."""
        return hash(self._text)


class Chats(NamedTuple):
    """Which address is told of which kingdom.

    Attributes:
        addresses: the addresses by kingdom, a number in text or `*`.
    """

    addresses: tuple[tuple[str, Secret], ...] = ()

    def of(self, kingdom: int | None) -> Secret | None:
        """The address for a kingdom's uploads; None where nobody is told.

        Args:
            kingdom: None for an upload whose kingdom is not known.
        """
        known = dict(self.addresses)
        return known.get(str(kingdom), known.get(ALL))


def parse_chats(text: str, name: str) -> Chats:
    """The chats of a JSON text.

    Args:
        text: an object of kingdoms and addresses.
        name: where it stands, for errors.

    Raises:
        ConfigError: it is something else. Its text is one line with nothing of the value in it.
    """
    given = _object(text)
    if not given:
        raise ConfigError(f"{name} must be {_EXAMPLE}")
    for kingdom, address in given:
        if not is_kingdom(kingdom):
            raise ConfigError(
                f"{name}: each name must be a kingdom, 1 to 99999, or {ALL} for all others"
            )
        wrong = _wrong(address)
        if wrong is not None:
            raise ConfigError(f"{name}: the address of {kingdom} {wrong}")
    kingdoms = [kingdom for kingdom, _ in given]
    twice = next((kingdom for kingdom in kingdoms if kingdoms.count(kingdom) > 1), None)
    if twice is not None:
        raise ConfigError(f"{name} has {twice!r} twice")
    return Chats(tuple((kingdom, Secret(address)) for kingdom, address in given))


def parse_webhooks(text: str, name: str) -> tuple[Chats, str | None]:
    """The chats of a setting, or the name of the parameter that has them.

    Args:
        text: an object as in `parse_chats`, or `ssm:` and the parameter; empty for no chats.
        name: the setting, for errors.

    Raises:
        ConfigError: see `parse_chats`.
    """
    if not text:
        return Chats(), None
    if not text.startswith(IN_SSM):
        return parse_chats(text, name), None
    parameter = text.removeprefix(IN_SSM)
    if len(parameter) > _PARAMETER_LENGTH or not re.fullmatch(_PARAMETER, parameter):
        raise ConfigError(f"{name} must name a parameter like ssm:/rok/webhooks")
    return Chats(), parameter


def is_kingdom(name: str) -> bool:
    """Whether the name in a setting is that of a kingdom, or stands for all others."""
    return name == ALL or _KINGDOM.fullmatch(name) is not None


def _object(text: str) -> list[tuple[str, Any]]:
    """The pairs of a JSON object; none if the text is another one."""
    try:
        found = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return []
    pairs = isinstance(found, list) and all(isinstance(pair, tuple) for pair in found)
    return found if pairs else []


def _wrong(address: object) -> str | None:
    """What is wrong with an address, without showing it."""
    if not isinstance(address, str) or not address.startswith("https://"):
        return "must begin with https://"
    if not (address.isascii() and address.isprintable()) or " " in address:
        return "has a space or another character that no address has"
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named:
        return "names no host"
    return "must not have a user's name in it" if "@" in parts.netloc else None
