"""Prepare a function in Lambda's init phase (docs/adr/0019-rehearsed-in-the-init-phase.md).

The init phase has a whole processor; a request has its share of one, and somebody waits for it.
"""

import logging
from collections.abc import Callable

from chalicelib.config import Settings
from chalicelib.engines.engine import Engine
from chalicelib.lake.store import Store
from chalicelib.logs import log_event

_log = logging.getLogger(__name__)


def prepare(
    function: str,
    stage: Settings,
    lake: Callable[[Settings], Store],
    engine: Callable[[Settings], Engine],
) -> None:
    """Do what the first request of a function would do first, without a network; never raises.

    What fails here is done, and fails, in the first request.

    Args:
        function: the handler's name in `app.py`; `app` is the API. Nothing is known of others.
        stage: the settings.
        lake: opens the lake.
        engine: opens the engine.
    """
    try:
        store = lake(stage)
        from chalicelib.items.rehearsal import can_be_rehearsed

        if can_be_rehearsed(store):
            _prepare(function, stage, store, engine)
    except Exception as error:
        log_event(_log, "not_prepared", {"function": function}, logging.WARNING, error)


def _prepare(
    function: str, stage: Settings, store: Store, engine: Callable[[Settings], Engine]
) -> None:
    match function:
        case "app":
            from chalicelib.api.prepare import prepare_api

            prepare_api(store, engine(stage), stage)
        case "ingest_players":
            from chalicelib.ingest.prepare import prepare_ingestion

            prepare_ingestion(store, stage)
        case "sweep_inbox":
            from chalicelib.ingest.prepare import prepare_sweep

            prepare_sweep(store)
