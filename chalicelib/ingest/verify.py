"""Verify a lake (contract, section 6), without writing: views, uploads, reports, strays."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.target_groups import (
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
from chalicelib.ingest.verify_uploads import unreported, verify_uploads
from chalicelib.lake.keys import SOURCE, Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import ARCHIVES, INBOX, RAW, REPORTS, WITHDRAWN
from chalicelib.lake.store import Store
from chalicelib.views.make_snapshot import ArchivedSnapshots, OlderRulesError
from chalicelib.views.reconcile import MAX_SWAPS, differs
from chalicelib.views.registry import folders
from chalicelib.views.same_rows import has_same_rows
from chalicelib.views.view import Body, Current, NotMadeError, Target, View

UNRECOGNISED: Final = "unrecognised"
"""The folder of uploads whose key names no kingdom and date."""

_OTHER_WRITER: Final = (
    "was written by another version of the Parquet writer and holds the same rows: `rebuild` "
    "brings it up to date"
)


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
        first: begin at this kingdom.
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
        for group in target_groups(store, partitions, lake):
            if group.day is None and snapshot_date is not None:
                continue
            if group.day is not None and Partition(number, group.day) not in partitions:
                continue
            result = _Verification(store, settings, group, seen).result()
            if result.is_worth_showing:
                yield result

    numbers = kingdoms_in(store, everywhere) if kingdom is None else [kingdom]
    yield from in_kingdoms(work, [one for one in numbers if one >= first], threads)
    if kingdom is None and snapshot_date is None:
        yield from _verify_lake(store, settings, lake, seen)


def _verify_lake(
    store: Store, settings: Settings, lake: Targets, seen: "_Seen"
) -> Iterator[RebuildResult]:
    """What is of no kingdom: the lake's targets, uploads that name none, and strays."""
    result = _Verification(
        store, settings, TargetGroup(None, None, [*lake.values()]), seen
    ).result()
    if result.is_worth_showing:
        yield result
    uploads = (info for info in store.list_objects(INBOX) if not _is_dated(info.key))
    remarks = [
        *verify_uploads(store, settings, UNRECOGNISED),
        *unreported(store, uploads),
        *_strays(store, seen.expected),
    ]
    if remarks:
        yield TargetGroup(None, None, []).verified(None, remarks)


class _Seen(NamedTuple):
    """What was found so far.

    Attributes:
        expected: the keys of all targets that there must be.
        wrong: the targets that are wrong, each with the kingdom and the date of its group.
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

    def result(self) -> RebuildResult:
        kingdom, day = self._group.kingdom, self._group.day
        path = Partition(kingdom, day).path if kingdom is not None and day is not None else None
        if path is not None:
            self._remarks += verify_uploads(self._store, self._settings, path)
        with self._maker:
            for view, target in self._group.targets:
                self._verify(view, target)
        if path is not None:
            self._remarks += self._extra(path)
        result = self._group.verified(self._maker.run, self._remarks)
        views = [key for key in result.keys if key.partition("/")[0] in folders()]
        self._wrong.update(dict.fromkeys(views, (kingdom, day)))
        return result

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
        if self._is_explained() and view.is_sound(current.body(), target):
            return None
        return Remark(key, f"{key} differs")

    def _is_explained(self) -> bool:
        """Whether what a target is made of is wrong, so that it must differ.

        A kingdom's targets are made of its dates' objects, the lake's of the kingdoms'.
        """
        kingdom, day = self._group.kingdom, self._group.day
        if day is not None:
            return False
        if kingdom is not None:
            return any(number == kingdom for number, _ in self._wrong.values())
        return any(number is not None and of is None for number, of in self._wrong.values())

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


def _strays(store: Store, expected: set[str]) -> Iterator[Remark]:
    """Objects that are in no date's folder and are no targets."""
    for top in (*ARCHIVES, REPORTS, *(f"{folder}/" for folder in folders())):
        for info in store.list_objects(top):
            is_verified = info.key.startswith(f"{top}{UNRECOGNISED}/") or _is_dated(info.key)
            if info.key not in expected and not is_verified:
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
