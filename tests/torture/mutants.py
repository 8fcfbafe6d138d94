"""Publishing broken on purpose: small, named changes of the product that a torture must catch.

Each is what somebody might write in good faith. What a mutant leaves out or turns around stands in
its docstring; docs/torture.md lists the seed that caught it.
"""

import io
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, cast

import pyarrow.parquet as pq

from chalicelib.api import http, routes
from chalicelib.api.conflicts import check_version
from chalicelib.api.operation import Operation
from chalicelib.api.operations import boards as operations
from chalicelib.boards.parquet import read_facts
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.ingest import pipeline, processed, report, sweep
from chalicelib.ingest.archive import Archived, archive
from chalicelib.lake import keys
from chalicelib.lake.keys import Partition, with_hash
from chalicelib.lake.run import Run
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.view_keys import boards_key, curated_key
from chalicelib.scans.upload import Upload
from chalicelib.views.making import own_snapshot
from chalicelib.views.publish import publish
from chalicelib.views.sources import newest_event
from tests.ingest.support import patched
from tests.torture.between_mutants import BETWEEN_MUTANTS
from tests.torture.changes_mutants import CHANGES_MUTANTS
from tests.torture.reconcile_mutants import RECONCILE_MUTANTS, Mutant, write_over
from tests.torture.roster_mutants import ROSTER_MUTANTS
from tests.torture.table_mutants import TABLE_MUTANTS
from tests.torture.withdrawal_mutants import WITHDRAWAL_MUTANTS


def the_report_comes_first() -> AbstractContextManager[None]:
    """The report is written before the views, as if they could not fail."""
    ingestion = vars(pipeline)["_Ingestion"]

    def _accept(self: Any, found: Any, objects: Any, inbox_key: Any) -> Any:
        raw = archive(self._store, self._targets.accepted, self._upload).key
        written = {"raw": raw, "curated": curated_key(inbox_key.partition)}
        ingested = self._report(found, written, published=True)
        maker = own_snapshot.OwnSnapshot(self._store, raw, objects)
        publish(self._store, inbox_key.partition, maker)
        return ingested

    return patched((ingestion, "_accept", _accept))


def raw_comes_last() -> AbstractContextManager[None]:
    """The bytes are kept when the views are there already."""
    ingestion = vars(pipeline)["_Ingestion"]

    def _accept(self: Any, found: Any, objects: Any, inbox_key: Any) -> Any:
        maker = own_snapshot.OwnSnapshot(self._store, self._targets.accepted, objects)
        if newest_event(self._store, inbox_key.partition) is None:
            write_over(self._store, curated_key(inbox_key.partition), objects.curated)
            write_over(self._store, boards_key(inbox_key.partition), objects.boards)
        raw = archive(self._store, self._targets.accepted, self._upload).key
        publish(self._store, inbox_key.partition, maker)
        written = {"raw": raw, "curated": curated_key(inbox_key.partition)}
        return self._report(found, written, maker.is_newest)

    return patched((ingestion, "_accept", _accept))


def raw_is_overwritten() -> AbstractContextManager[None]:
    """What has the name of an upload already gives way to it."""

    def keep(store: Store, key: str, upload: Upload) -> Archived:
        write_over(store, key, upload.whole())
        return Archived(key, created=True)

    return patched((pipeline, "archive", keep))


def a_lost_answer_is_anothers_object() -> AbstractContextManager[None]:
    """A name that is taken is taken by others, without a look at the bytes."""

    def keep(store: Store, key: str, upload: Upload) -> Archived:
        for candidate in (key, with_hash(key, upload.sha256)):
            try:
                store.create(candidate, upload.whole())
            except PreconditionFailedError:
                continue
            return Archived(candidate, created=True)
        return Archived(with_hash(key, upload.sha256), created=False)

    return patched((pipeline, "archive", keep))


def lost_bytes_stay_lost() -> AbstractContextManager[None]:
    """A run that has a report is done, whether or not its bytes are still there."""
    ingestion = vars(pipeline)["_Ingestion"]
    return patched((ingestion, "_restore", lambda self, report: False))


def any_report_is_its_own() -> AbstractContextManager[None]:
    """A report under an upload's name is taken for its own, whatever run it is about."""
    find_report = report.find_report

    def find_any(store: Store, key: str, mine: Run) -> Mapping[str, Any] | None:
        try:
            with store.open(key) as reader:
                report: Mapping[str, Any] = json.loads(reader.read())
                return report
        except ObjectNotFoundError:
            return find_report(store, key, mine)

    return patched((pipeline, "find_report", find_any))


