"""The parts of an API operation: a pure function from a backend and values to an answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.api.parameters.parameter import Parameter
from chalicelib.api.parameters.rules import Rule
from chalicelib.api.table import Table
from chalicelib.catalog.entries import Catalog
from chalicelib.engines.engine import Engine
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline


class Backend(NamedTuple):
    """The resources that operations may use.

    Attributes:
        name: the setting `QUERY_ENGINE`.
        catalog: returns the catalog; called only by the operations that need it.
        engine: returns the engine, likewise.
        deadline: when the answer must be complete.
        store: returns the lake, for what is read beside the engine: changes.
    """

    name: str
    catalog: Callable[[], Catalog]
    engine: Callable[[], Engine]
    deadline: Deadline
    store: Callable[[], Store]


class Content(NamedTuple):
    """The content of an answer.

    Attributes:
        document: its JSON document, keys in the contract's order.
        versions: what it depends on besides the parameters and the software; equal versions give
            equal bytes.
    """

    document: Mapping[str, Any]
    versions: tuple[object, ...] = ()


class Answer(NamedTuple):
    """An answer that is not made yet, with its versions and cache header.

    Attributes:
        versions: what it depends on (see `Content`), according to the catalog.
        cache: the value of `Cache-Control`.
        make: makes the content. If the file read is newer than the catalog, the content has other
            versions and must not be cached.
    """

    versions: tuple[object, ...]
    cache: str
    make: Callable[[], Content]


class Operation(NamedTuple):
    """A route of the API.

    Attributes:
        name: its name for generated clients, unique.
        path: its path with `{parameters}`.
        summary: a few words.
        description: sentences.
        answer: takes the backend and a keyword argument for every parameter.
        schema: the name of its answer's schema in `chalicelib.api.schemas.components`.
        parameters: its parameters.
        rules: which of its parameters fit together.
        table: what `.csv` gives of its answer; None for an answer that is no list.
        refusals: its possible statuses besides 200, 304, 400 and 500.
    """

    name: str
    path: str
    summary: str
    description: str
    answer: Callable[..., Answer]
    schema: str
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    rules: tuple[Rule, ...] = ()
    table: Table | None = None
