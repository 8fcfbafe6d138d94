"""Verify a lake (contract, section 6), without writing: views, uploads, reports, strays."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from chalicelib.boards.snapshot import RULES
from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.target_groups import (
    IN_PROGRESS,
    OLDER_RULES,
    OTHER_SETTINGS,
    OTHER_WRITER,
    RebuildResult,
    Remark,
    TargetGroup,
    Targets,
    in_kingdoms,
    kingdoms_in,
    partitions_in,
    stays,
    target_groups,
)
from chalicelib.ingest.verify_uploads import is_dated, verify_uploads
from chalicelib.lake.keys import SOURCE, Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import ARCHIVES, INBOX, RAW, REPORTS, WITHDRAWN
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.lake.unrecognised import UNRECOGNISED
from chalicelib.views.making.make_snapshot import ArchivedSnapshots, OlderRulesError
from chalicelib.views.making.same_rows import has_same_rows, made_by_older_rules
from chalicelib.views.reconcile import MAX_SWAPS, differs
from chalicelib.views.registry import folders
from chalicelib.views.view import Body, Current, NotMadeError, Sources, Target, View

SECOND_LOOK: Final = 1.0
"""Seconds until what looks like an upload in progress is looked at again."""

_OTHER_WRITER: Final = (
    "was written by another version of the Parquet writer and holds the same rows: `rebuild` "
    "brings it up to date"
)
_OLDER_RULES: Final = "was made by rules {}, today's are {}: `rebuild` brings it up to date"


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
    seen = _Seen(set(), {})

    def work(number: int) -> Iterator[RebuildResult]:
        partitions = partitions_in(store, everywhere, number, snapshot_date)
        # Its own, since it is read while other kingdoms are verified in other threads.
        own = _Seen(seen.expected, {})
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
        group = TargetGroup(None, None, [*lake.values()])
        result = _verify_group(store, settings, group, seen)
        if result.is_worth_showing:
            yield result
        others = _confirmed(lambda: _verify_others(store, settings, seen.expected, numbers))
        if others:
            yield TargetGroup(None, None, []).verified(None, others)


def _is_wanted(
    group: TargetGroup, partitions: Collection[Partition], snapshot_date: date | None
) -> bool:
    """Whether a group is of a wanted date, or of the kingdom if all its dates are wanted."""
    if group.day is None or group.kingdom is None:
        return snapshot_date is None
    return Partition(group.kingdom, group.day) in partitions


def _verify_group(
    store: Store, settings: Settings, group: TargetGroup, seen: "_Seen"
) -> RebuildResult:
    """Verify one group of targets, and the uploads of its date."""
    group = group._replace(targets=[*group.targets])
    verification = _Verification(store, settings, group, seen)
    remarks = _confirmed(verification.remarks)
    result = group.verified(verification.run, remarks)
    views = [key for key in result.keys if key.partition("/")[0] in folders()]
    seen.wrong.update(dict.fromkeys(views, (group.kingdom, group.day)))
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


class _Seen(NamedTuple):
    """What was found so far.

    Attributes:
        expected: the keys of all targets that there must be.
        wrong: the targets that are wrong, each with the kingdom and the date of its group: those
            of one kingdom while it is verified, of all when the lake's are.
    """

    expected: set[str]
    wrong: dict[str, tuple[int | None, date | None]]


class _Verification:
    """The verification of one group of targets."""

    def __init__(self, store: Store, settings: Settings, group: TargetGroup, seen: _Seen) -> None:
        self._store = store
        self._group = group
        self._settings = settings
        self._maker = ArchivedSnapshots(store, settings)
        self._expected, self._wrong = seen
        self._remarks: list[Remark] = []

    @property
    def run(self) -> Run | None:
        """The run that the date's views are made of, once it is verified."""
        return self._maker.run

    def remarks(self) -> list[Remark]:
        """What is to be said of the group's objects; may be called again."""
        self._remarks = []
        kingdom, day = self._group.kingdom, self._group.day
        path = Partition(kingdom, day).path if kingdom is not None and day is not None else None
        if path is not None:
            self._remarks += verify_uploads(self._store, self._settings, path)
        with self._maker:
            for view, target in self._group.targets:
                self._verify(view, target)
        if path is not None:
            self._remarks += self._extra(path)
        return self._remarks

    def _verify(self, view: View, target: Target) -> None:
        try:
            remark = self._problem(view, target)
        except OlderRulesError as error:
            self._expected.add(target.key)
            self._remarks.append(stays(self._store, target, error))
        except NotMadeError as error:
            self._expected.add(target.key)
            self._remarks.append(Remark(error.key, str(error)))
        else:
            self._remarks += [remark] if remark else []

    def _problem(self, view: View, target: Target) -> Remark | None:
        """How a target differs from what it should be; repeated while others change it."""
        for _ in range(MAX_SWAPS):
            current = Current(self._store, self._store.head(target.key))
            try:
                # Blank: no part of the target is reused, they are to be verified.
                sources = view.look(self._store, target)
                if self._are_unproven(sources):
                    self._expected.add(target.key)
                    return None
                body = view.make(self._store, target, sources, current.blank(), self._maker)
                if body is None:
                    if self._has_lost_upload():
                        self._expected.add(target.key)
                    return None
                self._expected.add(target.key)
                return self._difference(view, target, current, body)
            except (PreconditionFailedError, ObjectNotFoundError):
                continue
        raise StoreUnavailableError(f"{target.key} is replaced all the time")

    def _difference(
        self, view: View, target: Target, current: Current, body: Body
    ) -> Remark | None:
        """How a target differs from the bytes that are made of its sources."""
        key = target.key
        if current.info is None:
            return Remark(key, f"{key} is missing")
        if not differs(self._store, view, current, body):
            return None
        if has_same_rows(current.body(), body):
            return Remark(key, f"{key} {_OTHER_WRITER}", OTHER_WRITER)
        rules = made_by_older_rules(current.body(), body, target)
        if rules is not None:
            return Remark(key, f"{key} {_OLDER_RULES.format(rules, RULES)}", OTHER_WRITER)
        if self._is_explained() and view.is_sound(current.body(), target):
            return None
        return Remark(key, f"{key} differs")

    def _are_unproven(self, sources: Sources) -> bool:
        """Whether a date's newest event is itself in question: bytes that no report is about."""
        named = {remark.key for remark in self._remarks}
        return self._group.day is not None and any(source.key in named for source in sources)

    def _is_explained(self) -> bool:
        """Whether what a target is made of is wrong, so that it must differ.

        A kingdom's targets are made of its dates' objects, the lake's of the kingdoms'.
        """
        if self._group.day is not None:
            return False
        of_dates = self._group.kingdom is not None
        return any((day is not None) is of_dates for _, day in self._wrong.values())

    def _has_lost_upload(self) -> bool:
        """Whether the date had an upload, whose bytes are lost: then its views are no strays."""
        return any(remark.key.startswith((RAW, WITHDRAWN)) for remark in self._remarks)

    def _extra(self, path: str) -> Iterator[Remark]:
        """Objects in a snapshot's folders that do not belong there."""
        named = {remark.key for remark in self._remarks}
        for folder in folders():
            for info in self._store.list_objects(f"{folder}/{path}/"):
                if info.key not in self._expected and info.key not in named:
                    yield Remark(info.key, f"{info.key} is not made of any upload")


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
