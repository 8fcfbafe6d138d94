"""What a sweep has to do: one pass over the listings of the inbox, the archives and the reports.

All of them are in the order of kingdom and date, so they are read side by side and joined one
folder at a time: the memory does not grow with the number of kingdoms and dates.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.ingest.processed import UploadGroup, Verdict, reports_of
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import SOURCE
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.prefixes import ARCHIVES, INBOX, REJECTED, REPORTS
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.unrecognised import UNRECOGNISED
from chalicelib.scans.upload import readable_bytes
from chalicelib.threads.ahead import ReadAhead

_DATED: Final = f"source={SOURCE}/"
_UNRECOGNISED: Final = f"{UNRECOGNISED}/"

_Listing = Iterator[tuple[str, list[ObjectInfo]]]


class Due(NamedTuple):
    """An upload that a sweep may have to ingest.

    Attributes:
        info: its inbox object; the archive object of an upload that is completed from there.
        archived: the archive object's key, parsed; None for an inbox object.
        alike: whether it is only to be looked at again (`chalicelib.ingest.processed.Verdict`).
    """

    info: ObjectInfo
    archived: ArchiveKey | None = None
    alike: bool = False

    @property
    def accepted(self) -> datetime:
        """When the store accepted the upload."""
        return self.archived.accepted if self.archived else self.info.last_modified

    @property
    def uploader(self) -> str:
        """Whose upload it is, as far as a key tells: its first folders, down to the kingdom."""
        folders = self.info.key.partition("/")[2].rpartition("/")[0]
        return folders.partition("/dt=")[0]


class Folder(NamedTuple):
    """One folder of the inbox, and what is due in it.

    Attributes:
        path: a kingdom's and date's folders, with a slash at the end; empty for all else.
        due: its uploads.
    """

    path: str
    due: list[Due]


def find_due(store: Store, settings: Settings, start: str = "") -> Generator[Folder, None, None]:
    """Everything in the inbox that is not processed, and runs that only the archive still has.

    Args:
        store: the lake.
        settings: for `MAX_UPLOAD_BYTES`.
        start: the path of the first folder to look at; what is in no kingdom's and date's folder
            is looked at only with the first of all.

    Raises:
        StoreError: the lake could not be listed.
    """
    with ExitStack() as stack:

        def listing(top: str, below: str) -> _Listing:
            objects = store.list_objects(f"{top}{below}", after=f"{top}{start}" if start else "")
            return _folders(stack.enter_context(ReadAhead(objects)))

        most = readable_bytes(settings.max_upload_bytes)
        inbox = listing(INBOX, "")
        reports, *archives = [listing(top, _DATED) for top in (REPORTS, *ARCHIVES)]
        elsewhere = _Elsewhere(store, most)
        if not start:
            yield Folder("", elsewhere.unreported())
        for path, (uploads, reported, *archived) in _joined([inbox, reports, *archives]):
            if not path:
                yield Folder("", elsewhere.due(uploads))
                continue
            group = UploadGroup(reported, chain.from_iterable(archived), most)
            groups = partial(elsewhere.group_of, f"{REPORTS}{path}", group)
            due = [
                *_due(uploads, groups),
                *(Due(info, archive_key) for info, archive_key in group.unreported()),
            ]
            yield Folder(path, due)


class _Elsewhere:
    """Uploads whose reports lie in other folders: their keys are not what they should be."""

    def __init__(self, store: Store, most: int) -> None:
        """List what has no kingdom and date, which is in the order of time instead."""
        self._store = store
        self._most = most
        self._unrecognised = self._group(_UNRECOGNISED, (REJECTED,))
        self._last: tuple[str, UploadGroup] | None = None

    def due(self, uploads: Iterable[ObjectInfo]) -> list[Due]:
        return _due(uploads, self._group_of)

    def unreported(self) -> list[Due]:
        return [Due(info, archive_key) for info, archive_key in self._unrecognised.unreported()]

    def group_of(self, own: str, group: UploadGroup, report: str) -> UploadGroup:
        """The group that a report belongs to: `group` if it lies below `own`."""
        return group if report.startswith(own) else self._group_of(report)

    def _group_of(self, report: str) -> UploadGroup:
        folder = f"{report.rpartition('/')[0].removeprefix(REPORTS)}/"
        if folder.startswith(_UNRECOGNISED):
            return self._unrecognised
        # Uploads of one folder and second come one after the other.
        if self._last is None or self._last[0] != folder:
            self._last = (folder, self._group(folder, ARCHIVES))
        return self._last[1]

    def _group(self, folder: str, tops: tuple[str, ...]) -> UploadGroup:
        reports, *archives = [
            [*self._store.list_objects(f"{top}{folder}")] for top in (REPORTS, *tops)
        ]
        return UploadGroup(reports, chain.from_iterable(archives), self._most)


def _due(uploads: Iterable[ObjectInfo], group_of: Callable[[str], UploadGroup]) -> list[Due]:
    """The uploads that no report is about, today's rules' or older ones'.

    Args:
        uploads: objects of the inbox.
        group_of: the group that a report belongs to, by its key.
    """
    found: list[Due] = []
    for upload in uploads:
        if is_ignored(upload.key, upload.size):
            continue
        verdict: Verdict = "due"
        for report in reports_of(upload):
            if verdict == "due":
                verdict = group_of(report).verdict(upload, report)
        if verdict != "processed":
            found.append(Due(upload, alike=verdict == "alike"))
    return found


def _folders(objects: Iterable[ObjectInfo]) -> _Listing:
    """The objects of a listing by the path of their folder."""
    for path, found in groupby(objects, lambda info: _path(info.key)):
        yield path, [*found]


def _path(key: str) -> str:
    """A kingdom's and date's folders in a key; empty if it has none."""
    _, source, kingdom, day, rest = [*key.split("/", 4), "", "", "", ""][:5]
    return f"{source}/{kingdom}/{day}/" if rest and f"{source}/" == _DATED else ""


def _joined(listings: list[_Listing]) -> Iterator[tuple[str, list[list[ObjectInfo]]]]:
    """The folders of all listings, in order, each with its objects in every listing.

    Objects without such a folder may lie anywhere between; those of the first listing come as a
    folder of their own.
    """
    heads = [next(listing, None) for listing in listings]
    while any(heads):
        path = min(head[0] for head in heads if head is not None)
        row: list[list[ObjectInfo]] = []
        for at, head in enumerate(heads):
            if head is not None and head[0] == path:
                row.append(head[1])
                heads[at] = next(listings[at], None)
            else:
                row.append([])
        yield path, row
