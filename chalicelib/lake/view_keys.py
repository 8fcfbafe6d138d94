"""Keys of views (contract, section 3), and the folders of kingdoms and dates.

```
curated/source=rok_players/kingdom=51/dt=2026-01-26/players.parquet
boards/source=rok_players/kingdom=51/dt=2026-01-26/leaderboards.json
changes/source=rok_players/kingdom=51/dt=2026-01-26/changes.parquet
changes/source=rok_players/kingdom=51/dt=2026-01-26/summary.json
changes/source=rok_players/kingdom=51/dt=2026-01-26/table/changes.parquet
players/source=rok_players/kingdom=51/players.parquet
catalog/source=rok_players/kingdom=51/snapshots.json
catalog/source=rok_players/kingdoms.json
```
"""

from typing import Final

from chalicelib.lake.keys import SOURCE, Partition
from chalicelib.lake.prefixes import BOARDS, CATALOG, CHANGES, CURATED, PLAYERS

KINGDOMS_KEY: Final = f"{CATALOG}source={SOURCE}/kingdoms.json"
"""The lake's catalog: the kingdoms, with their newest dates."""

SNAPSHOTS_NAME: Final = "snapshots.json"
"""The name of a kingdom's catalog in its folder."""

CHANGES_TABLE_FOLDER: Final = "/table"
"""Below a date's folder in `changes/`: where the Athena table's files are."""


def kingdoms_prefix(folder: str) -> str:
    """The folder whose folders are `kingdom=…`.

    Args:
        folder: one of the lake's top folders, with its slash: `curated/`.
    """
    return f"{folder}source={SOURCE}/"


def dates_prefix(folder: str, kingdom: int) -> str:
    """The folder whose folders are `dt=…`."""
    return f"{kingdoms_prefix(folder)}kingdom={kingdom}/"


def curated_key(partition: Partition) -> str:
    """The key of a partition's players."""
    return f"{CURATED}{partition.path}/players.parquet"


def boards_key(partition: Partition) -> str:
    """The key of a partition's precomputed boards."""
    return f"{BOARDS}{partition.path}/leaderboards.json"


def changes_key(partition: Partition) -> str:
    """The key of what changed since the snapshot before, a row a change."""
    return f"{CHANGES}{partition.path}/changes.parquet"


def changes_table_key(partition: Partition) -> str:
    """The key of the same changes for SQL: an Athena table takes all files of a folder."""
    return f"{CHANGES}{partition.path}{CHANGES_TABLE_FOLDER}/changes.parquet"


def summary_key(partition: Partition) -> str:
    """The key of the summary of what changed since the snapshot before."""
    return f"{CHANGES}{partition.path}/summary.json"


def roster_key(kingdom: int) -> str:
    """The key of a kingdom's roster: who is who, of all its snapshots."""
    return f"{dates_prefix(PLAYERS, kingdom)}players.parquet"


def snapshots_key(kingdom: int) -> str:
    """The key of a kingdom's catalog: its snapshots, newest first."""
    return f"{dates_prefix(CATALOG, kingdom)}{SNAPSHOTS_NAME}"
