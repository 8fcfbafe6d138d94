import pyarrow as pa

from chalicelib.players.arrow import CURATED_SCHEMA, PLAYER_FIELDS
from chalicelib.players.schema import COLUMN_NAMES

TEXT = ("name", "alliance")


def test_curated_columns_have_the_order_and_the_types_of_the_contract() -> None:
    players = [(name, pa.string() if name in TEXT else pa.int64()) for name in COLUMN_NAMES]
    assert [(field.name, field.type) for field in CURATED_SCHEMA] == [
        *players,
        ("kingdom", pa.int32()),
        ("snapshot_date", pa.date32()),
        ("ingested_at", pa.timestamp("ms", tz="UTC")),
        ("run_id", pa.string()),
        ("record_hash", pa.string()),
    ]


def test_the_player_fields_are_the_schema_s_columns() -> None:
    assert tuple(field.name for field in PLAYER_FIELDS) == COLUMN_NAMES
