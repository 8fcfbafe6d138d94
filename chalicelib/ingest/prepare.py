"""Prepare the functions that ingest, in their init phase
(docs/adr/0019-rehearsed-in-the-init-phase.md)."""

import math
from importlib import import_module
from typing import Final

from chalicelib.config import Settings
from chalicelib.errors import StoreError
from chalicelib.items.rehearsal import rehearsal
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.prefixes import INBOX
from chalicelib.lake.store import Store

_KEY: Final = f"{INBOX}source=rok_players/kingdom=1/dt=2026-01-26/rehearsal.csv"
# What real scans have: a separator in a number, a quote, an empty cell, a letter beyond ASCII.
_SCAN: Final = b"""\
ID,Name,Alliance,Power,Kill Points,Deads,T4 Kills,T5 Kills
1,Ana,[A] Rehearsal,"1,000",20,3,1,
2,B\xc3\xb6,,500,10,,0,2
"""


def prepare_ingestion(store: Store, settings: Settings) -> None:
    """Ingest a small scan by the store of the uploads to come, in a bucket, and a table, in memory.

    Raises:
        StoreError: the lake's client cannot be made, or the scan was not published.
    """
    from chalicelib.ingest.pipeline import ingest_key

    import_module("chalicelib.ingest.logged")
    with rehearsal(store):
        store.create(_KEY, _SCAN)
        result = ingest_key(store, _KEY, settings)
    if result is None or not result.published:
        raise StoreError(f"the rehearsal came to nothing: {result}")


def prepare_sweep(store: Store) -> None:
    """Import the sweep and list a bucket in memory, and its table; most sweeps find nothing to
    do."""
    import_module("chalicelib.ingest.logged")
    import_module("chalicelib.ingest.sweep")
    with rehearsal(store):
        list(store.list_objects(INBOX))
        if isinstance(store, LakeWithTable):
            from chalicelib.ingest.sweeping.parts import drop_parts

            drop_parts(store, lambda: math.inf)
