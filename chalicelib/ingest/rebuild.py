"""Rebuild the views from `raw/`, or prove that they are what would be built (contract, 6)."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Final, Literal, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError
from chalicelib.ingest.pipeline import make_views
from chalicelib.ingest.publish import MAX_SWAPS, newest_raw, publish_views, run_of
from chalicelib.lake import keys
from chalicelib.lake.keys import InboxKey, Partition, RawKey
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store, spooled
from chalicelib.scans.upload import CHUNK, receive
from chalicelib.views.snapshot_writer import Curated

Status = Literal["written", "unchanged", "same", "differs"]
VIEWS: Final[tuple[keys.View, ...]] = ("curated", "boards")


class RebuildResult(NamedTuple):
    """What was done about one snapshot, or found out about it.

    Attributes:
        kingdom: of the snapshot; None for objects that belong to none.
        snapshot_date: of the snapshot; None likewise.
        run_id: the run that its views are made of; None when `raw/` has none.
        status: `written` and `unchanged` after a rebuild, `same` after a verification, `differs`
            when something is wrong.
        keys: the objects that were written, or that are wrong.
        problems: a sentence for each of those that are wrong.
    """

    kingdom: int | None
    snapshot_date: date | None
    run_id: str | None
    status: Status
    keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the views are what they should be."""
        return not self.problems


def rebuild(
    store: Store, settings: Settings, kingdom: int | None = None, snapshot_date: date | None = None
) -> Iterator[RebuildResult]:
    """Write the views of every snapshot anew where they are not what `raw/` makes of them.

    Args:
        store: the lake.
        settings: for `DKP_WEIGHTS`.
        kingdom: only this one.
        snapshot_date: only this one.

    Raises:
        StoreError: the lake could not be read or written.
    """
    for partition in _partitions(store, ("raw",), kingdom, snapshot_date):
        yield _rebuild(store, settings, partition)


def verify(
    store: Store, settings: Settings, kingdom: int | None = None, snapshot_date: date | None = None
) -> Iterator[RebuildResult]:
    """Compare the views of every snapshot, byte for byte, with what `raw/` makes of it.

    Objects in the views that no upload explains are found too; those that are in no snapshot's
    folder come last, when all is verified. Nothing is written.

    Args:
        store: the lake.
        settings: for `DKP_WEIGHTS`.
        kingdom: only this one.
        snapshot_date: only this one.

    Raises:
        StoreError: the lake could not be read.
    """
    for partition in _partitions(store, ("raw", *VIEWS), kingdom, snapshot_date):
        yield _verify(store, settings, partition)
    if kingdom is None and snapshot_date is None:
        strays = [
            info.key
            for view in VIEWS
            for info in store.list_objects(f"{view}/")
            if not _has_partition(info.key)
        ]
        if strays:
            problems = tuple(f"{key} is in no snapshot's folder" for key in strays)
            yield RebuildResult(None, None, None, "differs", tuple(strays), problems)


def _has_partition(key: str) -> bool:
    _, source, kingdom, day, *name = [*key.split("/"), "", "", ""]
    return (
        source == f"source={keys.SOURCE}"
        and keys.parse_kingdom_folder(kingdom) is not None
        and keys.parse_date_folder(day) is not None
        and any(name)
    )


def _partitions(
    store: Store, views: tuple[keys.View, ...], kingdom: int | None, snapshot_date: date | None
) -> list[Partition]:
    """All kingdoms and dates that have objects in one of the views, in order."""
    return sorted(
        {
            Partition(number, day)
            for view in views
            for number in _kingdoms(store, view)
            if kingdom in (None, number)
            for folder in store.list_folders(keys.dates_prefix(view, number))
            if (day := keys.parse_date_folder(folder)) is not None
            if snapshot_date in (None, day)
        }
    )


def _kingdoms(store: Store, view: keys.View) -> list[int]:
    folders = store.list_folders(keys.kingdoms_prefix(view))
    return [number for folder in folders if (number := keys.parse_kingdom_folder(folder))]


def _rebuild(store: Store, settings: Settings, partition: Partition) -> RebuildResult:
    for _ in range(MAX_SWAPS):
        raw = newest_raw(store, partition)
        if raw is None:
            break
        run = run_of(store, raw)
        with spooled() as file:
            views, problem = _make(store, settings, raw, run, file)
            if views is None:
                return _outcome(partition, run, "differs", (raw.key,), (problem,))
            wrong = _differing(store, views, partition)
            if not wrong:
                return _outcome(partition, run, "unchanged")
            if publish_views(store, partition, run, raw.key, views):
                return _outcome(partition, run, "written", tuple(wrong))
    return _outcome(partition, None, "unchanged")


def _verify(store: Store, settings: Settings, partition: Partition) -> RebuildResult:
    raw = newest_raw(store, partition)
    problems = {
        key: f"{key} is not made of any upload" for key in _extra(store, partition, raw is not None)
    }
    run = run_of(store, raw) if raw else None
    if raw and run:
        with spooled() as file:
            views, problem = _make(store, settings, raw, run, file)
            if views is None:
                problems[raw.key] = problem
            else:
                problems |= _differing(store, views, partition)
    status: Status = "differs" if problems else "same"
    return _outcome(partition, run, status, tuple(problems), tuple(problems.values()))


def _extra(store: Store, partition: Partition, has_run: bool) -> list[str]:
    """Objects in the partition's views that do not belong there."""
    expected = {keys.curated_key(partition), keys.boards_key(partition)} if has_run else set()
    return [
        info.key
        for view in VIEWS
        for info in store.list_objects(f"{view}/{partition.path}/")
        if info.key not in expected
    ]


def _make(
    store: Store, settings: Settings, raw: RawKey, run: Run, file: BinaryIO
) -> tuple[Curated | None, str]:
    """What the views of a run should be, or why there can be none."""
    with store.open(raw.key) as reader, spooled() as copy:
        upload = receive(reader, settings.max_upload_bytes, copy)
        found, views = make_views(upload, InboxKey(raw.partition, raw.file), run, settings, file)
    if views is None:
        return None, f"{raw.key} is refused now: {found.errors.listed[0].message}"
    return views, ""


def _differing(store: Store, views: Curated, partition: Partition) -> dict[str, str]:
    """The views that are not what they should be, each with a sentence."""
    return {
        key: f"{key} {how}"
        for key, body in views.objects(partition)
        if (how := _difference(store, key, body)) is not None
    }


def _difference(store: Store, key: str, body: BinaryIO) -> str | None:
    """How an object differs from what it should be."""
    body.seek(0)
    try:
        with store.open(key) as reader:
            while chunk := reader.read(CHUNK):
                if chunk != body.read(len(chunk)):
                    return "differs"
    except ObjectNotFoundError:
        return "is missing"
    return "differs" if body.read(1) else None


def _outcome(
    partition: Partition,
    run: Run | None,
    status: Status,
    wrong: tuple[str, ...] = (),
    problems: tuple[str, ...] = (),
) -> RebuildResult:
    run_id = run.run_id if run else None
    return RebuildResult(
        partition.kingdom, partition.snapshot_date, run_id, status, wrong, problems
    )
