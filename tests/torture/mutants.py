"""Publishing broken on purpose: small, named changes of the product that a torture must catch.

Each is what somebody might write in good faith. What a mutant leaves out or turns around stands in
its docstring; docs/torture.md lists the seed that caught it.
"""

import io
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final, cast

import pyarrow.parquet as pq

from chalicelib.boards.parquet import read_facts
from chalicelib.boards.snapshot import BoardPage
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest import pipeline as run
from chalicelib.ingest import processed as settled
from chalicelib.ingest import publish, rebuild, sweep
from chalicelib.lake import keys
from chalicelib.lake.keys import Partition, with_hash
from chalicelib.lake.run import Run
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.scans.upload import Upload
from chalicelib.views.snapshot_writer import Curated
from tests.ingest.support import patched

Mutant = Callable[[], AbstractContextManager[None]]


def _publishing(
    publish_views: Callable[[Store, Partition, Run, str, Curated], bool],
) -> AbstractContextManager[None]:
    return patched((run, "publish_views", publish_views), (rebuild, "publish_views", publish_views))


def _write(store: Store, key: str, body: Any) -> None:
    """Write an object over whatever is there."""
    while True:
        found = store.head(key)
        try:
            if found is None:
                store.create(key, body)
            else:
                store.replace(key, body, found.etag)
        except PreconditionFailedError:
            continue
        return


def no_compare_and_swap() -> AbstractContextManager[None]:
    """The views are written over whatever is there by then."""

    def publish_views(
        store: Store, partition: Partition, mine: Run, raw: str, views: Curated
    ) -> bool:
        if not publish.is_newest(store, partition, mine, raw):
            return False
        for key, body in views.objects(partition):
            _write(store, key, body)
        return True

    return _publishing(publish_views)


def looks_at_raw_first() -> AbstractContextManager[None]:
    """Who is newest is asked before the views are looked at that are then swapped."""

    def publish_views(
        store: Store, partition: Partition, mine: Run, raw: str, views: Curated
    ) -> bool:
        for _ in range(publish.MAX_SWAPS):
            if not publish.is_newest(store, partition, mine, raw):
                return False
            targets = views.objects(partition)
            seen = [store.head(key) for key, _ in targets]
            try:
                for (key, body), info in zip(targets, seen, strict=True):
                    if info is None:
                        store.create(key, body)
                    else:
                        store.replace(key, body, info.etag)
            except PreconditionFailedError:
                continue
            return True
        raise StoreUnavailableError("too many writers")

    return _publishing(publish_views)


def boards_without_a_check() -> AbstractContextManager[None]:
    """Only the curated file is compared and swapped; the boards follow as they come."""

    def publish_views(
        store: Store, partition: Partition, mine: Run, raw: str, views: Curated
    ) -> bool:
        for _ in range(publish.MAX_SWAPS):
            curated, boards = views.objects(partition)
            seen = store.head(curated[0])
            if not publish.is_newest(store, partition, mine, raw):
                return False
            try:
                if seen is None:
                    store.create(*curated)
                else:
                    store.replace(*curated, seen.etag)
            except PreconditionFailedError:
                continue
            _write(store, *boards)
            return True
        raise StoreUnavailableError("too many writers")

    return _publishing(publish_views)


def the_last_to_arrive_wins() -> AbstractContextManager[None]:
    """The run that is published is the one that finishes last."""

    def is_newest(store: Store, partition: Partition, mine: Run, raw: str) -> bool:
        return True

    return patched((publish, "is_newest", is_newest))


def ties_are_ignored() -> AbstractContextManager[None]:
    """Of two runs of one second, the one that finishes last is published."""

    def is_newest(store: Store, partition: Partition, mine: Run, raw: str) -> bool:
        others = (
            keys.parse_raw_key(info.key) for info in store.list_objects(keys.raw_prefix(partition))
        )
        return all(other is None or other.run_ts <= mine.run_ts for other in others)

    return patched((publish, "is_newest", is_newest))


def the_report_comes_first() -> AbstractContextManager[None]:
    """The report is written before the views, as if they could not fail."""
    accept = vars(run)["_Ingestion"]

    def _accept(self: Any, found: Any, views: Curated, inbox_key: Any) -> Any:
        raw = publish.keep(self._store, self._places.raw, self._upload)
        written = {"raw": raw, "curated": keys.curated_key(inbox_key.partition)}
        ingested = self._report(found, written, published=True)
        publish.publish_views(self._store, inbox_key.partition, self._run, raw, views)
        return ingested

    return patched((accept, "_accept", _accept))


