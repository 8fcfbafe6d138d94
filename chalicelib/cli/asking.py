"""Ask the API without HTTP: commands that show what a route answers."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import config
from chalicelib.api.http import ANSWER_SECONDS, encode
from chalicelib.api.operation import Backend
from chalicelib.api.parameters.parse import parse_all
from chalicelib.api.routes import BY_PATH
from chalicelib.catalog.open import open_catalog
from chalicelib.cli import terminal
from chalicelib.engines.open import open_engine
from chalicelib.items.open import open_lake
from chalicelib.threads.deadline import Deadline


def ask(
    route: str, parts: Mapping[str, object], query: Mapping[str, object | None]
) -> Mapping[str, Any]:
    """A route's answer.

    Args:
        route: its path with `{parameters}`, as the API's table of routes has it.
        parts: the parameters in the path.
        query: those of the query; None: not given.

    Raises:
        BadParameterError: one is malformed, or two do not fit together.
        NotFoundError: what is asked for is not there.
    """
    settings = config.load()
    with terminal.progress("reading the lake"):
        store = open_lake(settings)
        backend = Backend(
            settings.query_engine,
            lambda: open_catalog(settings, store),
            lambda: open_engine(settings, store),
            Deadline.after(ANSWER_SECONDS),
            lambda: store,
        )
        operation = BY_PATH[route]
        path = {name: str(value) for name, value in parts.items()}
        given = {name: [str(value)] for name, value in query.items() if value is not None}
        values = parse_all(operation.parameters, path, given, operation.rules)
        return operation.answer(backend, **values).make().document


def show(
    arguments: Namespace,
    route: str,
    parts: Mapping[str, object],
    query: Mapping[str, object | None],
    say: Callable[[Mapping[str, Any]], None],
) -> int:
    """Ask a route, and write its answer: as the API's body has it for `--json`, else in words.

    Args:
        arguments: of the command.
        route: see `ask`.
        parts: see `ask`.
        query: see `ask`.
        say: writes the answer for people.

    Returns:
        0: what is not there raises an error.
    """
    answer = ask(route, parts, query)
    if arguments.json:
        terminal.say_json_text(encode(answer))
    else:
        say(answer)
    return 0
