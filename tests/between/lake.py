"""A lake of made-up weekly scans, ingested as uploads are, and the rows of its curated files."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from chalicelib import config
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key
from tests.between import reference
from tests.between.weeks import Kingdom

SETTINGS: Final = config.load({})
DKP: Final = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}


def as_csv(players: list[dict[str, Any]]) -> bytes:
    """A scan's file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*players[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(players)
    return text.getvalue().encode()


def upload(store: DirectoryStore, kingdom: int, day: date, players: list[dict[str, Any]]) -> None:
    """Put a scan into the inbox and ingest it."""
    key = f"inbox/{Partition(kingdom, day).path}/players.csv"
    store.create(key, as_csv(players))
    result = ingest_key(store, key, SETTINGS)
    assert result is not None
    assert result.report["status"] == "accepted", result.report


class Lake(NamedTuple):
    """A lake of one kingdom's weeks.

    Attributes:
        folder: where it is.
        kingdom: its number.
        scans: the rows of each date, oldest first, as its curated file has them.
    """

    folder: Path
    kingdom: int
    scans: dict[date, reference.Rows]

    def pairs(self) -> Iterator[tuple[date, date]]:
        """Every two dates, the older first."""
        days = [*self.scans]
        for at, newer in enumerate(days):
            for older in days[:at]:
                yield older, newer

    def before(self, day: date) -> reference.Rows | None:
        """The rows of the snapshot right before a date's."""
        earlier = [rows for other, rows in self.scans.items() if other < day]
        return earlier[-1] if earlier else None

    def seen_before(self, day: date) -> set[int]:
        """Who is in any snapshot older than a date's."""
        return {player for other, rows in self.scans.items() if other < day for player in rows}


def make_lake(folder: Path, seed: int, weeks: int, players: int, kingdom: int = 51) -> Lake:
    """Ingest the weeks of a made-up kingdom, not in the order of their dates."""
    store = DirectoryStore(str(folder))
    made = [*Kingdom(seed, players).weeks(weeks)]
    for week in (*made[1::2], *made[::2]):
        upload(store, kingdom, week.day, week.players)
    scans = {week.day: rows_of(store, kingdom, week.day) for week in made}
    return Lake(folder, kingdom, scans)


def rows_of(store: DirectoryStore, kingdom: int, day: date) -> reference.Rows:
    """A snapshot's rows, read by pyarrow alone."""
    with store.open(curated_key(Partition(kingdom, day))) as reader:
        table = pq.read_table(io.BytesIO(reader.read()))
    return reference.by_id(table.to_pylist())
