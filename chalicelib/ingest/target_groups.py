"""All targets of a lake, in the order in which they are rebuilt and verified.

A date's targets are one group, because most of them are made of one upload, which is read once. A
kingdom's targets follow after its dates; the lake's targets come last.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from chalicelib.items.store import ITEMS, item_key
from chalicelib.lake.keys import Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import CURATED
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import dates_prefix, kingdoms_prefix
from chalicelib.threads.pool import map_ordered
from chalicelib.views.making.make_snapshot import OlderRulesError
from chalicelib.views.registry import items_view_of, views_of
from chalicelib.views.sources import CuratedDates
from chalicelib.views.view import Target, View

Status = Literal["written", "unchanged", "same", "other_writer", "differs"]

OLDER_RULES: Final = "older_rules"
OTHER_SETTINGS: Final = "other_settings"
OTHER_WRITER: Final = "other_writer"
IN_PROGRESS: Final = "in_progress"
"""The kinds of remarks (`Remark.kind`)."""

Targets = dict[str, tuple[View, Target]]
"""Targets with their views, by key."""


class Remark(NamedTuple):
    """A sentence about an object.

    Attributes:
        key: the object's key.
        text: the sentence.
        kind: empty for what is wrong. `other_writer`: the same rows, written by another version of
            the Parquet writer, or the same run, read by older rules. `older_rules`,
            `other_settings`: an object that today's software would not write so, and that stays as
            it is. `in_progress`: wrong, unless an upload is being ingested just now.
    """

    key: str
    text: str
    kind: str = ""


class RebuildResult(NamedTuple):
    """The result of rebuilding or verifying a group of targets.

    Attributes:
        kingdom: their kingdom; None for targets of the whole lake.
        snapshot_date: their date; None for targets of a whole kingdom, or of the lake.
        run_id: the run that a snapshot's views are made of; None when `raw/` has none.
        status: `written` and `unchanged` after a rebuild, `same` after a verification, `differs`
            when something is wrong, `other_writer` when only the writer of the same rows differs,
            or the rules by which the same run was read.
        keys: the objects that were written, or that differ.
        problems: a sentence for each of those that differ.
        notes: what is no problem, but worth knowing.
    """

    kingdom: int | None
    snapshot_date: date | None
    run_id: str | None
    status: Status
    keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the targets are what they should be."""
        return not self.problems

    @property
    def is_worth_showing(self) -> bool:
        """Whether it concerns a snapshot, or anything was written or is wrong."""
        return self.snapshot_date is not None or bool(self.keys)


class TargetGroup(NamedTuple):
    """Targets that belong together.

    Attributes:
        kingdom: their kingdom; None for the lake's.
        day: their date; None for a whole kingdom's, or the lake's.
        targets: each with its view, in the registry's order; an iterator to be used once. It looks
            up the kingdom's dates only after the date's own players were written.
    """

    kingdom: int | None
    day: date | None
    targets: Iterable[tuple[View, Target]]

    def verified(self, run: Run | None, remarks: Sequence[Remark]) -> RebuildResult:
        """The result of a verification of this group; the first remark on an object counts."""
        notes = tuple(one for one in remarks if one.kind in (OLDER_RULES, OTHER_SETTINGS))
        wrong: dict[str, Remark] = {}
        for remark in remarks:
            if remark not in notes:
                wrong.setdefault(remark.key, remark)
        status: Status = "same"
        if wrong:
            by_writer = all(one.kind == OTHER_WRITER for one in wrong.values())
            status = "other_writer" if by_writer else "differs"
        problems = tuple(one.text for one in wrong.values())
        return self.result(status, run, tuple(wrong), problems)._replace(notes=notes)

    def result(
        self,
        status: Status,
        run: Run | None = None,
        keys: tuple[str, ...] = (),
        problems: tuple[str, ...] = (),
    ) -> RebuildResult:
        """The result for this group."""
        return RebuildResult(
            self.kingdom, self.day, run.run_id if run else None, status, keys, problems
        )


def target_groups(
    store: Store, partitions: Iterable[Partition], lake: Targets
) -> Iterator[TargetGroup]:
    """All targets that the snapshots of one kingdom touch, each in one group.

    Args:
        store: the lake.
        partitions: the snapshots, in order.
        lake: receives the targets of the whole lake, to be dealt with after all kingdoms.
    """
    whole: Targets = {}
    dated: dict[date, Targets] = {}
    kingdom = 0
    for partition in partitions:
        kingdom = partition.kingdom
        targets = _of_date(store, partition, dated, whole, lake)
        yield TargetGroup(kingdom, partition.snapshot_date, targets)
        # A caller may stop early; the other groups need what this iterator notes.
        for _ in targets:
            pass
    for day in sorted(dated):
        yield TargetGroup(kingdom, day, [*dated[day].values()])
    if whole:
        yield TargetGroup(kingdom, None, [*whole.values()])


