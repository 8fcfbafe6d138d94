"""Snapshots for tests of boards, published as ingestion does it, and an independent ranking."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from chalicelib.boards import document
from chalicelib.boards.encode import encode
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import BoardBuilder
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.engines.athena.client import AthenaClient
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.engine import Engine
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key, curated_key
from chalicelib.players.arrow import CURATED_SCHEMA
from chalicelib.threads.deadline import Deadline
from chalicelib.views.kingdoms import KingdomsView
from chalicelib.views.reconcile import reconcile
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.sources import CuratedDates
from tests.athena.fixtures import Athena

Player = Mapping[str, Any]

DAY = date(2026, 1, 26)
FORMULA = {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}}

_NAMES = ("Ana", "雪 Yuki", 'a "quoted", name', None, "naïve\u2028line", "👑", "NA", "\\n", "  ")


def player(number: int, **values: Any) -> dict[str, Any]:
    """A made-up player; every metric that is not given is `number`."""
    return {
        "id": number,
        "name": _NAMES[number % len(_NAMES)],
        "alliance": None if number % 7 == 0 else f"[A{number % 3}] Ünïon",
        **dict.fromkeys(METRIC_NAMES, number),
        "helps": 1,
        **values,
    }


counters = st.none() | st.integers(0, 3) | st.integers(0, 2**53 - 1)


@st.composite
def kingdoms_of_players(draw: st.DrawFn, max_size: int = 40) -> list[dict[str, Any]]:
    """Lists of players with many ties and unknown values."""
    ids = draw(st.lists(st.integers(1, 2**53 - 1), min_size=1, max_size=max_size, unique=True))
    texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
    row = st.fixed_dictionaries(dict.fromkeys(METRIC_NAMES, counters))
    return [
        {"id": one, "name": draw(texts), "alliance": draw(texts), "helps": 0, **draw(row)}
        for one in ids
    ]


def table(players: Iterable[Player]) -> pa.Table:
    return pa.Table.from_pylist([dict(one) for one in players], schema=CURATED_SCHEMA)


def _of(snapshot: Snapshot) -> dict[str, Any]:
    """What every row of a curated file has in common."""
    return {
        "kingdom": snapshot.kingdom,
        "snapshot_date": snapshot.snapshot_date,
        "ingested_at": datetime.fromisoformat(snapshot.ingested_at),
        "run_id": snapshot.run_id,
        "record_hash": "0" * 32,
    }


def rows_of(snapshot: Snapshot, players: Iterable[Player]) -> pa.Table:
    """The rows of a curated file."""
    return table({**one, **_of(snapshot)} for one in players)


def facts(
    players: int,
    day: date = DAY,
    kingdom: int = 51,
    run: int = 1,
    dkp: Mapping[str, Any] = FORMULA,
) -> Snapshot:
    moment = time(15, 30 + run // 60 % 30, run % 60)
    run_ts = f"{day:%Y%m%d}T{moment:%H%M%S}Z"
    return Snapshot(
        run_id=f"{run_ts}-{run:016x}",
        run_ts=run_ts,
        kingdom=kingdom,
        snapshot_date=day,
        ingested_at=f"{day}T{moment}Z",
        players=players,
        dkp=dkp,
    )


def curated_bytes(
    snapshot: Snapshot, players: Iterable[Player], *, without: Sequence[str] = (), **options: Any
) -> bytes:
    metadata = {"rok": json.dumps(snapshot.as_json())}
    sink = io.BytesIO()
    rows = rows_of(snapshot, players).drop_columns([*without])
    pq.write_table(rows.replace_schema_metadata(metadata), sink, compression="zstd", **options)
    return sink.getvalue()


def boards_bytes(
    snapshot: Snapshot, players: Iterable[Player], size: int = document.BOARD_SIZE
) -> bytes:
    builder = BoardBuilder(size)
    builder.add(table(players))
    return encode(snapshot, builder.boards())


def publish(
    store: Store,
    players: Sequence[Player],
    *,
    day: date = DAY,
    kingdom: int = 51,
    run: int = 1,
    dkp: Mapping[str, Any] = FORMULA,
    views: Sequence[str] = ("curated", "boards", "catalog"),
) -> Snapshot:
    """Put a snapshot into the lake, in place of the one that is there."""
    snapshot = facts(len(players), day, kingdom, run, dkp)
    partition = Partition(kingdom, day)
    if "curated" in views:
        put(store, curated_key(partition), curated_bytes(snapshot, players))
        add_items = getattr(store, "add_items", None)  # of tests.engines.tables.LakeAndTable
        if add_items is not None:
            add_items(snapshot, players)
    if "boards" in views:
        put(store, boards_key(partition), boards_bytes(snapshot, players, document.BOARD_SIZE))
    if "catalog" in views:
        catalog(store, partition)
    return snapshot


class NoMaker:
    """For views that are not made of an upload alone."""

    def curated(self, event: ArchiveKey) -> None:
        raise AssertionError(event)

    boards = curated


def catalog(store: Store, partition: Partition) -> None:
    """Let the catalog say what the boards objects say."""
    for view in (SnapshotsView(), KingdomsView()):
        for target in view.targets(partition, CuratedDates(store, partition.kingdom)):
            reconcile(store, view, target, NoMaker())


def page(engine: Engine, snapshot: Snapshot, metric: str, limit: int, offset: int) -> BoardPage:
    """A page of a board, with much time."""
    return engine.board(snapshot, BoardRequest(metric, limit, offset), Deadline.after(600))


def put(store: Store, key: str, body: bytes) -> None:
    present = store.head(key)
    if present is None:
        store.create(key, body)
    else:
        store.replace(key, body, present.etag)


def ranked(players: Iterable[Player], metric: str) -> list[dict[str, Any]]:
    """The whole board, worked out player by player."""
    known = [one for one in players if one[metric] is not None]
    known.sort(key=lambda one: (-one[metric], one["id"]))
    return [
        {
            "rank": 1 + sum(other[metric] > one[metric] for other in known),
            "position": position,
            "id": one["id"],
            "name": one["name"],
            "alliance": one["alliance"],
            "value": one[metric],
        }
        for position, one in enumerate(known, 1)
    ]


def athena_engine(athena: Athena) -> AthenaEngine:
    """The engine `athena` over a fake Athena."""
    client = AthenaClient(athena.database, athena.workgroup, athena.client)
    return AthenaEngine(athena.store, client, athena.table)
