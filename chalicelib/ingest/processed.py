"""Which uploads are processed (archived and reported on), by listings alone; no object is read."""

import re
from collections import Counter, defaultdict
from typing import Final, NamedTuple

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.prefixes import ARCHIVES
from chalicelib.lake.store import ObjectInfo, Store

# A hash that was added to a taken name (`chalicelib.lake.file_names.with_hash`).
_HASH: Final = re.compile(r"~[0-9a-f]{8}(?=\.[^/]*\Z|\Z)")
# S3's ETag of an object written in one request. Any other ETag does not identify the bytes.
_MD5: Final = re.compile(r'"?[0-9a-f]{32}"?')


class _Bytes(NamedTuple):
    size: int
    etag: str


class ProcessedUploads:
    """The archive objects and reports of the lake at one moment.

    Uploads of one name and second are compared as a group: there must be as many reports as
    archive objects, whichever of them has the name without a hash.

    Attributes:
        kept: the archive keys from which the upload is known, in order.
    """

    def __init__(self, store: Store) -> None:
        """List the lake; reports first, so that an upload in progress counts as not reported on.

        Raises:
            StoreError: the lake could not be listed.
        """
        self._reports = Counter(_upload_stem(info.key) for info in store.list_objects(keys.REPORTS))
        self._bytes: dict[str, list[_Bytes]] = defaultdict(list)
        self.kept: list[ArchiveKey] = []
        for info in (one for view in ARCHIVES for one in store.list_objects(view)):
            archive_key = parse_archive_key(info.key)
            if archive_key is not None:
                self.kept.append(archive_key)
            self._bytes[_upload_stem(f"{info.key}.json")].append(_Bytes(info.size, info.etag))

    def has_all(self, report: str) -> bool:
        """Whether all archived uploads of a name and second are reported on.

        Args:
            report: the key of the report on one of them.
        """
        stem = _upload_stem(report)
        return 0 < self._reports[stem] >= len(self._bytes.get(stem, ()))

    def has(self, upload: ObjectInfo, report: str) -> bool:
        """Whether an upload is processed.

        Bytes are compared by size, and by ETag if both ETags are MD5 sums: that distinguishes an
        upload from another of its name and second.

        Args:
            upload: the inbox object, from a listing.
            report: the key of its report.
        """
        archived = self._bytes.get(_upload_stem(report), ())
        if not self.has_all(report):
            return False
        # An upload that was too large to archive has only a report.
        return not archived or any(_may_be_same(upload, one) for one in archived)


def _upload_stem(report: str) -> str:
    """The part that the keys of all reports and archive objects of one name and second share."""
    path = report.partition("/")[2].removesuffix(".json")
    return _HASH.sub("", path)


def _may_be_same(upload: ObjectInfo, archived: _Bytes) -> bool:
    if upload.size != archived.size:
        return False
    are_comparable = _MD5.fullmatch(upload.etag) and _MD5.fullmatch(archived.etag)
    return upload.etag == archived.etag or not are_comparable
