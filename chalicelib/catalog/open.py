"""Open the catalog of the engine that `QUERY_ENGINE` names; only it is imported."""

from chalicelib.catalog.entries import Catalog
from chalicelib.config import Settings
from chalicelib.lake.store import Store


def open_catalog(settings: Settings, store: Store) -> Catalog:
    """The catalog of one answer: that of the table with the engine `dynamodb`, else the lake's.

    Args:
        settings: they name the engine.
        store: the lake, of `chalicelib.items.open.open_lake`.
    """
    if settings.query_engine == "dynamodb":
        from chalicelib.catalog.table_catalog import TableCatalog
        from chalicelib.items.store import LakeWithTable

        assert isinstance(store, LakeWithTable)
        return TableCatalog(store.table, store.lake)
    from chalicelib.catalog.lake_catalog import LakeCatalog

    return LakeCatalog(store)
