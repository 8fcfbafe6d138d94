"""Prepare the API's function in its init phase (docs/adr/0019-rehearsed-in-the-init-phase.md)."""

from typing import Final

from chalicelib.api.http import ANSWER_SECONDS, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.routes import BY_PATH
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.config import QueryEngine
from chalicelib.engines.engine import Engine
from chalicelib.lake.s3.rehearsal import rehearsal
from chalicelib.lake.s3.store import S3Store
from chalicelib.threads.deadline import Deadline

_PATH: Final = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
_REQUEST: Final = Request({"kingdom": "1", "metric": "dkp"})


def prepare_api(store: S3Store, engine: Engine, name: QueryEngine) -> None:
    """Answer a board's request, of an empty bucket in memory; nothing is sent.

    Args:
        store: the lake of the requests to come.
        engine: their engine.
        name: the engine's name.
    """
    if name == "athena":
        from chalicelib.engines.athena.engine import AthenaEngine
        from chalicelib.engines.athena.prepare import prepare_athena

        assert isinstance(engine, AthenaEngine)
        prepare_athena(engine.client)
    deadline = Deadline.after(ANSWER_SECONDS)
    backend = Backend(name, lambda: LakeCatalog(store), lambda: engine, deadline, lambda: store)
    with rehearsal(store):
        respond(BY_PATH[_PATH], _REQUEST, backend)
