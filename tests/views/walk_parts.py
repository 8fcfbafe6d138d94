"""Every interleaving of writers and sweeps of the table's parts, with a crash anywhere.

The product's own loop, view and sweep; a part has two items, and every item is a write of its own.
What is in S3 is one word: which version of the one date counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from greenlet import getcurrent

from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog.snapshots_document import Line, encode, encode_line
from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.sweeping import parts as sweeping
from chalicelib.ingest.sweeping.parts import GRACE, PartsSweep
from chalicelib.items import parts, store
from chalicelib.items.keys import kingdom_key, mark_key, players_key, snapshot_part
from chalicelib.items.kingdom import (
    KingdomItem,
    decode_kingdom,
    encode_kingdom,
    kingdom_item,
    named_parts,
)
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.dynamodb.table import REVISION, Item, ItemKey
from chalicelib.lake.store import Store
from chalicelib.views.items import items_view
from chalicelib.views.items.items_view import ItemsView, items_target
from chalicelib.views.reconcile import reconcile
from chalicelib.views.view import Current, SnapshotMaker, Source, Sources, Target
from tests.engines.support import NoMaker
from tests.ingest.support import patched
from tests.torture.memory_store import MemoryStore
from tests.views.walk_lake import Call, Contents, Lakes, Reply, _ask
from tests.views.walk_writers import GONE, Work, Writers, run_alone

DAY: Final = date(2026, 1, 12)
KINGDOM: Final = 51
ITEM: Final = kingdom_key(KINGDOM)
START: Final = datetime(2026, 1, 26, tzinfo=UTC)
WANTED, EPOCH, SEEN = "#wanted", "#epoch", "#seen"
CRASHES: Final = 1
MOST_PROBLEMS: Final = 5

State = tuple[int, tuple[int, ...], int, int]
"""The table, where everybody is, how many may still crash, how often the clock may still go on."""


def snapshot(version: str) -> Snapshot:
    """What counts."""
    return Snapshot(version, "", KINGDOM, DAY, "", 1, {"basis": "none"})


@cache
def part_of(version: str) -> str:
    """The name of a version's part."""
    return snapshot_part(DAY, snapshot(version).version)


def items_of(part: str) -> list[Item]:
    """Its items: what stands for a page, and a bucket."""
    keys = (ItemKey(f"{KINGDOM}#{part}", "page"), players_key(KINGDOM, 0, part))
    return [Item(key, part.encode()) for key in keys]


@cache
def snapshots_of(version: str) -> bytes:
    """The kingdom's one snapshot."""
    return encode(KINGDOM, {DAY: Line(encode_line(snapshot(version), {}), version)})


def time_of(epoch: int) -> datetime:
    """No part is younger than the grace whose time is of an epoch before."""
    return START + 2 * epoch * GRACE


class SteppedTable:
    """A table that leaves every call to whoever runs the caller; a batch is many calls."""

    def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
        found: bytes | None = _ask(Call("get", _flat(key)))
        return None if found is None else _item(key, found)

    def query(self, group: str, *, consistent: bool = False, facts: bool = False) -> Iterator[Item]:
        for name, found in _ask(Call("query", f"{group}\n")):
            yield _item(ItemKey(group, name), found)

    def put_many(self, items: Iterable[Item]) -> None:
        for item in items:
            _ask(Call("put", _flat(item.key), _bytes(item)))

    def delete_many(self, keys: Iterable[ItemKey]) -> None:
        for key in keys:
            _ask(Call("delete", _flat(key)))

    def create(self, item: Item) -> None:
        _ask(Call("swap", _flat(item.key), _bytes(item)))

    def replace(self, item: Item, revision: str) -> None:
        _ask(Call("swap", _flat(item.key), _bytes(item), revision))


class PartsView(ItemsView):
    """The view, of what S3 says in one word."""

    def look(self, _: Store, __: Target) -> Sources:
        return (Source("", _ask(Call("look", WANTED)).decode()),)

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, _: SnapshotMaker
    ) -> bytes:
        made = KingdomItem(KINGDOM, None, snapshots_of(sources[0].etag))
        before = decode_kingdom(current.body(), KINGDOM)
        return encode_kingdom(vars(items_view)["_with_superseded"](made, before))


