"""Athena tables over views: the type, and the tables (contract, sections 4 and 9).

Nothing here calls AWS. `infra/app.yaml` declares the same tables; `tests/infra` compares the two.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.lake import prefixes
from chalicelib.lake.prefixes import CHANGES, CURATED
from chalicelib.lake.view_keys import CHANGES_TABLE_FOLDER, kingdoms_prefix
from chalicelib.limits import MAX_KINGDOM
from chalicelib.players.schema import COLUMNS, Kind

FIRST_DATE: Final = "2018-09-01"
"""The first projected date: the month of the game's release, so no scan is older.

A query without a date lists one folder per day from here on. A scan with an earlier date (a
mistake) is published, but it is not in the table.
"""

_TYPES: Final[dict[Kind, str]] = {"id": "bigint", "text": "string", "counter": "bigint"}


class GlueTable(NamedTuple):
    """A table over one view; its partitions are projected from the folders' names.

    All files in a partition's folder are the table's: nothing else may lie there.

    Attributes:
        label: its name in the command line.
        folder: the lake's top folder of its files, with its slash.
        comment: what a row is.
        columns: (name, Athena type), without the partition keys.
        labels: descriptions of columns whose names are not enough.
        dated: whether it has a partition a date; else one a kingdom.
        below: the folder of its files in that of the partition, with a slash before it.
    """

    label: str
    folder: str
    comment: str
    columns: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]
    dated: bool = True
    below: str = ""

    @property
    def partition_keys(self) -> tuple[tuple[str, str], ...]:
        """The partition keys as (name, Athena type), in the order of the folders.

        `dt` is a string, compared with `'2026-01-26'`: neither Athena nor Trino converts a
        projected key.
        """
        return (("kingdom", "int"), ("dt", "string")) if self.dated else (("kingdom", "int"),)

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

    def projection(self, location: str) -> dict[str, str]:
        """The parameters of partition projection, so that no crawler is needed.

        Args:
            location: see `location`.
        """
        of_dates = {
            "projection.dt.type": "date",
            "projection.dt.format": "yyyy-MM-dd",
            # A scan may be dated one day after its upload (contract, section 3).
            "projection.dt.range": f"{FIRST_DATE},NOW+1DAYS",
            "projection.dt.interval": "1",
            "projection.dt.interval.unit": "DAYS",
        }
        folder = f"kingdom=${{kingdom}}{'/dt=${dt}' if self.dated else ''}{self.below}"
        return {
            "projection.enabled": "true",
            "projection.kingdom.type": "integer",
            "projection.kingdom.range": f"1,{MAX_KINGDOM}",
            **(of_dates if self.dated else {}),
            "storage.location.template": f"{location}{folder}",
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

CHANGES_TABLE: Final = GlueTable(
    label="changes",
    folder=CHANGES,
    comment="What happened between each snapshot of a kingdom and the one before, a row a change.",
    columns=(
        ("kind", "string"),
        ("id", "bigint"),
        ("name", "string"),
        ("alliance", "string"),
        ("power", "bigint"),
        ("before", "string"),
        ("column", "string"),
        ("from_value", "bigint"),
        ("to_value", "bigint"),
        ("ref", "bigint"),
        ("fault", "string"),
        ("hash_before", "string"),
        ("hash_after", "string"),
        ("from_date", "date"),
        ("from_run_id", "string"),
        ("snapshot_date", "date"),
        ("run_id", "string"),
    ),
    labels={
        "kind": (
            "added, removed, changed (records); joined, came_into_view, left, below_cut, renamed, "
            "changed_alliance; fell, jump, zeroed, back_from_zero, tiers (suspects); unreliable"
        ),
        "before": "the older name, or alliance",
        "column": "the counter of a suspect, or the unreliable one",
        "from_value": "its older value; of an unreliable column for how many players it fell",
        "to_value": "its newer value; of an unreliable column among how many players",
        "ref": "the bar that a jump went over",
        "fault": "the scan that is likely wrong: from, to, or null where that is not known",
    },
    below=CHANGES_TABLE_FOLDER,
)

ROSTER: Final = GlueTable(
    label="roster",
    folder=prefixes.PLAYERS,
    comment="Who is who in a kingdom, of all its snapshots: a row a player ever seen.",
    columns=(
        ("id", "bigint"),
        ("name", "string"),
        ("folded", "string"),
        ("alliance", "string"),
        ("power", "bigint"),
        ("first_seen", "date"),
        ("last_seen", "date"),
        ("last_changed", "date"),
        ("name_since", "date"),
        ("marks", "string"),
    ),
    labels={
        "name": "the newest that is known",
        "folded": (
            "all names, newest first, in lower case without accents; U+0338 stands before each and "
            "at the end"
        ),
        "alliance": "in the newest snapshot that has the player",
        "power": "in the newest snapshot that has the player",
        "last_changed": "the newest snapshot with a growing counter above the one before",
        "name_since": "the first snapshot in a row with this name",
        "marks": (
            "a letter a snapshot, oldest first, up to the last with the player: . not in it, s in "
            "it, g in it and grown; n, m the same two without a name"
        ),
    },
    dated=False,
)
"""The former names are lists in the files, and no column: `players` has them by date."""

TABLES: Final[Mapping[str, GlueTable]] = {
    table.label: table for table in (PLAYERS, CHANGES_TABLE, ROSTER)
}
"""All tables by their names, as the registry of views has them; here without its imports."""
