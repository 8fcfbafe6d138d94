"""Where the chats' addresses come from: the setting itself, or a parameter that it names."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from chalicelib.chats import Chats, Secret, parse_chats
from chalicelib.lake.aws import translate_errors
from chalicelib.telling.client import quick_client
from chalicelib.telling.faults import TellingError

KEPT_SECONDS: Final = 300.0
"""How long a parameter's value is used: one that is changed counts within five minutes."""


class Addresses:
    """The addresses of a stage's chats."""

    def __init__(
        self,
        chats: Chats,
        parameter: str | None,
        client: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask nothing yet.

        Args:
            chats: those of the setting.
            parameter: the parameter of AWS Systems Manager that names them instead; None: none.
            client: boto3's of `ssm`, to use instead of one of the environment's settings.
            clock: tells seconds.
        """
        self._chats = chats
        self._parameter = parameter
        self._boto = quick_client("ssm", client)
        self._clock = clock
        self._until: float | None = None

    def of(self, kingdom: int | None) -> Secret | None:
        """The address for a kingdom's uploads; None where nobody is told.

        Raises:
            TellingError: the parameter cannot be read.
            ConfigError: it has something else in it.
        """
        if self._parameter is not None and (self._until is None or self._clock() >= self._until):
            self._chats = self._read(self._parameter)
            self._until = self._clock() + KEPT_SECONDS
        return self._chats.of(kingdom)

    def _read(self, parameter: str) -> Chats:
        # At DEBUG it logs whole answers, and this one is the secret.
        botocore = logging.getLogger("botocore")
        botocore.setLevel(max(botocore.level, logging.INFO))
        with translate_errors(f"the parameter {parameter}", lambda error: TellingError(error.text)):
            answer = self._boto.get().get_parameter(Name=parameter, WithDecryption=True)
        return parse_chats(answer["Parameter"]["Value"], f"the parameter {parameter}")
