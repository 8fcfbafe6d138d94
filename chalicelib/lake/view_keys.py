"""Keys of what is derived (contract, section 3), and the folders that snapshots lie in.

```
curated/source=rok_players/kingdom=51/dt=2026-01-26/players.parquet
boards/source=rok_players/kingdom=51/dt=2026-01-26/leaderboards.json
catalog/source=rok_players/kingdom=51/snapshots.json
catalog/source=rok_players/kingdoms.json
```
"""

from typing import Final

from chalicelib.lake.keys import SOURCE, Partition
from chalicelib.lake.prefixes import BOARDS, CATALOG, CURATED

KINGDOMS_KEY: Final = f"{CATALOG}source={SOURCE}/kingdoms.json"
"""Which kingdoms there are, with their newest date."""

SNAPSHOTS_NAME: Final = "snapshots.json"
"""What a kingdom's catalog is called in its folder."""


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
    """Where a partition's players are."""
    return f"{CURATED}{partition.path}/players.parquet"


def boards_key(partition: Partition) -> str:
    """Where a partition's precomputed boards are."""
    return f"{BOARDS}{partition.path}/leaderboards.json"


def snapshots_key(kingdom: int) -> str:
    """Where a kingdom's catalog is: its snapshots, newest first."""
    return f"{dates_prefix(CATALOG, kingdom)}{SNAPSHOTS_NAME}"
