"""Prepare the API's function in its init phase (docs/adr/0019-rehearsed-in-the-init-phase.md)."""

from typing import Final

from chalicelib.api.http import ANSWER_SECONDS, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.routes import BY_PATH
from chalicelib.catalog.open import open_catalog
from chalicelib.config import Settings
from chalicelib.engines.engine import Engine
from chalicelib.items.rehearsal import rehearsal
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline

_PATH: Final = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
_REQUEST: Final = Request({"kingdom": "1", "metric": "dkp"})


def prepare_api(store: Store, engine: Engine, settings: Settings) -> None:
    """Answer a board's request, of an empty bucket and table in memory; nothing is sent.

    Args:
        store: the lake of the requests to come.
        engine: their engine.
        settings: they name the engine.
    """
    name = settings.query_engine
    if name == "athena":
        from chalicelib.engines.athena.engine import AthenaEngine
        from chalicelib.engines.athena.prepare import prepare_athena

        assert isinstance(engine, AthenaEngine)
        prepare_athena(engine.client)
    deadline = Deadline.after(ANSWER_SECONDS)
    backend = Backend(
        name, lambda: open_catalog(settings, store), lambda: engine, deadline, lambda: store
    )
    with rehearsal(store):
        if name == "dynamodb":
            from chalicelib.items.rehearsal import read_all_ways

            read_all_ways(store)
        respond(BY_PATH[_PATH], _REQUEST, backend)
