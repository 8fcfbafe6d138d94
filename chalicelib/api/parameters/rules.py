"""Which parameters of a request fit together."""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from chalicelib.errors import BadParameterError


class Rule(Protocol):
    """A rule over the names of the query parameters that a request gives."""

    def check(self, given: Collection[str]) -> None:
        """Hold a request against it.

        Raises:
            BadParameterError: the request breaks it; the message says what to do.
        """
        ...


class NotBoth(NamedTuple):
    """Two parameters that contradict each other."""

    one: str
    other: str

    def check(self, given: Collection[str]) -> None:
        """See `Rule.check`."""
        if self.one in given and self.other in given:
            raise BadParameterError(
                f"{self.one} and {self.other} cannot be given together; leave one of them out"
            )


class Needs(NamedTuple):
    """A parameter that means something only beside another one."""

    one: str
    other: str

    def check(self, given: Collection[str]) -> None:
        """See `Rule.check`."""
        if self.one in given and self.other not in given:
            raise BadParameterError(
                f"{self.one} is given without {self.other}; give both, or leave {self.one} out"
            )


class JustOneOf(NamedTuple):
    """Two parameters of which a request gives one."""

    one: str
    other: str

    def check(self, given: Collection[str]) -> None:
        """See `Rule.check`."""
        if (self.one in given) == (self.other in given):
            raise BadParameterError(f"give just one of {self.one} and {self.other}")