def begin() -> None:
    """The time, for as long as a function runs: none runs until the grace is over."""
    vars(getcurrent())["epoch"] = int(_ask(Call("look", EPOCH)))


def now() -> datetime:
    """The time of whoever is at work."""
    return time_of(vars(getcurrent())["epoch"])


def complete(_: object) -> None:
    """What the sweep of the inbox does with an upload that has no report."""
    begin()
    table: Any = SteppedTable()
    both = LakeWithTable(MemoryStore(), table)
    reconcile(both, PartsView(table), items_target(KINGDOM), NoMaker())


def upload(version: str) -> Work:
    """A writer that makes a version count."""

    def work(_: object) -> None:
        _ask(Call("put", WANTED, version.encode()))
        complete(_)

    return work


def sweep(_: object) -> None:
    """A sweep of the kingdom."""
    begin()
    table: Any = SteppedTable()
    PartsSweep(table, now=now).sweep_kingdom(KINGDOM)


class Scenario(NamedTuple):
    """Who is at work on a table in which A counts, and B is superseded for long.

    Attributes:
        name: what it is called.
        works: what each does.
        ticks: how often the grace may pass, while nobody is at work.
    """

    name: str
    works: Sequence[Work]
    ticks: int = 1


class Tables(Lakes):
    """All states of the table that were met."""

    def make(self, lake: int, call: int) -> tuple[int, int]:
        """See `Lakes.make`."""
        done: tuple[int, int] | None = vars(self)["_done"].get((lake, call))
        if done is None:
            after, reply = _make(self.contents(lake), self.calls[call])
            replies = vars(self)["_replies"]
            if reply not in replies:
                replies[reply] = len(self.replies)
                self.replies.append(reply)
            done = self.number(after), replies[reply]
            vars(self)["_done"][lake, call] = done
        return done


