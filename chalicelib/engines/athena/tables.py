"""The Athena tables over the lake, made from the player schema (contract, sections 4 and 9).

Nothing here talks to AWS. `infra/app.yaml` declares the same tables, and `tests/infra` holds the
two together.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.lake.keys import View, kingdoms_prefix
from chalicelib.limits import MAX_KINGDOM
from chalicelib.players.schema import COLUMNS, COUNTERS, Kind

FIRST_DATE: Final = "2018-09-01"
"""Where the projected dates start: the month in which the game was released, so no scan is older.

Every query that gives no date lists one folder a day from here on. A scan dated earlier by
mistake is published all the same, but it is not in the table.
"""

PARTITION_KEYS: Final = (("kingdom", "int"), ("dt", "string"))
"""The partition keys as (name, Athena type), in the order of the folders.

`dt` is a string, compared with `'2026-01-26'`: neither Athena nor Trino converts a projected key.
"""

_TYPES: Final[dict[Kind, str]] = {"id": "bigint", "text": "string", "counter": "bigint"}


class GlueTable(NamedTuple):
    """A table over one view of the lake; its partitions are projected from the folders' names.

    Attributes:
        view: the first part of its objects' keys.
        comment: what a row is.
        columns: (name, Athena type), without the partition keys.
        labels: what a column means to people, where its name does not say it.
    """

    view: View
    comment: str
    columns: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]

    def name(self, setting: str) -> str:
        """What it is called in a stage whose `ATHENA_TABLE` is `setting`."""
        return setting if self.view == "curated" else f"{setting}_{self.view}"

    def location(self, bucket: str, key_prefix: str = "") -> str:
        """Where its files are: `s3://bucket/…/curated/source=rok_players/`.

        Args:
            bucket: the lake's bucket.
            key_prefix: what stands before every key in it; empty, or ends with a slash.
        """
        return f"s3://{bucket}/{key_prefix}{kingdoms_prefix(self.view)}"


def projection(location: str) -> dict[str, str]:
    """The parameters that project a table's partitions, so that no crawler needs to find them.

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


_LABELS: Final = {column.name: column.label for column in COLUMNS}

PLAYERS: Final = GlueTable(
    view="curated",
    comment="Players of Rise of Kingdoms, one row each in every snapshot of a kingdom.",
    columns=(
        *((column.name, _TYPES[column.kind]) for column in COLUMNS),
        # `kingdom` is in the files too, but a table may name it only once.
        ("snapshot_date", "date"),
        ("ingested_at", "timestamp"),
        ("run_id", "string"),
        ("record_hash", "string"),
    ),
    labels=_LABELS,
)

CHANGES: Final = GlueTable(
    view="changes",
    comment="Players whose record differs from the kingdom's snapshot before; one row each.",
    columns=(
        ("id", "bigint"),
        ("change", "string"),
        *((f"{name}{side}", "string") for name in ("name", "alliance") for side in ("", "_before")),
        *((f"{name}{side}", "bigint") for name in COUNTERS for side in ("", "_before")),
        ("record_hash", "string"),
        ("record_hash_before", "string"),
        ("snapshot_date", "date"),
        ("snapshot_date_before", "date"),
        ("run_id", "string"),
        ("run_id_before", "string"),
    ),
    labels={**_LABELS, "change": "added, changed or removed"},
)
"""What will be under `changes/`: a value of this snapshot beside that of the one before.

Nothing writes it yet, so a query has no rows; the table stands so that who writes it must keep to
it, and a stage that was deployed before needs no new table then.
"""

TABLES: Final[Mapping[str, GlueTable]] = {"players": PLAYERS, "changes": CHANGES}
