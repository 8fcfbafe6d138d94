"""Rebuild the views from `raw/` (contract, section 6): `reconcile` over all targets."""

from collections.abc import Iterator
from datetime import date

from chalicelib.config import Settings
from chalicelib.ingest.target_groups import (
    RebuildResult,
    Remark,
    Status,
    TargetGroup,
    Targets,
    in_kingdoms,
    item_groups,
    kingdoms_in,
    partitions_in,
    stays,
    table_kingdoms,
    target_groups,
)
from chalicelib.items.store import reading_once
from chalicelib.lake.prefixes import RAW
from chalicelib.lake.store import Store
from chalicelib.views.making.in_step import InStep
from chalicelib.views.making.make_snapshot import ArchivedSnapshots, OlderRulesError
from chalicelib.views.reconcile import Outcome, reconcile
from chalicelib.views.view import NotMadeError


def rebuild(
    store: Store,
    settings: Settings,
    kingdom: int | None = None,
    snapshot_date: date | None = None,
    *,
    first: int = 1,
    threads: int = 1,
) -> Iterator[RebuildResult]:
    """Reconcile every target: write those that differ from what their sources give.

    One result per snapshot, and one for a kingdom's or the lake's targets if any was written.
    Kingdoms come in order, so that work that was stopped can go on from one.

    Args:
        store: the lake.
        settings: for `DKP_WEIGHTS`.
        kingdom: only this one; of the lake's targets only what it may change.
        snapshot_date: only this one, and the targets that depend on it.
        first: begin at this kingdom.
        threads: how many kingdoms are worked on at once.

    Raises:
        StoreError: the lake could not be read or written.
    """
    lake: Targets = {}

    def work(number: int) -> Iterator[RebuildResult]:
        partitions = partitions_in(store, (RAW,), number, snapshot_date)
        once = reading_once(store)
        for group in target_groups(store, partitions, lake):
            result = _rebuild(once, settings, group, afresh=True)
            if result.is_worth_showing:
                yield result

    numbers = kingdoms_in(store, (RAW,)) if kingdom is None else [kingdom]
    yield from in_kingdoms(work, [one for one in numbers if one >= first], threads)
    # Made anew, the lake's targets would take a read of every kingdom.
    afresh = kingdom is None and first == 1
    result = _rebuild(store, settings, TargetGroup(None, None, [*lake.values()]), afresh=afresh)
    if result.is_worth_showing:
        yield result


def rebuild_table(
    store: Store,
    settings: Settings,
    kingdom: int | None = None,
    *,
    first: int = 1,
    threads: int = 1,
) -> Iterator[RebuildResult]:
    """Write all items of the table that are not what the lake gives; nothing in the lake.

    A kingdom that is not in the lake is emptied. One result per kingdom of which any was written,
    or cannot be made.

    Args:
        store: the lake, with a table (`chalicelib.items.open.open_lake`).
        settings: the stage's.
        kingdom: only this one.
        first: begin at this kingdom.
        threads: how many kingdoms are worked on at once.

    Raises:
        StoreError: the lake or the table could not be read or written.
    """

    def work(number: int) -> Iterator[RebuildResult]:
        once = reading_once(store)
        for group in item_groups(store, [number]):
            result = _rebuild(once, settings, group, afresh=True)
            if result.is_worth_showing:
                yield result

    yield from in_kingdoms(work, table_kingdoms(store, kingdom, first), threads)


def _rebuild(
    store: Store, settings: Settings, group: TargetGroup, *, afresh: bool
) -> RebuildResult:
    written: list[str] = []
    problems: dict[str, str] = {}
    notes: list[Remark] = []
    with ArchivedSnapshots(store, settings) as maker:
        in_step = InStep(maker)
        for view, target in group.targets:
            try:
                if reconcile(store, view, target, in_step, afresh=afresh) is Outcome.WRITTEN:
                    written.append(target.key)
            except OlderRulesError as error:
                remark = stays(store, target, error)
                if remark.kind:
                    notes.append(remark)
                else:
                    problems[target.key] = remark.text
            except NotMadeError as error:
                problems[error.key] = str(error)
    status: Status = "differs" if problems else "written" if written else "unchanged"
    keys = (*written, *problems)
    result = group.result(status, maker.run, keys, tuple(problems.values()))
    return result._replace(notes=tuple(notes))
