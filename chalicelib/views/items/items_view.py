"""The view of the table: a kingdom's item, and the parts that it names (docs/adr/0030).

It is made of the kingdom's curated files and of its roster. The item is all that readers see; its
parts are written before it and follow from their names, so a crash in between shows nothing, and
two writers write the same bytes. What is named no more stays for those who read it just now, and
is noted as superseded for `chalicelib.ingest.sweeping.parts`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain

from chalicelib.catalog.snapshots_document import encode
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import CatalogError, StoreUnavailableError
from chalicelib.items.keys import kingdom_key
from chalicelib.items.kingdom import (
    KingdomItem,
    content_of_kingdom,
    decode_kingdom,
    encode_kingdom,
    facts_of,
    named_parts,
)
from chalicelib.items.parts import dated_marks, faults, mark, now_text
from chalicelib.items.roster_items import roster_id
from chalicelib.items.store import ITEMS, item_key, new_revision
from chalicelib.lake.dynamodb.table import REVISION, Item, Table
from chalicelib.lake.keys import Partition, parse_date_folder
from chalicelib.lake.prefixes import PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key
from chalicelib.views.items.lines import Lines
from chalicelib.views.items.part_items import part_items
from chalicelib.views.sources import curated_files
from chalicelib.views.view import (
    Body,
    Current,
    Dates,
    SnapshotMaker,
    Source,
    Sources,
    Target,
    ViewWithParts,
)


class ItemsView(ViewWithParts):
    """The item of each kingdom, and its parts."""

    folder = ITEMS
    table: GlueTable | None = None

    def __init__(self, table: Table) -> None:
        """Keep the parts in a table; the store has the same."""
        self._table = table

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (items_target(partition.kingdom),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`; one listing, and the head of the roster."""
        assert target.kingdom is not None
        found = [*curated_files(store, target.kingdom).values()]
        roster = store.head(roster_key(target.kingdom))
        return tuple(Source(one.key, one.etag) for one in (*found, roster) if one is not None)

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, _: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`; reads those curated files that changed, and the roster."""
        assert target.kingdom is not None
        if current.info is None and not sources:
            return None
        kingdom = target.kingdom
        # What an item remembers of its parts is not made of anything: blank or not, it stays.
        remembered = _read(current.whole().body(), kingdom)
        before = {} if current.is_blank else remembered.document.lines()
        lines = Lines(store, kingdom, before)
        is_blank = current.is_blank and current.info is not None
        body = encode(kingdom, lines.of(_files(sources), strict=is_blank))
        made = KingdomItem(kingdom, _roster_of(store, sources), body)
        return encode_kingdom(_with_superseded(made, remembered))

    def write_parts(
        self, store: Store, target: Target, sources: Sources, body: Body, current: Current
    ) -> None:
        """See `ViewWithParts.write_parts`; marks first.

        Raises:
            StoreUnavailableError: one of them is being deleted; a retry finds it gone.
        """
        made = _decode(body, target)
        _refuse_dropping(made)
        new = named_parts(made) - _named(_read(current.body(), made.kingdom))
        if new:
            self._mark(made.kingdom, new)
            items = (part_items(store, made, sources, part) for part in sorted(new))
            self._table.put_many(chain.from_iterable(items))

    def repair_parts(self, store: Store, target: Target, sources: Sources, body: Body) -> bool:
        """See `ViewWithParts.repair_parts`; every item is read.

        Raises:
            StoreUnavailableError: as `write_parts`.
        """
        made = _decode(body, target)
        _refuse_dropping(made)
        marked = dated_marks(self._table, made.kingdom)
        wrote = self._repair_facts(made.kingdom)
        for part in sorted(named_parts(made)):
            found = faults(self._table, part_items(store, made, sources, part))
            if found.missing or found.differing or part not in marked:
                self._mark(made.kingdom, [part])
                self._table.put_many([*found.missing, *found.differing])
                wrote = True
        return wrote

    def wrong_parts(
        self, store: Store, target: Target, sources: Sources, body: Body
    ) -> Iterator[tuple[str, str]]:
        """See `ViewWithParts.wrong_parts`; every item is read."""
        made = _decode(body, target)
        prefix = target.key.removesuffix("item")
        if self._with_wrong_facts(made.kingdom) is not None:
            text = f"{target.key} has facts that are not those of what it says"
            yield target.key, f"{text}: `rebuild --engine dynamodb` writes it"
        marked = dated_marks(self._table, made.kingdom)
        for part in sorted(named_parts(made)):
            if part not in marked:
                text = f"{prefix}{part} has no mark of when it was written"
                yield f"{prefix}{part}", f"{text}: `rebuild --engine dynamodb` writes it"
            missing, differing = faults(self._table, part_items(store, made, sources, part))
            for items, what in ((missing, "missing"), (differing, "other than they must be")):
                if items:
                    first, more = items[0].key, len(items) - 1
                    others = f", and {more} more of the same" if more else ""
                    key = f"{prefix}{part}"
                    text = f"items of {key} are {what}: {first.group} {first.name}{others}"
                    yield key, f"{text}: `rebuild --engine dynamodb` writes them"

    def is_sound(self, body: bytes, target: Target) -> bool:
        """See `View.is_sound`."""
        assert target.kingdom is not None
        try:
            named_parts(decode_kingdom(body, target.kingdom))
        except CatalogError:
            return False
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return content_of_kingdom(body)

    def _with_wrong_facts(self, kingdom: int) -> Item | None:
        """The item, if its facts are others than follow from its body.

        With a damaged body it is not: who replaces the body writes the facts too.
        """
        item = self._table.get(kingdom_key(kingdom), consistent=True)
        if item is None:
            return None
        revision = item.facts.get(REVISION, "")
        try:
            right = facts_of(decode_kingdom(item.body, kingdom), revision)
        except CatalogError:
            return None
        return None if item.facts == right and revision else item

    def _repair_facts(self, kingdom: int) -> bool:
        """Write facts that are wrong; whether they were.

        Raises:
            PreconditionFailedError: the item was replaced meanwhile.
        """
        item = self._with_wrong_facts(kingdom)
        if item is None:
            return False
        right = facts_of(decode_kingdom(item.body, kingdom), new_revision())
        self._table.replace(item._replace(facts=right), item.facts.get(REVISION, ""))
        return True

    def _mark(self, kingdom: int, parts: Iterable[str]) -> None:
        at = now_text()
        self._table.put_many([mark(kingdom, part, at) for part in sorted(parts)])


def items_target(kingdom: int) -> Target:
    """A kingdom's item."""
    return Target(item_key(kingdom), kingdom)


def _files(sources: Sources) -> dict[date, Source]:
    """The curated files by their dates."""
    found: dict[date, Source] = {}
    for source in sources:
        if not source.key.startswith(PLAYERS):
            day = parse_date_folder(source.key.split("/")[3])
            assert day is not None, "only curated files of a date are sources"
            found[day] = source
    return found


def _roster_of(store: Store, sources: Sources) -> str | None:
    """The id of the roster that is there."""
    for source in sources:
        if source.key.startswith(PLAYERS):
            with store.open(source.key, etag=source.etag) as reader:
                return roster_id(reader.read())
    return None


def _with_superseded(made: KingdomItem, before: KingdomItem) -> KingdomItem:
    """The item, which notes what the one before named and it does not."""
    named, now = named_parts(made), now_text()
    since = {**dict.fromkeys(_named(before), now), **before.superseded}
    superseded = {part: at for part, at in since.items() if part not in named}
    return made._replace(superseded=superseded, dropping=before.dropping)


def _refuse_dropping(made: KingdomItem) -> None:
    being_deleted = named_parts(made) & made.dropping.keys()
    if being_deleted:
        raise StoreUnavailableError(
            f"kingdom {made.kingdom}: {min(being_deleted)} is just being deleted from the table by "
            "a sweep; the next sweep tries this again (one that died is given up after an hour)"
        )


def _decode(body: Body, target: Target) -> KingdomItem:
    assert isinstance(body, bytes)
    assert target.kingdom is not None
    return decode_kingdom(body, target.kingdom)


def _read(body: bytes, kingdom: int) -> KingdomItem:
    """What an item says; nothing, where there is none or a damaged one."""
    try:
        said = decode_kingdom(body, kingdom) if body else None
        if said is not None:
            named_parts(said)
            return said
    except CatalogError:
        pass
    return KingdomItem(kingdom, None, b"")


def _named(said: KingdomItem) -> frozenset[str]:
    return named_parts(said) if said.snapshots else frozenset()