def _of_date(
    store: Store, partition: Partition, dated: dict[date, Targets], whole: Targets, lake: Targets
) -> Iterator[tuple[View, Target]]:
    """A date's targets; those that its snapshot touches elsewhere are noted for later.

    Args:
        store: the lake.
        partition: the kingdom and date.
        dated: of other dates; what is noted there of this one is done here.
        whole: of the whole kingdom.
        lake: of the whole lake.
    """
    own: Targets = {}
    for view, target in touched(store, partition):
        if target.day == partition.snapshot_date:
            own[target.key] = (view, target)
            yield view, target
        elif target.day is not None:
            dated.setdefault(target.day, {})[target.key] = (view, target)
        else:
            (lake if target.kingdom is None else whole)[target.key] = (view, target)
    for key, noted in dated.pop(partition.snapshot_date, {}).items():
        if key not in own:
            yield noted


def touched(store: Store, partition: Partition) -> Iterator[tuple[View, Target]]:
    """The targets that a snapshot touches, in the registry's order; each view is asked in turn."""
    dates = CuratedDates(store, partition.kingdom)
    for view in views_of(store):
        for target in view.targets(partition, dates):
            yield view, target


def item_groups(store: Store, kingdoms: Iterable[int]) -> Iterator[TargetGroup]:
    """The targets of the table, a group a kingdom; none where there is no table.

    Args:
        store: the lake.
        kingdoms: their numbers.
    """
    view = items_view_of(store)
    if view is not None:
        for kingdom in kingdoms:
            yield TargetGroup(kingdom, None, [(view, Target(item_key(kingdom), kingdom))])


def item_kingdoms(store: Store) -> list[int]:
    """The kingdoms that the table has an item of, in order."""
    return [] if items_view_of(store) is None else kingdoms_in(store, (ITEMS,))


def table_kingdoms(store: Store, kingdom: int | None, first: int) -> list[int]:
    """The kingdoms whose items are rebuilt or verified, in order: of the lake, and of the table.

    Args:
        store: the lake, with a table.
        kingdom: only this one.
        first: begin at this kingdom.
    """
    there = {*kingdoms_in(store, (CURATED,)), *item_kingdoms(store)}
    numbers = sorted(there) if kingdom is None else [kingdom]
    return [one for one in numbers if one >= first]


def stays(store: Store, target: Target, error: OlderRulesError) -> Remark:
    """A target that today's rules cannot make stays as it is, unless it is lost."""
    if store.head(target.key) is None:
        return Remark(target.key, f"{target.key} is missing, and {error}")
    return Remark(target.key, f"{target.key} stays as it is: {error}", OLDER_RULES)


def kingdoms_in(store: Store, folders: Iterable[str]) -> list[int]:
    """The kingdoms that have objects in any of these folders, in order.

    Args:
        store: the lake.
        folders: top folders, with their slashes; one listing each, 1,000 kingdoms a request.
    """
    found = {
        number
        for top in folders
        for folder in store.list_folders(kingdoms_prefix(top))
        if (number := parse_kingdom_folder(folder))
    }
    return sorted(found)


def partitions_in(
    store: Store, folders: Iterable[str], kingdom: int, snapshot_date: date | None
) -> list[Partition]:
    """The dates of a kingdom that have objects in any of these folders, in order.

    Args:
        store: the lake.
        folders: top folders, with their slashes; one listing each.
        kingdom: its number.
        snapshot_date: only this one.
    """
    found = {
        Partition(kingdom, day)
        for top in folders
        for folder in store.list_folders(dates_prefix(top, kingdom))
        if (day := parse_date_folder(folder)) is not None
        if snapshot_date in (None, day)
    }
    return sorted(found)


def in_kingdoms(
    work: Callable[[int], Iterator[RebuildResult]], kingdoms: Iterable[int], threads: int
) -> Iterator[RebuildResult]:
    """The results of work on kingdoms, which do not depend on one another, in their order."""
    if threads == 1:
        for kingdom in kingdoms:
            yield from work(kingdom)
        return
    for results in map_ordered(lambda kingdom: list(work(kingdom)), kingdoms, threads):
        yield from results
