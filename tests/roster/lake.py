"""A kingdom's curated files in a lake in memory, and its roster made by the view's own loop."""

import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.snapshot import FACTS_KEY
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key, roster_key
from chalicelib.players.arrow import CURATED_SCHEMA
from chalicelib.roster.roster import Roster, read_roster
from chalicelib.views.reconcile import Outcome, reconcile
from chalicelib.views.roster import RosterView
from chalicelib.views.view import Current, Target
from tests.roster.oracle import Rows
from tests.torture.memory_store import MemoryStore

KINGDOM = 51
TARGET = Target(roster_key(KINGDOM), KINGDOM)
FIRST = date(2026, 1, 5)
VIEW = RosterView()


_FACTS = {
    "run_ts": "20260126T153012Z",
    "ingested_at": "2026-01-26T15:30:12Z",
    "dkp": {"basis": "none"},
}


def day(number: int) -> date:
    """The date of a week's scan."""
    return FIRST + timedelta(weeks=number)


def curated(rows: Rows, run_id: str = "run") -> bytes:
    """A curated file of some players; of none, as that of a withdrawn date."""
    players = [{"id": player, "run_id": run_id, **row} for player, row in rows.items()]
    sink = io.BytesIO()
    columns = {
        field.name: pa.array([row.get(field.name) for row in players], field.type)
        for field in CURATED_SCHEMA
    }
    facts = json.dumps({**_FACTS, "run_id": run_id})
    with pq.ParquetWriter(sink, CURATED_SCHEMA, write_page_checksum=True) as writer:
        writer.write_table(pa.table(columns, schema=CURATED_SCHEMA))
        writer.add_key_value_metadata({FACTS_KEY: facts})
    return sink.getvalue()


class Lake(MemoryStore):
    """A lake with curated files of one kingdom; it remembers what is read of it."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.opened: list[str] = []

    def open(self, key: str, **range_: Any) -> Any:
        """See `Store.open`."""
        self.opened.append(key)
        return super().open(key, **range_)

    def put_scan(self, when: date, body: bytes) -> None:
        """Publish a curated file."""
        key = curated_key(Partition(KINGDOM, when))
        info = self.head(key)
        if info is None:
            self.create(key, body)
        else:
            self.replace(key, body, info.etag)

    def publish(self, snapshots: Mapping[date, Rows]) -> None:
        """Publish some snapshots, one after the other, each with the roster."""
        for when, rows in snapshots.items():
            self.put_scan(when, curated(rows))
            self.bring_up()

    def bring_up(self) -> Outcome:
        """Reconcile the roster."""
        return reconcile(self, VIEW, TARGET, NOBODY)

    def roster(self) -> Roster:
        """The roster."""
        found = read_roster(self, KINGDOM)
        assert found is not None
        return found

    def body(self) -> bytes:
        """The roster object's bytes."""
        with super().open(TARGET.key) as reader:
            return reader.read()

    def made_anew(self) -> bytes | None:
        """What the roster's content must be, of all files that are there."""
        current = Current(self, self.head(TARGET.key)).blank()
        body = VIEW.make(self, TARGET, VIEW.look(self, TARGET), current, NOBODY)
        return None if body is None else VIEW.content(body)


class _Nobody:
    """A roster is not made of uploads."""

    def objects(self, _: object, /) -> None:
        raise AssertionError


NOBODY: Any = _Nobody()
