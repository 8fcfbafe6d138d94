"""Open the lake that the settings name, with the engine's table if it has one."""

from chalicelib.config import Settings
from chalicelib.lake.open import open_store
from chalicelib.lake.store import Store


def open_lake(settings: Settings) -> Store:
    """The lake; with the engine `dynamodb` a `chalicelib.items.store.LakeWithTable`.

    Whoever publishes opens it so: then the table is brought up with all other views. Without a
    table nothing of it is imported.

    Raises:
        ConfigError: `LAKE_URI` has another scheme.
    """
    lake = open_store(settings.lake_uri)
    if settings.dynamodb_table is None:
        return lake
    from chalicelib.items.store import LakeWithTable
    from chalicelib.lake.dynamodb.client import DynamoTable

    return LakeWithTable(lake, DynamoTable(settings.dynamodb_table))
