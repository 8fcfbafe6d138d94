"""The Athena table over the curated files, made from the player schema (contract, section 4).

Nothing here talks to AWS. `infra/app.yaml` declares the same table, and `tests/infra` holds the
two together.
"""

from typing import Final

from chalicelib.lake.keys import kingdoms_prefix
from chalicelib.players.schema import COLUMNS, Kind

FIRST_DATE: Final = "2018-09-01"
"""Where the projected dates start: the month in which the game was released, so no scan is older.

Every query that gives no date lists one folder a day from here on.
"""

MAX_KINGDOM: Final = 99_999

_TYPES: Final[dict[Kind, str]] = {"id": "bigint", "text": "string", "counter": "bigint"}
# `kingdom` is in the files too, but a table may name it only once.
_METADATA_COLUMNS: Final = (
    ("snapshot_date", "date"),
    ("ingested_at", "timestamp"),
    ("run_id", "string"),
    ("record_hash", "string"),
)

TABLE_COLUMNS: Final = (
    *((column.name, _TYPES[column.kind]) for column in COLUMNS),
    *_METADATA_COLUMNS,
)
"""The table's columns as (name, Athena type), in the order of curated files."""

COMMENT: Final = "Players of Rise of Kingdoms, one row each in every snapshot of a kingdom."

PARTITION_KEYS: Final = (("kingdom", "int"), ("dt", "string"))
"""The partition keys as (name, Athena type), in the order of the folders.

`dt` is a string, compared with `'2026-01-26'`: neither Athena nor Trino converts a projected key.
"""


def table_location(bucket: str, key_prefix: str = "") -> str:
    """Where the table's files are: `s3://bucket/…/curated/source=rok_players/`.

    Args:
        bucket: the lake's bucket.
        key_prefix: what stands before every key in it; empty, or ends with a slash.
    """
    return f"s3://{bucket}/{key_prefix}{kingdoms_prefix('curated')}"


def projection(location: str) -> dict[str, str]:
    """The table's parameters that project its partitions, so that no crawler needs to find them.

    Args:
        location: see `table_location`.
    """
    return {
        "projection.enabled": "true",
        "projection.kingdom.type": "integer",
        "projection.kingdom.range": f"1,{MAX_KINGDOM}",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        # A scan may be dated one day after its upload (contract, section 3).
        "projection.dt.range": f"{FIRST_DATE},NOW+1DAYS",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "storage.location.template": f"{location}kingdom=${{kingdom}}/dt=${{dt}}",
    }
