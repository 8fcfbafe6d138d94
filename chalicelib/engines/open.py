"""Open the engine that `QUERY_ENGINE` names (contract, section 2); only it is imported."""

from chalicelib.config import Settings
from chalicelib.engines.engine import Engine
from chalicelib.lake.store import Store


def open_engine(settings: Settings, store: Store) -> Engine:
    """The engine of these settings.

    Args:
        settings: they name the engine.
        store: the lake; with the engine `dynamodb` that of `chalicelib.items.open.open_lake`.
    """
    match settings.query_engine:
        case "boards":
            from chalicelib.engines.boards import BoardsEngine

            return BoardsEngine(store)
        case "arrow":
            from chalicelib.engines.arrow import ArrowEngine

            return ArrowEngine(store)
        case "athena":
            from chalicelib.engines.athena.client import AthenaClient
            from chalicelib.engines.athena.engine import AthenaEngine

            athena = settings.athena
            client = AthenaClient(athena.database, athena.workgroup)
            return AthenaEngine(store, client, athena.table)
        case "dynamodb":
            from chalicelib.engines.dynamodb import DynamoEngine
            from chalicelib.items.store import LakeWithTable

            assert isinstance(store, LakeWithTable)
            return DynamoEngine(store.table, store.lake)
