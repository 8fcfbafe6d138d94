"""What an operation of the API is: a pure function from a backend and values to an answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.api.parameters import Parameter
from chalicelib.engines.engine import Engine


class Backend(NamedTuple):
    """What operations may use.

    Attributes:
        name: the setting `QUERY_ENGINE`.
        engine: gives the engine; called only by the operations that ask it something.
    """

    name: str
    engine: Callable[[], Engine]


class Answer(NamedTuple):
    """A successful answer.

    Attributes:
        document: its JSON document, keys in the contract's order.
        cache: how long it holds: the value of `Cache-Control`.
        version: what the document follows from besides the parameters: while this is the same, so
            is every byte. None where nothing less than the document tells.
    """

    document: Mapping[str, Any]
    cache: str
    version: object = None


def _no_version(*_: object, **__: object) -> None:
    """Only the answer itself tells."""


class Operation(NamedTuple):
    """A route of the API.

    Attributes:
        name: its name for generated clients, unique.
        path: its path with `{parameters}`.
        summary: a few words.
        description: sentences.
        answer: gets the backend and a keyword argument for every parameter.
        schema: the name of its answer's schema in `chalicelib.api.schemas`.
        parameters: what it takes.
        refusals: the statuses it may answer besides 200, 304, 400 and 500.
        version: takes what `answer` takes, and gives the version that its answer would have now;
            None where that takes the answer itself.
    """

    name: str
    path: str
    summary: str
    description: str
    answer: Callable[..., Answer]
    schema: str
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    version: Callable[..., object] = _no_version