def a_sweep_goes_by_names() -> AbstractContextManager[None]:
    """A sweep leaves alone whatever has a report under its name."""

    def verdict(self: processed.UploadGroup, upload: ObjectInfo, report: str) -> processed.Verdict:
        return "processed" if self.has_all(report) else "due"

    return patched((processed.UploadGroup, "verdict", verdict))


def a_sweep_looks_at_the_inbox_only() -> AbstractContextManager[None]:
    """A sweep does not complete what died and is gone from the inbox."""
    return patched((processed.UploadGroup, "unreported", lambda self: iter(())))


def the_moment_is_looked_up_apart() -> AbstractContextManager[None]:
    """An upload's moment and its bytes come from two looks at the inbox."""

    class Apart:
        def __init__(self, store: Any) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            return getattr(self._store, name)

        def open(self, key: str, **named: Any) -> Any:
            info = self._store.head(key) if key.startswith(keys.INBOX) else None
            reader = self._store.open(key, **named)
            reader.info = (
                reader.info._replace(last_modified=info.last_modified) if info else reader.info
            )
            return reader

    def ingest_key(store: Store, key: str, settings: Any) -> Any:
        return original(cast(Store, Apart(store)), key, settings)

    original = pipeline.ingest_key
    return patched((pipeline, "ingest_key", ingest_key), (sweep, "ingest_key", ingest_key))


def facts_and_players_are_read_apart() -> AbstractContextManager[None]:
    """The engine reads a snapshot's players, and then its facts, whoever's they are by then."""

    def board(self: Any, snapshot: Snapshot, *page: Any) -> BoardPage:
        ranked = original(self, snapshot, *page).board
        kingdom, day = snapshot.kingdom, snapshot.snapshot_date
        with self._store.open(curated_key(Partition(kingdom, day))) as reader:
            file = pq.ParquetFile(io.BytesIO(reader.read()))
        return BoardPage(read_facts(file, kingdom, day), ranked)

    original = ArrowEngine.board
    return patched((ArrowEngine, "board", board))


def the_catalog_tells_the_tag() -> AbstractContextManager[None]:
    """An answer has the tag, and the time to live, of the version that the catalog names."""
    answer = vars(http)["_answer"]

    def _answer(operation: Any, values: Any, backend: Any, if_none_match: Any) -> Any:
        def answers(*arguments: Any, **named: Any) -> Any:
            found = operation.answer(*arguments, **named)
            return found._replace(make=lambda: found.make()._replace(versions=found.versions))

        return answer(operation._replace(answer=answers), values, backend, if_none_match)

    return patched((http, "_answer", _answer))


def a_version_is_only_compared_with_the_catalog() -> AbstractContextManager[None]:
    """Whoever asks for a version gets what the engine reads, if the catalog names that version."""

    def leaderboard(backend: Any, *, version: str | None, **named: Any) -> Any:
        located = backend.catalog().snapshot(named["kingdom"], named["date"])
        if version not in (None, located.entry.version):
            check_version(located.entry.snapshot, version)
        return original(backend, version=None, **named)

    original = operations.leaderboard
    return patched((routes, "BY_PATH", _with_operation(leaderboard)))


def _with_operation(answer: Any) -> Mapping[str, Operation]:
    """The routes, with another function for boards."""
    return {
        path: one._replace(answer=answer) if one.answer is operations.leaderboard else one
        for path, one in routes.BY_PATH.items()
    }


def next_has_no_version() -> AbstractContextManager[None]:
    """`next` names the date only, whose run may be another one when it is followed."""
    original = vars(operations)["_next"]

    def _next(*arguments: Any) -> str | None:
        behind = original(*arguments)
        return None if behind is None else behind.partition("&version=")[0]

    return patched((operations, "_next", _next))


MUTANTS: Final[dict[str, Mutant]] = {
    mutant.__name__: mutant
    for mutant in (
        *RECONCILE_MUTANTS,
        the_report_comes_first,
        raw_comes_last,
        raw_is_overwritten,
        a_lost_answer_is_anothers_object,
        lost_bytes_stay_lost,
        any_report_is_its_own,
        a_sweep_goes_by_names,
        a_sweep_looks_at_the_inbox_only,
        the_moment_is_looked_up_apart,
        the_catalog_tells_the_tag,
        a_version_is_only_compared_with_the_catalog,
        next_has_no_version,
        *WITHDRAWAL_MUTANTS,
        *CHANGES_MUTANTS,
        *ROSTER_MUTANTS,
        *BETWEEN_MUTANTS,
        *TABLE_MUTANTS,
    )
}
