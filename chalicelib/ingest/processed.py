"""Which uploads are processed (archived and reported on), by listings alone; no object is read."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Literal, NamedTuple

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import (
    ArchiveKey,
    may_be_mended,
    mended_key,
    parse_archive_key,
)
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.prefixes import ARCHIVES
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.scans.upload import MAX_COPY_BYTES

# A hash that was added to a taken name (`chalicelib.lake.file_names.with_hash`).
_HASH: Final = re.compile(r"~[0-9a-f]{8}(?=\.[^/]*\Z|\Z)")
# S3's ETag of an object written in one request. Any other ETag does not identify the bytes.
_MD5: Final = re.compile(r'"?[0-9a-f]{32}"?')

Verdict = Literal["due", "alike", "processed"]
"""`alike`: the archive has bytes of the upload's size, name and second, and their ETags do not tell
whether they are the same: an upload in parts, or a lake on a disk."""


class _Bytes(NamedTuple):
    size: int
    etag: str


class UploadGroup:
    """The archive objects and reports of a part of the lake at one moment.

    Uploads of one name and second are compared as a group: there must be as many reports as
    archive objects, whichever of them has the name without a hash. The mended uploads beside
    refused ones are no uploads: none is ever given as one whose report is missing.
    """

    def __init__(
        self,
        reports: Iterable[ObjectInfo],
        archived: Iterable[ObjectInfo],
        readable_bytes: int = MAX_COPY_BYTES,
    ) -> None:
        """Take listings of the same folders below `reports/` and below the archives.

        Args:
            reports: those below `reports/`.
            archived: those below `raw/`, `rejected/` and `withdrawn/`.
            readable_bytes: the size up to which uploads are archived
                (`chalicelib.scans.upload.readable_bytes`).
        """
        self._readable_bytes = readable_bytes
        self._reports = Counter(upload_stem(info.key) for info in reports)
        self._bytes: dict[str, list[_Bytes]] = defaultdict(list)
        self._unreported: dict[str, list[ObjectInfo]] = defaultdict(list)
        self._mended: Counter[str] = Counter()
        for info in archived:
            stem = upload_stem(f"{info.key}.json")
            self._bytes[stem].append(_Bytes(info.size, info.etag))
            if may_be_mended(info.key):
                self._mended[stem] += 1
            else:
                self._unreported[stem].append(info)
        if self._mended:
            self._mended &= self._mendable()
        for stem in self._bytes:
            if self._has_all(stem):
                self._unreported.pop(stem, None)

    def has_all(self, report: str) -> bool:
        """Whether all archived uploads of a name and second are reported on.

        Args:
            report: the key of the report on one of them.
        """
        return self._has_all(upload_stem(report))

    def verdict(self, upload: ObjectInfo, report: str) -> Verdict:
        """Whether an upload is processed.

        Bytes are compared by size, and by ETag if both ETags are MD5 sums: that distinguishes an
        upload from another of its name and second.

        Args:
            upload: the inbox object, from a listing.
            report: the key of its report.
        """
        stem = upload_stem(report)
        if not self._has_all(stem):
            return "due"
        if upload.size > self._readable_bytes:
            return "processed"  # too large to be archived, it has only a report
        found = {_compared(upload, one) for one in self._bytes.get(stem, ())}
        return "processed" if "processed" in found else "alike" if "alike" in found else "due"

    def unreported(self) -> Iterator[tuple[ObjectInfo, ArchiveKey]]:
        """The archive objects of uploads of which some have no report, as far as they are known.

        Of a name and second all are given, since it is not known whose report is missing.
        """
        for info in chain.from_iterable(self._unreported.values()):
            archive_key = parse_archive_key(info.key)
            if archive_key is not None:
                yield info, archive_key

    def _has_all(self, stem: str) -> bool:
        uploads = len(self._bytes.get(stem, ())) - self._mended[stem]
        return 0 < self._reports[stem] >= uploads

    def _mendable(self) -> Counter[str]:
        """How many mended uploads of each name there may be: one for each upload of its second."""
        found: Counter[str] = Counter()
        for stem in {*self._reports, *self._bytes}:
            try:
                found[mended_key(stem)] += max(self._reports[stem], len(self._bytes.get(stem, ())))
            except KeyRefusedError:
                continue  # what is not read cannot be mended
        return found


class ProcessedUploads(UploadGroup):
    """The archive objects and reports of a whole lake, for whoever watches its inbox."""

    def __init__(self, store: Store, readable_bytes: int = MAX_COPY_BYTES) -> None:
        """List the lake; reports first, so that an upload in progress counts as not reported on.

        Raises:
            StoreError: the lake could not be listed.
        """
        archived = chain.from_iterable(store.list_objects(folder) for folder in ARCHIVES)
        super().__init__(store.list_objects(keys.REPORTS), archived, readable_bytes)

    def has(self, upload: ObjectInfo, report: str) -> bool:
        """Whether an upload is processed, or looks so (see `UploadGroup.verdict`)."""
        return self.verdict(upload, report) != "due"


def report_of(upload: ObjectInfo) -> str:
    """The key of the report on an inbox object, unless another of its name and second has it."""
    return reports_of(upload)[0]


def reports_of(upload: ObjectInfo) -> tuple[str, ...]:
    """The keys under which the report on an inbox object may be: today's, and that of older rules.

    Each unless another of its name and second has it.
    """
    run = Run.of(upload.key, upload.last_modified, sha256="")
    targets = TargetKeys.of(run, parse_inbox_key(upload.key, upload.last_modified))
    return tuple(key for key in (targets.report, targets.older_report) if key)


def identifies_bytes(etag: str) -> bool:
    """Whether an ETag follows from an object's bytes alone, as S3's of one request do."""
    return _MD5.fullmatch(etag) is not None


def upload_stem(report: str) -> str:
    """The part that the keys of all reports and archive objects of one name and second share."""
    return without_any_hash(report.partition("/")[2].removesuffix(".json"))


def without_any_hash(path: str) -> str:
    """A key without what looks like a hash that was added to its name."""
    return _HASH.sub("", path) if "~" in path else path


def _compared(upload: ObjectInfo, archived: _Bytes) -> Verdict:
    if upload.size != archived.size:
        return "due"
    if upload.etag == archived.etag:
        return "processed"
    are_comparable = identifies_bytes(upload.etag) and identifies_bytes(archived.etag)
    return "due" if are_comparable else "alike"
