"""What the engine `dynamodb` costs: items, write and read units, USD; measured on DynamoDB Local.

    python -m benchmarks.table_costs --url http://127.0.0.1:8000    # a server that is running
    python -m benchmarks.table_costs                                # starts one, and ends it
    python -m benchmarks.table_costs --players 1000 --weeks 10      # less

The real ingestion publishes a year of weekly scans into a lake in memory and the table; then the
API's own operations are asked. Each call asks for `ReturnConsumedCapacity`, so units are what
DynamoDB says, not what we think; the sizes of the items are counted beside it by its rules. The
docs' figures (docs/engines.md, docs/adr/0030-one-item-a-kingdom.md) are those of this program.
"""

import argparse
import json
import math
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.own_work import MemoryStore
from tests.between.lake import as_csv
from tests.between.weeks import Kingdom, Week
from tests.dynamodb.tables import make_table

# USD, us-east-1, on demand, 27 November 2026: https://aws.amazon.com/dynamodb/pricing/on-demand/
A_MILLION_WRITES: Final = 0.625
A_MILLION_READS: Final = 0.125
A_GB_MONTH: Final = 0.25
WEEKS_A_MONTH: Final = 52 / 12
_WRITE: Final = 1024
_OVERHEAD: Final = 100
"""Bytes that DynamoDB adds to each item where it counts storage."""
TABLE: Final = "costs"
KINGDOM: Final = 51


class Call(NamedTuple):
    """A call, as DynamoDB counted it."""

    operation: str
    units: float