def raw_comes_last() -> AbstractContextManager[None]:
    """The bytes are kept when the views are there already."""
    ingestion = vars(run)["_Ingestion"]

    def _accept(self: Any, found: Any, views: Curated, inbox_key: Any) -> Any:
        raw = self._places.raw
        published = publish.publish_views(self._store, inbox_key.partition, self._run, raw, views)
        raw = publish.keep(self._store, raw, self._upload)
        written = {"raw": raw, "curated": keys.curated_key(inbox_key.partition)}
        return self._report(found, written, published)

    return patched((ingestion, "_accept", _accept))


def raw_is_overwritten() -> AbstractContextManager[None]:
    """What has the name of an upload already gives way to it."""

    def keep(store: Store, key: str, upload: Upload) -> str:
        _write(store, key, upload.whole())
        return key

    return patched((run, "keep", keep))


def a_lost_answer_is_anothers_object() -> AbstractContextManager[None]:
    """A name that is taken is taken by others, without a look at the bytes."""

    def keep(store: Store, key: str, upload: Upload) -> str:
        for candidate in (key, with_hash(key, upload.sha256)):
            try:
                store.create(candidate, upload.whole())
            except PreconditionFailedError:
                continue
            return candidate
        return with_hash(key, upload.sha256)

    return patched((run, "keep", keep))


def any_report_is_its_own() -> AbstractContextManager[None]:
    """A report under an upload's name is taken for its own, whatever run it is about."""
    find_report = publish.find_report

    def find_any(store: Store, key: str, mine: Run) -> Mapping[str, Any] | None:
        try:
            with store.open(key) as reader:
                report: Mapping[str, Any] = json.loads(reader.read())
                return report
        except ObjectNotFoundError:
            return find_report(store, key, mine)

    return patched((run, "find_report", find_any))


def a_sweep_goes_by_names() -> AbstractContextManager[None]:
    """A sweep leaves alone whatever has a report under its name."""

    def has(self: settled.ProcessedUploads, upload: ObjectInfo, report: str) -> bool:
        return self.has_all(report)

    return patched(
        (settled.ProcessedUploads, "has", has), (sweep, "_is_recent", lambda accepted: False)
    )


def a_sweep_looks_at_the_inbox_only() -> AbstractContextManager[None]:
    """A sweep does not complete what died and is gone from the inbox."""

    class NothingKept(settled.ProcessedUploads):
        def __init__(self, store: Store) -> None:
            super().__init__(store)
            self.kept = []

    return patched((sweep, "ProcessedUploads", NothingKept))


def a_rebuilding_does_not_look_again() -> AbstractContextManager[None]:
    """What was the newest run when a rebuilding began is written over whatever came meanwhile."""

    def publish_views(
        store: Store, partition: Partition, mine: Run, raw: str, views: Curated
    ) -> bool:
        for key, body in views.objects(partition):
            _write(store, key, body)
        return True

    return patched((rebuild, "publish_views", publish_views))


def the_moment_is_looked_up_apart() -> AbstractContextManager[None]:
    """An upload's moment and its bytes come from two looks at the inbox."""

    class Apart:
        def __init__(self, store: Any) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            return getattr(self._store, name)

        def open(self, key: str) -> Any:
            info = self._store.head(key) if key.startswith(keys.INBOX) else None
            reader = self._store.open(key)
            reader.info = (
                reader.info._replace(last_modified=info.last_modified) if info else reader.info
            )
            return reader

    def ingest_key(store: Store, key: str, settings: Any) -> Any:
        return original(cast(Store, Apart(store)), key, settings)

    original = run.ingest_key
    return patched((run, "ingest_key", ingest_key), (sweep, "ingest_key", ingest_key))


def facts_and_players_are_read_apart() -> AbstractContextManager[None]:
    """The engine reads a snapshot's players, and then its facts, whoever's they are by then."""

    def board(self: Any, kingdom: int, day: date, *page: Any) -> BoardPage:
        ranked = original(self, kingdom, day, *page).board
        with self._store.open(self._catalog.key(kingdom, day)) as reader:
            file = pq.ParquetFile(io.BytesIO(reader.read()))
        return BoardPage(read_facts(file, kingdom, day), ranked)

    original = ArrowEngine.board
    return patched((ArrowEngine, "board", board))


MUTANTS: Final[dict[str, Mutant]] = {
    mutant.__name__: mutant
    for mutant in (
        no_compare_and_swap,
        looks_at_raw_first,
        boards_without_a_check,
        the_last_to_arrive_wins,
        ties_are_ignored,
        the_report_comes_first,
        raw_comes_last,
        raw_is_overwritten,
        a_lost_answer_is_anothers_object,
        any_report_is_its_own,
        a_sweep_goes_by_names,
        a_sweep_looks_at_the_inbox_only,
        a_rebuilding_does_not_look_again,
        the_moment_is_looked_up_apart,
        facts_and_players_are_read_apart,
    )
}
