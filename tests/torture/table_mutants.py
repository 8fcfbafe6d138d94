"""The table broken on purpose: each is what somebody might write in good faith."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any, BinaryIO, Final
from uuid import uuid4

from chalicelib.catalog.kingdoms_document import list_kingdoms
from chalicelib.catalog.listed import no_kingdom
from chalicelib.catalog.table_catalog import TableCatalog
from chalicelib.ingest import rebuild
from chalicelib.ingest.sweeping import parts as sweeping
from chalicelib.ingest.sweeping.parts import PartsSweep
from chalicelib.items import reading, snapshot_items
from chalicelib.items.kingdom import decode_kingdom, kingdom_item
from chalicelib.items.store import ITEMS, LakeWithTable
from chalicelib.lake.dynamodb.table import Item, ItemKey, Table
from chalicelib.lake.keys import parse_kingdom_folder
from chalicelib.lake.store import Store
from chalicelib.views import publish
from chalicelib.views.items import items_view
from chalicelib.views.items.items_view import ItemsView
from chalicelib.views.reconcile import Outcome
from chalicelib.views.reconcile import reconcile as as_it_should
from chalicelib.views.view import SnapshotMaker, Target, View
from tests.ingest.support import patched
from tests.torture import table_parts
from tests.torture.reconcile_mutants import Mutant

_Held: Final = vars(sweeping)["_Held"]


def parts_come_after_the_item() -> AbstractContextManager[None]:
    """A kingdom's item is replaced, and then what it names is written."""

    class Later(ItemsView):
        asked: tuple[str, tuple[Any, ...]] | None = None

        def write_parts(self, *asked: Any) -> None:
            self.asked = "write_parts", asked

        def repair_parts(self, *asked: Any) -> bool:
            self.asked = "repair_parts", asked
            return False

    def reconcile(
        store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
    ) -> Outcome:
        if not isinstance(view, ItemsView):
            return as_it_should(store, view, target, maker, afresh=afresh)
        later = Later(vars(view)["_table"])
        outcome = as_it_should(store, later, target, maker, afresh=afresh)
        if later.asked is not None:
            name, asked = later.asked
            if getattr(view, name)(*asked):
                return Outcome.WRITTEN
        return outcome

    return patched((publish, "reconcile", reconcile), (rebuild, "reconcile", reconcile))


def the_item_is_put_without_a_condition() -> AbstractContextManager[None]:
    """A kingdom's item is written over whatever it says by then."""
    right = LakeWithTable.replace

    def replace(self: LakeWithTable, key: str, body: bytes | BinaryIO, etag: str) -> str:
        if not key.startswith(ITEMS) or not isinstance(body, bytes):
            return right(self, key, body, etag)
        kingdom = parse_kingdom_folder(key.split("/")[2])
        assert kingdom is not None
        self.table.put_many([kingdom_item(decode_kingdom(body, kingdom), uuid4().hex)])
        info = self.head(key)
        assert info is not None
        return info.etag

    return patched((LakeWithTable, "replace", replace))


def the_sweep_drops_what_is_named() -> AbstractContextManager[None]:
    """Whatever was begun to be written long ago is deleted."""
    return patched((sweeping, "named_parts", lambda _: frozenset()))


def the_sweep_tells_nobody() -> AbstractContextManager[None]:
    """Parts are deleted by what the item said before, and it is told afterwards."""

    def take(self: Any, kingdom: int) -> Any:
        said, _ = self._kingdom(kingdom)
        parts = self._candidates(said)
        return _Held(kingdom, parts, self._now()) if parts else None

    def let_go(self: Any, held: Any) -> None:
        said, revision = self._kingdom(held.kingdom)
        rest = {part: at for part, at in said.superseded.items() if part not in held.parts}
        self._swap(said._replace(superseded=rest), revision)

    return patched((PartsSweep, "_take", take), (PartsSweep, "_let_go", let_go))


def what_is_being_dropped_is_named() -> AbstractContextManager[None]:
    """A writer takes no notice of what a sweep is just deleting."""
    return patched((items_view, "_refuse_dropping", lambda _: None))


def superseded_parts_go_at_once() -> AbstractContextManager[None]:
    """What is named no more is deleted by the next sweep, whoever still reads it."""
    return patched((sweeping, "GRACE", timedelta(0)))


def records_are_of_a_date() -> AbstractContextManager[None]:
    """The records of a date's players have one name, of whichever version they are."""

    def of_date(day: date, _: str) -> str:
        return f"{day}#"

    return patched(
        (snapshot_items, "snapshot_part", of_date),
        (reading, "snapshot_part", of_date),
        (table_parts, "_snapshots", {}),
    )


def no_read_is_consistent() -> AbstractContextManager[None]:
    """Whatever is read of the table may be a minute old, a kingdom's item too."""

    class Eventual:
        def __init__(self, table: Table) -> None:
            self._table = table

        def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
            return self._table.get(key)

        def query(self, group: str, *, consistent: bool = False, **asked: Any) -> Iterable[Item]:
            return self._table.query(group, **asked)

    right = TableCatalog.__init__

    def begin(self: TableCatalog, table: Table, store: Store) -> None:
        right(self, Eventual(table), store)  # type: ignore[arg-type]

    return patched((TableCatalog, "__init__", begin))


def marks_come_after_the_parts() -> AbstractContextManager[None]:
    """That parts may be there is noted when they are."""

    def later(name: str) -> tuple[object, str, object]:
        right = vars(ItemsView)[name]

        def write(self: Any, *asked: Any) -> Any:
            waiting: list[tuple[int, Iterable[str]]] = []
            late = ItemsView(self._table)
            late._mark = lambda kingdom, parts: waiting.append((kingdom, [*parts]))  # type: ignore[method-assign]
            wrote = right(late, *asked)
            for kingdom, parts in waiting:
                self._mark(kingdom, parts)
            return wrote

        return ItemsView, name, write

    return patched(later("write_parts"), later("repair_parts"))


def what_is_not_in_the_table_is_nowhere() -> AbstractContextManager[None]:
    """Where a kingdom has no item there is no kingdom, whatever the lake has."""

    def snapshot(kingdom: int, _: date | None) -> Any:
        raise no_kingdom(kingdom)

    return _with_a_lake("snapshot", snapshot)


def the_list_has_what_is_in_the_table() -> AbstractContextManager[None]:
    """A kingdom is listed when the table has it, whatever the lake has."""
    return _with_a_lake("kingdoms", lambda: list_kingdoms({}))


def _with_a_lake(name: str, answer: Callable[..., Any]) -> AbstractContextManager[None]:
    """The table's catalog asks a lake that answers so."""
    right = TableCatalog.__init__

    def begin(self: TableCatalog, table: Table, store: Store) -> None:
        right(self, table, store)
        setattr(vars(self)["_lake"], name, answer)

    return patched((TableCatalog, "__init__", begin))


TABLE_MUTANTS: Final[tuple[Mutant, ...]] = (
    parts_come_after_the_item,
    the_item_is_put_without_a_condition,
    the_sweep_drops_what_is_named,
    the_sweep_tells_nobody,
    what_is_being_dropped_is_named,
    superseded_parts_go_at_once,
    records_are_of_a_date,
    no_read_is_consistent,
    marks_come_after_the_parts,
    what_is_not_in_the_table_is_nowhere,
    the_list_has_what_is_in_the_table,
)
