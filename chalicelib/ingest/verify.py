"""Verify the views against what a rebuild would make (contract, section 6), without writing."""

from collections.abc import Iterator
from datetime import date

from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.target_groups import (
    RebuildResult,
    Status,
    TargetGroup,
    partitions_in,
    target_groups,
)
from chalicelib.lake.keys import SOURCE, Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import RAW
from chalicelib.lake.store import Store
from chalicelib.views.make_snapshot import ArchivedSnapshots
from chalicelib.views.reconcile import MAX_SWAPS, differs
from chalicelib.views.registry import folders
from chalicelib.views.view import Current, NotMadeError, Target, View


def verify(
    store: Store, settings: Settings, kingdom: int | None = None, snapshot_date: date | None = None
) -> Iterator[RebuildResult]:
    """Compare every target, byte for byte, with what its sources give.

    Objects in the views that belong to no upload are found too. One result per snapshot, and one
    for a kingdom's or the lake's targets if any is wrong.

    Args:
        store: the lake.
        settings: for `DKP_WEIGHTS`.
        kingdom: only this one; the lake's targets are then not verified.
        snapshot_date: only this one; the targets of kingdoms are then not verified either.

    Raises:
        StoreError: the lake could not be read.
    """
    tops = [f"{folder}/" for folder in folders()]
    partitions = partitions_in(store, (RAW, *tops), kingdom, snapshot_date)
    expected: set[str] = set()
    for group in target_groups(store, partitions):
        if group.day is None and (snapshot_date or (group.kingdom is None and kingdom)):
            continue
        if group.day is not None and Partition(group.kingdom or 0, group.day) not in partitions:
            continue
        result = _Verification(store, settings, group, expected).result()
        if result.is_worth_showing:
            yield result
    if kingdom is None and snapshot_date is None:
        yield from _strays(store, tops, expected)


class _Verification:
    """The verification of one group of targets."""

    def __init__(
        self, store: Store, settings: Settings, group: TargetGroup, expected: set[str]
    ) -> None:
        self._store = store
        self._group = group
        self._maker = ArchivedSnapshots(store, settings)
        self._expected = expected
        self._problems: dict[str, str] = {}

    def result(self) -> RebuildResult:
        with self._maker:
            for view, target in self._group.targets:
                self._verify(view, target)
        for key in self._extra():
            self._problems.setdefault(key, f"{key} is not made of any upload")
        status: Status = "differs" if self._problems else "same"
        keys, problems = tuple(self._problems), tuple(self._problems.values())
        return self._group.result(status, self._maker.run, keys, problems)

    def _verify(self, view: View, target: Target) -> None:
        try:
            problem = self._problem(view, target)
        except NotMadeError as error:
            self._expected.add(target.key)
            self._problems[error.key] = str(error)
        else:
            if problem:
                self._problems[target.key] = f"{target.key} {problem}"

    def _problem(self, view: View, target: Target) -> str | None:
        """How a target differs from what it should be; repeated while others change it."""
        store = self._store
        for _ in range(MAX_SWAPS):
            current = Current(store, store.head(target.key))
            try:
                # Blank: no part of the target is reused, they are to be verified.
                sources = view.look(store, target)
                body = view.make(store, target, sources, current.blank(), self._maker)
                if body is None:
                    return None
                self._expected.add(target.key)
                if current.info is None:
                    return "is missing"
                return "differs" if differs(store, view, current, body) else None
            except (PreconditionFailedError, ObjectNotFoundError):
                continue
        raise StoreUnavailableError(f"{target.key} is replaced all the time")

    def _extra(self) -> list[str]:
        """Objects in a snapshot's folders that do not belong there."""
        kingdom, day = self._group.kingdom, self._group.day
        if kingdom is None or day is None:
            return []
        path = Partition(kingdom, day).path
        return [
            info.key
            for folder in folders()
            for info in self._store.list_objects(f"{folder}/{path}/")
            if info.key not in self._expected
        ]


def _strays(store: Store, tops: list[str], expected: set[str]) -> Iterator[RebuildResult]:
    """Objects in the views that are in no snapshot's folder and are no targets."""
    strays = [
        info.key
        for top in tops
        for info in store.list_objects(top)
        if info.key not in expected and not _has_partition(info.key)
    ]
    if strays:
        problems = tuple(f"{key} is in no snapshot's folder" for key in strays)
        yield TargetGroup(None, None, []).result("differs", None, tuple(strays), problems)


def _has_partition(key: str) -> bool:
    _, source, kingdom, day, *name = [*key.split("/"), "", "", ""]
    return (
        source == f"source={SOURCE}"
        and parse_kingdom_folder(kingdom) is not None
        and parse_date_folder(day) is not None
        and any(name)
    )
