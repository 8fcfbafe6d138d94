"""What must be true of the table in the end: it says what the lake says, and nothing more.

The kingdoms' items are the model's; whatever they name is there, byte for byte; what is named no
more is gone, once two sweeps have come after the grace.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from chalicelib.catalog.sources_tail import content_of
from chalicelib.items.keys import kingdom_key, mark_key, roster_part, snapshot_part
from chalicelib.items.kingdom import KingdomItem, decode_kingdom
from chalicelib.items.roster_items import roster_id
from chalicelib.lake.dynamodb.table import ItemKey
from tests.torture.catalogs import expected_catalogs, snapshots_key, version_of
from tests.torture.model import newest_of
from tests.torture.rosters import roster_key
from tests.torture.table_parts import roster_parts, snapshot_parts
from tests.torture.table_witness import is_mark, part_of
from tests.torture.uploads import Upload
from tests.torture.world import World

SWEEPS = 2
GRACE_SECONDS = 7200


def let_go(world: World) -> None:
    """Let a sweep take over what a dead one was deleting: till then nobody may name it."""
    if world.table is not None and world.table.witness.is_dropping:
        world.pass_time(GRACE_SECONDS)
        world.run(world.sweep())


def fill_table(world: World) -> None:
    """Fill the table, if it was dropped and is not whole again."""
    if world.table is not None and world.table.witness.hollow:
        world.run(world.fill())


def judge_table(world: World) -> None:
    """Judge the table of a world at rest, if it has one; then let superseded parts be swept."""
    if world.table is None:
        return
    newest = newest_of(world.uploads_due()).values()
    kingdoms: dict[int, dict[str, Upload]] = {}
    for event in newest:
        assert event.partition is not None
        shown = kingdoms.setdefault(event.partition[0], {})
        shown |= {event.partition[1]: event} if event.accepted else {}
    catalogs = expected_catalogs(newest)
    needed: dict[ItemKey, bytes] = {}
    for kingdom, dated in kingdoms.items():
        said = _said(world, kingdom)
        if said is None:
            world.problems.append(f"there is no item of kingdom {kingdom}")
            continue
        world.problems += _wrong(world, said, catalogs[snapshots_key(kingdom)])
        needed |= _needed(world, said, dated)
    if not world.problems:
        _judge_parts(world, needed)
    if not world.problems:
        _judge_sweeps(world, kingdoms, needed)


def _said(world: World, kingdom: int) -> KingdomItem | None:
    assert world.table is not None
    item = world.table.plain.get(kingdom_key(kingdom))
    return None if item is None else decode_kingdom(item.body, kingdom)


def _wrong(world: World, said: KingdomItem, catalog: bytes) -> Iterator[str]:
    if content_of(said.snapshots) != catalog:
        yield f"the item of {said.kingdom} does not name the snapshots that there are"
    roster = world.store.contents()[roster_key(said.kingdom)]
    if said.roster != roster_id(roster):
        yield f"the item of {said.kingdom} names the roster {said.roster}, which is another one"


def _needed(world: World, said: KingdomItem, dated: Mapping[str, Upload]) -> dict[ItemKey, bytes]:
    """All that a kingdom's item names, with the marks."""
    kingdom = said.kingdom
    names = {snapshot_part(date.fromisoformat(day), version_of(dated[day])) for day in dated}
    needed = {key: body for one in dated.values() for key, body in snapshot_parts(one).items()}
    if said.roster is not None:
        names.add(roster_part(said.roster))
        body = world.store.contents()[roster_key(kingdom)]
        needed |= roster_parts(kingdom, said.roster, body)
    return needed | {mark_key(kingdom, name): b"" for name in names}


def _judge_parts(world: World, needed: Mapping[ItemKey, bytes]) -> None:
    assert world.table is not None
    items = world.table.plain.items
    for key, body in needed.items():
        if key not in items or items[key].body != body:
            world.problems.append(f"in the end {key} is not as it must be")


def _judge_sweeps(
    world: World, kingdoms: Mapping[int, object], needed: Mapping[ItemKey, bytes]
) -> None:
    """After the grace two sweeps leave nothing but what is named.

    What was written and never named may stay until something of its kingdom is superseded.
    """
    assert world.table is not None
    witness = world.table.witness
    for _ in range(SWEEPS):
        world.pass_time(GRACE_SECONDS)
        world.run(world.sweep())
    _judge_parts(world, needed)
    items = world.table.plain.items.keys()
    expected = {*needed, *witness.strays, *(kingdom_key(kingdom) for kingdom in kingdoms)}
    marked = {part_of(key) for key in items if is_mark(key)} - witness.named
    extra = sorted(key for key in items - expected if part_of(key) not in marked)
    if extra:
        world.problems.append(f"in the end {len(extra)} items are too many: {extra[:3]}")
    for kingdom in kingdoms:
        said = _said(world, kingdom)
        if said is None or said.superseded or said.dropping:
            world.problems.append(f"in the end the item of {kingdom} remembers {said}")