class PartsWalk:
    """One scenario.

    Attributes:
        problems: what was wrong so far.
        states: how many were visited.
    """

    def __init__(self, scenario: Scenario) -> None:
        """Bring the table to where the scenario starts."""
        self._tables = Tables(lambda _, __: None)
        works = [_named(f"writer {at}", work) for at, work in enumerate(scenario.works)]
        self._writers = Writers(self._tables, works)
        self._start: State = (
            self._tables.number(_before()),
            self._writers.starts,
            CRASHES,
            scenario.ticks,
        )
        self._ended: set[int] = set()
        self._judged: set[int] = set()
        self.problems: list[str] = []
        self.states = 0

    def everywhere(self) -> None:
        """Visit every state that any interleaving leads to."""
        seen, waiting = {self._start}, [self._start]
        while waiting and len(self.problems) < MOST_PROBLEMS:
            for state in self._next(waiting.pop()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        self.states = len(seen)

    def _next(self, state: State) -> Iterator[State]:
        table, positions, crashes, ticks = state
        self._judge(table)
        if ticks and all(
            one in (GONE, start) for one, start in zip(positions, self._writers.starts, strict=True)
        ):
            yield (self._tick(table), positions, crashes, ticks - 1)
        alive = [one for one, position in enumerate(positions) if position != GONE]
        if not alive:
            self._judge_end(table)
        for one in alive:
            before, behind = positions[:one], positions[one + 1 :]
            call = self._writers.call_at(positions[one])
            after, reply = self._tables.make(table, call)
            there = self._after(positions[one], reply)
            yield (after, (*before, there, *behind), crashes, ticks)
            if crashes:
                yield (table, (*before, GONE, *behind), crashes - 1, ticks)

    def _after(self, position: int, reply: int) -> int:
        try:
            return self._writers.after(position, reply)
        except StoreUnavailableError:
            return GONE  # its event is retried
        except Exception as error:
            self._tell(f"somebody raised {error!r}")
            return GONE

    def _tick(self, table: int) -> int:
        contents = self._tables.contents(table)
        epoch = b"%d" % (int(contents[EPOCH]) + 1)
        seen = "\n".join(sorted(named_parts(_said(contents)))).encode()
        return self._tables.number({**contents, EPOCH: epoch, SEEN: seen})

    def _judge(self, table: int) -> None:
        if table in self._judged:
            return
        self._judged.add(table)
        contents = self._tables.contents(table)
        for part in contents[SEEN].decode().split("\n"):
            lacking = [item.key for item in items_of(part) if _flat(item.key) not in contents]
            if lacking:
                self._tell(f"{part} was named just now, and {lacking[0]} is not there")

    def _judge_end(self, table: int) -> None:
        """Events are retried and sweeps come again: then only what counts is there."""
        if table in self._ended:
            return
        self._ended.add(table)
        for at, work in enumerate((sweep, complete, sweep, complete, sweep)):
            table, _ = run_alone(self._tables, self._tick(table), _named(f"end {at}", work))
            self._judge(table)
        contents = self._tables.contents(table)
        said = _said(contents)
        if named_parts(said) != {part_of(contents[WANTED].decode())}:
            self._tell("in the end another version is named than counts")
        if said.superseded or said.dropping:
            self._tell("in the end something is held")
        marks = {key.partition("\n")[2] for key in contents if key.startswith("51#written\n")}
        if marks != named_parts(said):
            self._tell("in the end something is marked that is not named")

    def _tell(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


@contextmanager
def on_stage() -> Iterator[None]:
    """Parts of two items, revisions that tell who wrote, and a clock that the walk sets."""

    def new_revision() -> str:
        mine = vars(getcurrent())
        mine["swaps"] = mine.get("swaps", 0) + 1
        return f"{mine['swaps']} of {mine['name']}"

    with patched(
        (parts, "BUCKETS", 1),
        (items_view, "part_items", lambda _, __, ___, part: iter(items_of(part))),
        (items_view, "now_text", lambda: _text(now())),
        (store, "new_revision", new_revision),
        (sweeping, "new_revision", new_revision),
    ):
        yield


def _named(name: str, work: Work) -> Work:
    """The same work, whose revisions nobody else has."""

    def named(given: object) -> None:
        vars(getcurrent())["name"] = name
        work(given)

    return named


def _before() -> Contents:
    """A counts, B did long ago."""
    long_ago = _text(time_of(-2))
    said = KingdomItem(KINGDOM, None, snapshots_of("A"), {part_of("B"): long_ago})
    items = [kingdom_item(said, "the first")]
    for version in "AB":
        items.append(Item(mark_key(KINGDOM, part_of(version)), b"", {parts.AT: long_ago}))
        items += items_of(part_of(version))
    contents = {_flat(item.key): _bytes(item) for item in items}
    return {**contents, WANTED: b"A", EPOCH: b"0", SEEN: part_of("A").encode()}


def _make(table: Contents, call: Call) -> tuple[Contents, Reply]:
    there = table.get(call.key)
    match call.method:
        case "get" | "look":
            return table, Reply(there)
        case "query":
            found = [key for key in sorted(table) if key.startswith(call.key)]
            return table, Reply(tuple((key.partition("\n")[2], table[key]) for key in found))
        case "put":
            return {**table, call.key: call.body}, Reply()
        case "delete":
            return {key: body for key, body in table.items() if key != call.key}, Reply()
    revision = None if there is None else json.loads(there)[1][REVISION]
    if revision != call.etag:
        return table, Reply(error=PreconditionFailedError)
    after = {**table, call.key: call.body}
    seen = {*table[SEEN].decode().split("\n"), *named_parts(_said(after))}
    return {**after, SEEN: "\n".join(sorted(seen)).encode()}, Reply()


def _said(table: Contents) -> KingdomItem:
    return decode_kingdom(_item(ITEM, table[_flat(ITEM)]).body, KINGDOM)


def _flat(key: ItemKey) -> str:
    return "\n".join(key)


def _bytes(item: Item) -> bytes:
    return json.dumps([item.body.hex(), dict(item.facts)]).encode()


def _item(key: ItemKey, found: bytes) -> Item:
    body, facts = json.loads(found)
    given: Mapping[str, str] = facts
    return Item(key, bytes.fromhex(body), given)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
