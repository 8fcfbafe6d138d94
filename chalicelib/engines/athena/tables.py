"""Athena tables over views: the type, and the table of players (contract, section 4).

Nothing here calls AWS. `infra/app.yaml` declares the same tables; `tests/infra` compares the two.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.lake.prefixes import CURATED
from chalicelib.lake.view_keys import kingdoms_prefix
from chalicelib.limits import MAX_KINGDOM
from chalicelib.players.schema import COLUMNS, Kind

FIRST_DATE: Final = "2018-09-01"
"""The first projected date: the month of the game's release, so no scan is older.

A query without a date lists one folder per day from here on. A scan with an earlier date (a
mistake) is published, but it is not in the table.
"""

PARTITION_KEYS: Final = (("kingdom", "int"), ("dt", "string"))
"""The partition keys as (name, Athena type), in the order of the folders.

`dt` is a string, compared with `'2026-01-26'`: neither Athena nor Trino converts a projected key.
"""

_TYPES: Final[dict[Kind, str]] = {"id": "bigint", "text": "string", "counter": "bigint"}


class GlueTable(NamedTuple):
    """A table over one view; its partitions are projected from the folders' names.

    Attributes:
        label: its name in the command line.
        folder: the lake's top folder of its files, with its slash.
        comment: what a row is.
        columns: (name, Athena type), without the partition keys.
        labels: descriptions of columns whose names are not enough.
    """

    label: str
    folder: str
    comment: str
    columns: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]

    def name(self, setting: str) -> str:
        """Its name in a stage whose `ATHENA_TABLE` is `setting`."""
        return setting if self.label == "players" else f"{setting}_{self.label}"

    def location(self, bucket: str, key_prefix: str = "") -> str:
        """The URI of its files: `s3://bucket/…/curated/source=rok_players/`.

        Args:
            bucket: the lake's bucket.
            key_prefix: the prefix of every key in it; empty, or ends with a slash.
        """
        return f"s3://{bucket}/{key_prefix}{kingdoms_prefix(self.folder)}"


def projection(location: str) -> dict[str, str]:
    """The parameters of partition projection, so that no crawler is needed.

    Args:
        location: see `GlueTable.location`.
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


PLAYERS: Final = GlueTable(
    label="players",
    folder=CURATED,
    comment="Players of Rise of Kingdoms, one row each in every snapshot of a kingdom.",
    columns=(
        *((column.name, _TYPES[column.kind]) for column in COLUMNS),
        # `kingdom` is in the files too, but a table may declare it only once.
        ("snapshot_date", "date"),
        ("ingested_at", "timestamp"),
        ("run_id", "string"),
        ("record_hash", "string"),
    ),
    labels={column.name: column.label for column in COLUMNS},
)
