"""Watches the table as it is written: what may never be, not even for a moment (docs/adr/0030).

A kingdom's item names only snapshots whose files are there; no date of it goes back, none goes away
that is not withdrawn; and whatever it names is whole, from then until it is named no more.
"""

from collections.abc import Iterator, Mapping

from chalicelib.items.keys import KINGDOMS
from chalicelib.items.kingdom import LATEST, KingdomItem, decode_kingdom, named_parts
from chalicelib.items.roster_items import roster_id
from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.torture.catalogs import version_of
from tests.torture.rosters import PLAYERS
from tests.torture.states import Known, States
from tests.torture.table_parts import Parts, roster_parts, snapshot_parts
from tests.torture.table_states import ItemState, TableStates
from tests.torture.tortured_table import PlainTable
from tests.torture.uploads import Order, Partition, Upload
from tests.torture.witness import NEVER, Witness
from tests.torture.workers import current_worker


class TableWitness:
    """Is told of every write of the table by a function, and judges it.

    Attributes:
        runs: every upload so far, by run id.
        listed: every run that an item has named so far.
        stale: the dates that an item was wrong about, as `Witness.stale`.
        states: those that the items were in.
        drops: how often the table was dropped.
        hollow: whether it was, and is not filled again.
        named: every part that an item of this table has named, with its kingdom.
        strays: items that may stay: written when their mark was gone, or about to go.
    """

    def __init__(self, witness: Witness, table: PlainTable) -> None:
        """Watch the writes of `table`, which follows the lake that `witness` watches."""
        self.runs: Mapping[str, Upload] = witness.runs
        self.listed: set[str] = set()
        self.stale: set[Partition] = set()
        self.states = TableStates()
        self.drops = 0
        self.hollow = False
        self.named: set[tuple[int, str]] = set()
        self.strays: set[ItemKey] = set()
        self._dropping: dict[int, Mapping[str, str]] = {}
        self._witness = witness
        self._table = table
        self._rosters: dict[tuple[int, str], tuple[bytes, Known]] = {}
        self._needed: dict[int, Parts] = {}
        self._bytes: dict[ItemKey, bytes] = {}
        self._names: dict[int, tuple[str | None, ...]] = {}
        self._shown: dict[Partition, Order] = {}
        self._dropped_at = 0
        self._dropping_at = 0
        witness.listeners.append(self._watch_lake)
        witness.lacks = self._lacks

    @property
    def lake(self) -> States:
        """Those that the catalogs and rosters of the lake were in."""
        return self._witness.states

    def may_be_refused(self, worker: int) -> bool:
        """Whether a part was being deleted since a worker began: who is to name it must wait."""
        return self.is_dropping or worker <= self._dropping_at

    @property
    def is_dropping(self) -> bool:
        """Whether a part is being deleted, or who did so is dead."""
        return any(self._dropping.values())

    def withdrawals(self, partition: Partition) -> list[Order]:
        """See `Witness.withdrawals`."""
        return self._witness.withdrawals(partition)

    def wrote(self, item: Item) -> None:
        """See `TableWatch.wrote`."""
        if item.key.group == KINGDOMS:
            self._watch_kingdom(item)
        elif not is_mark(item.key):
            self._watch_stray(item.key)
            if self._bytes.setdefault(item.key, item.body) != item.body:
                self._tell(f"{item.key} has other bytes than it had")

    def deleted(self, key: ItemKey) -> None:
        """See `TableWatch.deleted`."""
        for kingdom, needed in self._needed.items():
            if key in needed:
                self._tell(f"{key} is deleted, and kingdom {kingdom} needs it")

    def dropped(self) -> None:
        """Note that the table is empty."""
        self.drops += 1
        self.hollow = True
        self.states.dropped()
        self._names.clear()
        self._needed.clear()
        self._dropping.clear()
        self.named.clear()
        self._dropped_at = self._witness.last_worker()

    def filled(self) -> None:
        """Note that all of it was rebuilt: whatever is named must be whole."""
        self.hollow = False
        for kingdom, needed in self._needed.items():
            for problem in self._lacking(needed):
                self._tell(f"the table was rebuilt, and of kingdom {kingdom} {problem}")

    def _watch_stray(self, key: ItemKey) -> None:
        """What is written after its mark was dropped stays, if its writer dies before it is named.

        (`chalicelib.ingest.sweeping.parts`; nobody reads it.)
        """
        kingdom, part = part_of(key)
        if self._is_of_before() or part in self._dropping.get(kingdom, {}):
            self.strays.add(key)
        else:
            self.strays.discard(key)

    def _watch_lake(self, key: str, body: bytes) -> None:
        """Note what each roster says, by its id."""
        if key.startswith(PLAYERS):
            kingdom = int(key.split("/")[2].removeprefix("kingdom="))
            states = self._witness.states
            known = states.rosters(kingdom, states.moment)[-1]
            self._rosters[kingdom, roster_id(body)] = body, known

    def _watch_kingdom(self, item: Item) -> None:
        kingdom = int(item.key.name)
        said = decode_kingdom(item.body, kingdom)
        dated = self._dated(said)
        self._watch_dates(kingdom, dated, said.roster)
        if item.facts.get(LATEST) != max(dated, default=""):
            self._tell(f"the item of {kingdom} says that {item.facts.get(LATEST)} is the latest")
        if named := named_parts(said) & said.dropping.keys():
            self._tell(f"the item of {kingdom} names {sorted(named)}, which are being dropped")
        self.named |= {(kingdom, part) for part in named_parts(said)}
        if self.is_dropping or said.dropping:
            self._dropping_at = self._witness.last_worker()
        self._dropping[kingdom] = said.dropping
        known: Known | None = None
        needed = {key: body for one in dated.values() for key, body in snapshot_parts(one).items()}
        if said.roster is not None:
            if (kingdom, said.roster) not in self._rosters:
                self._tell(f"the item of {kingdom} names the roster {said.roster}, which is none")
                return
            body, known = self._rosters[kingdom, said.roster]
            needed |= roster_parts(kingdom, said.roster, body)
        before = self._needed.get(kingdom, {})
        self._needed[kingdom] = needed
        if not (self.hollow and self._is_of_before()):
            new = {key: body for key, body in needed.items() if key not in before}
            for problem in self._lacking(new):
                self._tell(f"the item of {kingdom} was written, and {problem}")
        self.states.add(ItemState(kingdom, dated, known))
        self.listed.update(one.run_id for one in dated.values())

    def _is_of_before(self) -> bool:
        """Whether who is at work began before the table was dropped: what it wrote may be gone."""
        worker = current_worker()
        return worker is not None and worker.number <= self._dropped_at

    def _dated(self, said: KingdomItem) -> dict[str, Upload]:
        """The upload of each date that an item names."""
        dated: dict[str, Upload] = {}
        entries = said.document.listing().entries
        for entry in entries:
            day = entry.snapshot.snapshot_date.isoformat()
            upload = self.runs.get(entry.snapshot.run_id)
            if upload is None or upload.partition != (said.kingdom, day) or not upload.accepted:
                self._tell(f"an item names {entry.snapshot.run_id}, no run of {said.kingdom} {day}")
            elif entry.version != version_of(upload):
                self._tell(f"an item names {upload.run_id} with the version {entry.version}")
            else:
                dated[day] = upload
        return dated

    def _watch_dates(self, kingdom: int, dated: Mapping[str, Upload], roster: str | None) -> None:
        names = (*(one.run_id for one in dated.values()), roster)
        if self._names.get(kingdom) == names:
            return  # a sweep notes what it deletes: what is named may be withdrawn by now
        self._names[kingdom] = names
        for day, upload in dated.items():
            if self._witness.curated((kingdom, day)) < upload.order:
                self._tell(f"the item of {kingdom} names {upload.run_id}, whose file is not there")
            self._watch_entry((kingdom, day), upload)
        named = {(kingdom, day) for day in dated}
        for lost in [one for one in self._shown if one[0] == kingdom and one not in named]:
            emptied = self._witness.emptied.get(lost)
            order = NEVER if emptied is None else emptied.order
            if order < self._shown[lost]:
                self._tell(f"the item of {kingdom} no longer names {lost[1]}")
            self._shown[lost] = order

    def _watch_entry(self, partition: Partition, upload: Upload) -> None:
        """A date goes back only to a run that was withdrawn, by who looked at its file before.

        Or, in a table that was dropped, by who looked before that: a second look, and whoever
        fills the table after the drop, bring it up to date.
        """
        emptied = self._witness.emptied.get(partition)
        if emptied is not None and upload.order < emptied.order:
            worker = current_worker()
            if worker is None or worker.number > emptied.since:
                self._tell(f"the item of {partition} names {upload.run_id} again")
            self.stale.add(partition)
        elif upload.order < self._shown.get(partition, NEVER):
            if not (self.hollow and self._is_of_before()):
                self._tell(f"the item went back to {upload.run_id} of {partition}")
            self.stale.add(partition)
        self._shown[partition] = upload.order

    def _lacks(self, event: Upload) -> bool:
        """Whether the kingdom's item does not show an event yet, nor a newer one."""
        if self.hollow:
            return False
        assert event.partition is not None
        shown = self._shown.get(event.partition, NEVER)
        # A date that is named no more, or never was, is as a withdrawal wants it.
        return shown < event.order and (event.accepted or shown[1] == "upload")

    def _lacking(self, needed: Parts) -> Iterator[str]:
        for key, body in needed.items():
            found = self._table.get(key)
            if found is None or found.body != body:
                yield f"{key} is {'missing' if found is None else 'another one'}"

    def _tell(self, problem: str) -> None:
        self._witness.problems.append(problem)


def is_mark(key: ItemKey) -> bool:
    """Whether an item is a part's mark."""
    return key.group.endswith("#written")


def part_of(key: ItemKey) -> tuple[int, str]:
    """The kingdom and the part that an item belongs to, or is the mark of."""
    kingdom, _, rest = key.group.partition("#")
    is_named = is_mark(key) or rest.startswith("players#")
    return int(kingdom), key.name if is_named else rest
