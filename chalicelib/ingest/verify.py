"""Verify a lake (contract, section 6), without writing: views, uploads, reports, strays."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Final

from chalicelib.config import Settings
from chalicelib.ingest.target_groups import (
    IN_PROGRESS,
    OLDER_RULES,
    OTHER_SETTINGS,
    RebuildResult,
    Remark,
    TargetGroup,
    Targets,
    in_kingdoms,
    item_groups,
    item_kingdoms,
    kingdoms_in,
    partitions_in,
    table_kingdoms,
    target_groups,
)
from chalicelib.ingest.verify_group import Seen, Verification
from chalicelib.ingest.verify_uploads import is_dated, verify_uploads
from chalicelib.lake.keys import SOURCE, Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import ARCHIVES, INBOX, RAW, REPORTS
from chalicelib.lake.store import Store
from chalicelib.lake.unrecognised import UNRECOGNISED
from chalicelib.views.registry import folders

SECOND_LOOK: Final = 1.0
"""Seconds until what looks like an upload in progress is looked at again."""


def verify(
    store: Store,
    settings: Settings,
    kingdom: int | None = None,
    snapshot_date: date | None = None,
    *,
    first: int = 1,
    threads: int = 1,
) -> Iterator[RebuildResult]:
    """Compare every target, byte for byte, with what its sources give, and uploads with reports.

    Objects that belong to no upload are found too. One result per date that has any object, and
    one for a kingdom's or the lake's if anything is wrong there.

    Args:
        store: the lake.
        settings: for `DKP_WEIGHTS`.
        kingdom: only this one; what is the lake's is then not verified.
        snapshot_date: only this one; the targets of kingdoms are then not verified either.
        first: begin at this kingdom; what is the lake's is only verified from the first one on.
        threads: how many kingdoms are worked on at once.

    Raises:
        StoreError: the lake could not be read.
    """
    tops = [f"{folder}/" for folder in folders()]
    everywhere = (INBOX, *ARCHIVES, REPORTS, *tops)
    lake: Targets = {}
    seen = Seen(set(), set())

    def work(number: int) -> Iterator[RebuildResult]:
        partitions = partitions_in(store, everywhere, number, snapshot_date)
        # Its own, since it is read while other kingdoms are verified in other threads.
        own = Seen(seen.expected, set())
        for group in target_groups(store, partitions, lake):
            if not _is_wanted(group, partitions, snapshot_date):
                continue
            result = _verify_group(store, settings, group, own)
            if result.is_worth_showing:
                yield result
        seen.wrong.update(own.wrong)

    numbers = kingdoms_in(store, everywhere) if kingdom is None else [kingdom]
    yield from in_kingdoms(work, [one for one in numbers if one >= first], threads)
    if kingdom is None and snapshot_date is None and first == 1:
        of_none = [number for number in item_kingdoms(store) if number not in numbers]
        yield from _verify_items(store, settings, of_none)
        group = TargetGroup(None, None, [*lake.values()])
        result = _verify_group(store, settings, group, seen)
        if result.is_worth_showing:
            yield result
        others = _confirmed(lambda: _verify_others(store, settings, seen.expected, numbers))
        if others:
            yield TargetGroup(None, None, []).verified(None, others)


def verify_table(
    store: Store,
    settings: Settings,
    kingdom: int | None = None,
    *,
    first: int = 1,
    threads: int = 1,
) -> Iterator[RebuildResult]:
    """Compare every item of the table with what the lake gives: a result per wrong kingdom.

    Args:
        store: the lake, with a table (`chalicelib.items.open.open_lake`).
        settings: the stage's.
        kingdom: only this one.
        first: begin at this kingdom.
        threads: how many kingdoms are worked on at once.

    Raises:
        StoreError: the lake or the table could not be read.
    """
    wanted = table_kingdoms(store, kingdom, first)
    yield from in_kingdoms(lambda one: _verify_items(store, settings, [one]), wanted, threads)


def _verify_items(
    store: Store, settings: Settings, kingdoms: Collection[int]
) -> Iterator[RebuildResult]:
    """Verify the items of kingdoms, where there is a table."""
    for group in item_groups(store, kingdoms):
        result = _verify_group(store, settings, group, Seen(set(), set()))
        if result.is_worth_showing:
            yield result


def _is_wanted(
    group: TargetGroup, partitions: Collection[Partition], snapshot_date: date | None
) -> bool:
    """Whether a group is of a wanted date, or of the kingdom if all its dates are wanted."""
    if group.day is None or group.kingdom is None:
        return snapshot_date is None
    return Partition(group.kingdom, group.day) in partitions


def _verify_group(
    store: Store, settings: Settings, group: TargetGroup, seen: "Seen"
) -> RebuildResult:
    """Verify one group of targets, and the uploads of its date."""
    group = group._replace(targets=[*group.targets])
    verification = Verification(store, settings, group, seen)
    remarks = _confirmed(verification.remarks)
    result = group.verified(verification.run, remarks)
    seen.wrong.update(key for key in result.keys if key.partition("/")[0] in folders())
    return result


def _confirmed(look: Callable[[], Sequence[Remark]]) -> list[Remark]:
    """What two looks have in common, if the first one finds anything wrong.

    An upload that is ingested meanwhile is at no moment as it is before and after.
    """
    found = look()
    if all(remark.kind in (OLDER_RULES, OTHER_SETTINGS) for remark in found):
        return [*found]
    if any(remark.kind == IN_PROGRESS for remark in found):
        time.sleep(SECOND_LOOK)
    again = {remark.key for remark in look()}
    return [remark for remark in found if remark.key in again]


def _verify_others(
    store: Store, settings: Settings, expected: Collection[str], kingdoms: Collection[int]
) -> list[Remark]:
    """What is of no kingdom and date: uploads whose keys name none, and strays."""
    uploads = [info for info in store.list_objects(INBOX) if not is_dated(info)]
    remarks = verify_uploads(store, settings, UNRECOGNISED, uploads)
    return [*remarks, *_strays(store, expected, kingdoms)]


def _strays(store: Store, expected: Collection[str], kingdoms: Collection[int]) -> Iterator[Remark]:
    """Objects that are in no date's folder and are no targets.

    Args:
        store: the lake.
        expected: the targets.
        kingdoms: those that were verified; of others, which are new, nothing is said.
    """
    new = {f"kingdom={number}" for number in kingdoms_in(store, (RAW,)) if number not in kingdoms}
    for top in (*ARCHIVES, REPORTS, *(f"{folder}/" for folder in folders())):
        for info in store.list_objects(top):
            is_verified = info.key.startswith(f"{top}{UNRECOGNISED}/") or _is_dated(info.key)
            is_new = any(part in new for part in info.key.split("/")[2:3])
            if info.key not in expected and not is_verified and not is_new:
                yield Remark(info.key, f"{info.key} is in no snapshot's folder")


def _is_dated(key: str) -> bool:
    """Whether an object is in the folder of a kingdom and date, which are verified one by one."""
    _, source, kingdom, day, *name = [*key.split("/"), "", "", ""]
    return (
        source == f"source={SOURCE}"
        and parse_kingdom_folder(kingdom) is not None
        and parse_date_folder(day) is not None
        and any(name)
    )