class Meter:
    """Has a boto3 client's calls tell what they consume."""

    def __init__(self, client: Any) -> None:
        self.calls: list[Call] = []
        client.meta.events.register("provide-client-params.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._note)

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        if "ReturnConsumedCapacity" not in model.input_shape.members:
            return params
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _note(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        tables = consumed if isinstance(consumed, list) else [consumed]
        units = sum(table["CapacityUnits"] for table in tables)
        self.calls.append(Call(model.name, units))

    def take(self) -> list[Call]:
        """The calls since this was asked last."""
        taken, self.calls = self.calls, []
        return taken


class Items(NamedTuple):
    """Items of one kind: how many, their bytes, what writing each once takes."""

    number: int
    size: int
    largest: int
    units: int


def kind_of(group: str, name: str) -> str:
    """Which of the items of `chalicelib.items.keys` it is."""
    if group == "kingdoms":
        return "the kingdom's item"
    of = group.split("#")[1]
    if of == "written":
        return "marks"
    if of == "players":
        return "buckets, of rosters" if name.startswith("roster#") else "buckets, of snapshots"
    return "pieces of rosters" if of == "roster" else "pages of boards"


def item_size(item: dict[str, Any]) -> int:
    """An item's bytes by DynamoDB's rules, but for the overhead of storage."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, of),) = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(one) for name, one in of.items())
    return len(of.encode() if isinstance(of, str) else of)


def scan(client: Any) -> dict[tuple[str, str], int]:
    """The size of each item in the table."""
    pages = client.get_paginator("scan").paginate(TableName=TABLE)
    return {
        (item["pk"]["S"], item["sk"]["S"]): item_size(item)
        for page in pages
        for item in page["Items"]
    }


def by_kind(sizes: dict[tuple[str, str], int]) -> dict[str, Items]:
    """The items of each kind."""
    found: dict[str, list[int]] = defaultdict(list)
    for key, size in sizes.items():
        found[kind_of(*key)].append(size)
    return {
        kind: Items(len(of), sum(of), max(of), sum(math.ceil(size / _WRITE) for size in of))
        for kind, of in sorted(found.items())
    }


class Measured:
    """A kingdom of so many players, in a table of its own."""

    def __init__(self, client: Any, players: int, weeks: int) -> None:
        from chalicelib import config
        from chalicelib.engines.open import open_engine
        from chalicelib.items.store import LakeWithTable
        from chalicelib.lake.dynamodb.client import DynamoTable

        self.players = players
        self._client = client
        make_table(client, TABLE)
        self._meter = Meter(client)
        self._lake = MemoryStore()
        self.store = LakeWithTable(self._lake, DynamoTable(TABLE, client))
        self.settings = config.load({"DYNAMODB_TABLE": TABLE, "QUERY_ENGINE": "dynamodb"})
        self._engine = open_engine(self.settings, self.store)
        made = Kingdom(2, players).weeks(weeks)
        # All of them older than today.
        self._weeks = [week._replace(day=week.day - timedelta(weeks=weeks)) for week in made]

    def ingest(self) -> Iterator[str]:
        """Publish all scans; what the second and the last one took."""
        before: dict[tuple[str, str], int] = {}
        total, last = 0.0, len(self._weeks) - 1
        for number, week in enumerate(self._weeks):
            self._meter.take()
            self._ingest(week)
            calls = self._meter.take()
            units = sum(call.units for call in calls if call.operation in _WRITES)
            total += units
            if number in (0, 1, last):
                after = scan(self._client)
                new = {key: size for key, size in after.items() if key not in before}
                yield from self._told(number, calls, units, by_kind(new))
            if number in (0, last - 1):
                before = scan(self._client)
        usd = total / len(self._weeks) * WEEKS_A_MONTH * A_MILLION_WRITES / 1e6
        yield f"all {len(self._weeks)} snapshots: {total:,.0f} write units; USD a month {usd:.4f}"
        yield self._swept()
        yield from self._stored()

    def _ingest(self, week: Week) -> None:
        from chalicelib.ingest.pipeline import ingest_key
        from chalicelib.lake.keys import Partition

        key = f"inbox/{Partition(KINGDOM, week.day).path}/players.csv"
        self._lake.objects[key] = as_csv(week.players)
        done = ingest_key(self.store, key, self.settings)
        assert done is not None
        assert done.published

    def _told(
        self, number: int, calls: list[Call], units: float, new: dict[str, Items]
    ) -> Iterator[str]:
        made = Counter(call.operation for call in calls)
        reads = sum(call.units for call in calls if call.operation not in _WRITES)
        counted = ", ".join(f"{count} {operation}" for operation, count in sorted(made.items()))
        yield f"snapshot {number + 1}: {units:,.0f} write units, {reads:g} read units ({counted})"
        for kind, of in new.items():
            yield f"    new {kind}: {of.number} items, {of.size:,} bytes, {of.units:,} units"

    def _swept(self) -> str:
        """Delete what is named no more, as the sweep does an hour later."""
        from chalicelib.ingest.sweeping.parts import PartsSweep

        self._meter.take()
        sweep = PartsSweep(self.store.table, now=lambda: datetime.now(UTC) + timedelta(hours=2))
        sweep.run()
        calls = self._meter.take()
        units = sum(call.units for call in calls if call.operation in _WRITES)
        usd = units / len(self._weeks) * WEEKS_A_MONTH * A_MILLION_WRITES / 1e6
        return f"swept {sweep.dropped} parts: {units:,.0f} write units; USD a month {usd:.4f}"

    def _stored(self) -> Iterator[str]:
        kinds = by_kind(scan(self._client))
        size = sum(of.size + _OVERHEAD * of.number for of in kinds.values())
        for kind, of in kinds.items():
            yield f"    {kind}: {of.number:,} items, {of.size:,} bytes, largest {of.largest:,}"
        yield f"stored: {size:,} bytes, USD a month {size / 2**30 * A_GB_MONTH:.4f}"

    def ask(self) -> Iterator[str]:
        """What requests of the API read."""
        kingdom = "/v1/kingdoms/{kingdom}"
        board, parts = f"{kingdom}/leaderboards/{{metric}}", {"kingdom": "51", "metric": "dkp"}
        middle = self._reply(board, parts, {"offset": str(self.players // 2), "limit": "1"})
        someone = str(json.loads(middle.body)["entries"][0]["id"])
        history, player = f"{kingdom}/players/{{player}}", {"kingdom": "51", "player": someone}
        requests: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
            ("board, first 100", board, parts, {}),
            ("board, 100 from the 451st on", board, parts, {"offset": "450"}),
            ("board, `with` two more", board, parts, {"with": "power,kills"}),
            ("`around`", board, parts, {"around": someone}),
            ("`me`", board, parts, {"me": someone}),
            ("`since=previous`", board, parts, {"since": "previous"}),
            ("history, 10 snapshots", history, player, {"limit": "10"}),
            ("history, 52 snapshots", history, player, {}),
            ("search", f"{kingdom}/players", {"kingdom": "51"}, {"search": "player 1"}),
            ("snapshots", f"{kingdom}/snapshots", {"kingdom": "51"}, {}),
            ("kingdoms", "/v1/kingdoms", {}, {}),
        ]
        for name, route, path, query in requests:
            yield self._asked(name, route, path, query)

    def _asked(self, name: str, route: str, path: dict[str, str], query: dict[str, str]) -> str:
        self._reply(route, path, query)
        seconds = []
        for _ in range(5):
            self._meter.take()
            begin = time.process_time()
            self._reply(route, path, query)
            seconds.append(time.process_time() - begin)
        calls = self._meter.take()
        made = Counter(call.operation for call in calls)
        units = sum(call.units for call in calls)
        counted = ", ".join(f"{count} {operation}" for operation, count in made.items())
        cpu = statistics.median(seconds) * 1000
        usd = units * A_MILLION_READS
        return f"| {name} | {counted} | {units:g} | {cpu:.1f} | {usd:.2f} |"

    def _reply(self, route: str, path: dict[str, str], query: dict[str, str]) -> Any:
        from chalicelib.api import operation, routes
        from chalicelib.api.http import Request, respond
        from chalicelib.catalog.open import open_catalog
        from chalicelib.threads.deadline import Deadline

        backend = operation.Backend(
            "dynamodb",
            lambda: open_catalog(self.settings, self.store),
            lambda: self._engine,
            Deadline.after(60),
            lambda: self.store,
        )
        request = Request(path, {key: [value] for key, value in query.items()})
        reply = respond(routes.BY_PATH[route], request, backend)
        assert reply.status == 200, reply.body
        return reply


_WRITES: Final = ("PutItem", "BatchWriteItem")


@contextmanager
def client_of(url: str) -> Iterator[Any]:
    """A client of a server, which has no table of ours before and after."""
    import boto3

    client = boto3.Session("testing", "testing", region_name="us-east-1").client(
        "dynamodb", endpoint_url=url
    )
    try:
        yield client
    finally:
        client.delete_table(TableName=TABLE)


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="of a DynamoDB Local that is running")
    parser.add_argument("--players", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--weeks", type=int, default=53)
    options = parser.parse_args()
    os.environ.update(AWS_EC2_METADATA_DISABLED="true")
    with nullcontext(options.url) if options.url else _local() as url:
        for players in options.players:
            with client_of(url) as client:
                measured = Measured(client, players, options.weeks)
                print(f"\n{players:,} players, {options.weeks} weekly scans", flush=True)
                for line in measured.ingest():
                    print(line, flush=True)
                print("| request | calls | read units | own CPU, ms | USD a million |")
                print("|---|---|---:|---:|---:|")
                for line in measured.ask():
                    print(line, flush=True)


def _local() -> Any:
    """A DynamoDB Local of the tests, for as long as the context; its URL."""
    from tests.dynamodb.local_server import running_local

    return running_local()


if __name__ == "__main__":
    main()
