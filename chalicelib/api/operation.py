"""What an operation of the API is: a pure function from a backend and values to an answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.api.parameters import Parameter
from chalicelib.catalog.entries import Catalog
from chalicelib.engines.engine import Engine
from chalicelib.threads.deadline import Deadline


class Backend(NamedTuple):
    """What operations may use.

    Attributes:
        name: the setting `QUERY_ENGINE`.
        catalog: gives the catalog; called only by the operations that ask it something.
        engine: gives the engine, likewise.
        deadline: when the answer must be there.
    """

    name: str
    catalog: Callable[[], Catalog]
    engine: Callable[[], Engine]
    deadline: Deadline


class Made(NamedTuple):
    """An answer that was made.

    Attributes:
        document: its JSON document, keys in the contract's order.
        versions: what it follows from besides the parameters and the software: while these are the
            same, so is every byte.
    """

    document: Mapping[str, Any]
    versions: tuple[object, ...] = ()


class Answer(NamedTuple):
    """An answer that can be made, and what can be said of it before that.

    Attributes:
        versions: what it will follow from (see `Made`), as far as the catalog tells.
        cache: how long it holds: the value of `Cache-Control`.
        make: makes it. What is read for it may be newer than the catalog: then it has other
            versions, and is not to be kept.
    """

    versions: tuple[object, ...]
    cache: str
    make: Callable[[], Made]


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
    """

    name: str
    path: str
    summary: str
    description: str
    answer: Callable[..., Answer]
    schema: str
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
