"""The curated table's Arrow schema (contract, section 4), made from the player schema."""

import pyarrow as pa

from chalicelib.players.schema import COLUMNS

_ARROW_TYPES = {"id": pa.int64(), "text": pa.string(), "counter": pa.int64()}

PLAYER_FIELDS = tuple(pa.field(column.name, _ARROW_TYPES[column.kind]) for column in COLUMNS)
METADATA_FIELDS = (
    pa.field("kingdom", pa.int32()),
    pa.field("snapshot_date", pa.date32()),
    pa.field("ingested_at", pa.timestamp("ms", tz="UTC")),
    pa.field("run_id", pa.string()),
    pa.field("record_hash", pa.string()),
)
CURATED_SCHEMA = pa.schema([*PLAYER_FIELDS, *METADATA_FIELDS])
