"""Withdrawing broken on purpose: each is what somebody might write in good faith."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final

from chalicelib.boards.document import HEAD_BYTES, decode_head
from chalicelib.catalog.snapshots_document import Line, encode_line
from chalicelib.ingest import pipeline, rebuild
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.keys import Partition, raw_prefix
from chalicelib.lake.prefixes import WITHDRAWN
from chalicelib.lake.reports.proof import Proof
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.views import dated, publish, sources
from chalicelib.views.making import make_snapshot, own_snapshot
from chalicelib.views.reconcile import Outcome
from chalicelib.views.reconcile import reconcile as as_it_should
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.view import SnapshotMaker, SnapshotObjects, Source, Sources, Target, View
from tests.ingest.support import patched
from tests.torture.reconcile_mutants import Mutant

_archived: Final = vars(sources)["_archived"]
_newest: Final = vars(sources)["_newest"]


def a_resumed_run_asks_again_whether_to_look() -> AbstractContextManager[None]:
    """Who goes on with what died leaves out the targets that its own snapshot cannot change."""
    right = publish.publish

    def as_ever(
        store: Store, partition: Partition, maker: SnapshotMaker, *, resumed: bool = False
    ) -> None:
        right(store, partition, maker)

    return patched((publish, "publish", as_ever), (pipeline, "publish", as_ever))


def a_withdrawal_spares_its_own_second() -> AbstractContextManager[None]:
    """A withdrawal counts for what was accepted before it only."""

    def newest_event(store: Store, partition: Partition) -> ArchiveKey | None:
        upload = _newest(store, _archived(store, raw_prefix(partition)))
        found: Sequence[ArchiveKey] = _archived(store, f"{WITHDRAWN}{partition.path}/")
        later = [one for one in found if upload is not None and one.accepted > upload.accepted]
        newest: ArchiveKey | None = _newest(store, later) or upload
        return newest

    return patched((dated, "newest_event", newest_event), (pipeline, "newest_event", newest_event))


def a_rebuilding_knows_no_withdrawals() -> AbstractContextManager[None]:
    """A rebuilding makes the views of the newest upload in `raw/`, whether or not it counts."""

    class OfUploads:
        def __init__(self, view: View) -> None:
            self._view = view

        def __getattr__(self, name: str) -> Any:
            return getattr(self._view, name)

        def look(self, store: Store, target: Target) -> Sources:
            assert target.kingdom is not None
            assert target.day is not None
            partition = Partition(target.kingdom, target.day)
            upload = _newest(store, _archived(store, raw_prefix(partition)))
            return () if upload is None else (Source(upload.key, ""),)

    def reconcile(
        store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
    ) -> Outcome:
        of = OfUploads(view) if isinstance(view, dated.DatedView) else view
        return as_it_should(store, of, target, maker, afresh=afresh)

    return patched((rebuild, "reconcile", reconcile))


def a_late_upload_leaves_the_withdrawal_to_its_own() -> AbstractContextManager[None]:
    """An upload that is withdrawn already leaves the views to who ingested the withdrawal."""
    right = own_snapshot.OwnSnapshot._objects_of

    def objects(self: Any, event: ArchiveKey) -> SnapshotObjects | None:
        found = right(self, event)
        others = event.key.startswith(WITHDRAWN) and event.key != vars(self)["_archived"]
        return None if others else found

    return patched((own_snapshot.OwnSnapshot, "_objects_of", objects))


def the_catalog_keeps_what_was_withdrawn() -> AbstractContextManager[None]:
    """A date without players has a line in its kingdom's catalog, as any other."""

    def line(_: Any, store: Store, kingdom: int, dated: tuple[date, Source]) -> Line:
        day, source = dated
        with store.open(source.key, length=HEAD_BYTES, etag=source.etag) as reader:
            head = decode_head(reader.read(), kingdom, day)
        return Line(encode_line(head.snapshot, head.known), source.etag)

    return patched((SnapshotsView, "_line", line))


def withdrawals_are_in_order_of_their_keys() -> AbstractContextManager[None]:
    """Of two withdrawals of one second the one counts whose name has a hash in it."""

    def newest(store: Store, events: Sequence[ArchiveKey]) -> ArchiveKey | None:
        if any(event.key.startswith(WITHDRAWN) for event in events):
            return max(events, key=lambda event: (event.accepted, event.key))
        found: ArchiveKey | None = _newest(store, events)
        return found

    return patched((sources, "_newest", newest))


def archived_bytes_are_not_proved() -> AbstractContextManager[None]:
    """What lies in an archive is taken for what was uploaded, whatever its report says."""

    def prove(store: Store, archived: ArchiveKey) -> Proof:
        sha256 = sha256_of(store, archived.key)
        return Proof(Run.of(archived.inbox_key, archived.accepted, sha256), None)

    return patched(
        (make_snapshot, "prove", prove), (own_snapshot, "prove", prove), (pipeline, "prove", prove)
    )


WITHDRAWAL_MUTANTS: Final[tuple[Mutant, ...]] = (
    a_resumed_run_asks_again_whether_to_look,
    a_withdrawal_spares_its_own_second,
    a_rebuilding_knows_no_withdrawals,
    a_late_upload_leaves_the_withdrawal_to_its_own,
    the_catalog_keeps_what_was_withdrawn,
    withdrawals_are_in_order_of_their_keys,
)
