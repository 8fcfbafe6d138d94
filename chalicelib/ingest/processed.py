"""Which uploads are settled, kept and reported on, as far as listings tell: nothing is read."""

import re
from collections import Counter, defaultdict
from typing import Final, NamedTuple

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.store import ObjectInfo, Store

# A hash that was put into a name which was taken (`chalicelib.lake.file_names.with_hash`).
_HASH: Final = re.compile(r"~[0-9a-f]{8}(?=\.[^/]*\Z|\Z)")
# What S3 makes of bytes that came in one piece; all else says nothing of the bytes.
_MD5: Final = re.compile(r'"?[0-9a-f]{32}"?')


class _Bytes(NamedTuple):
    size: int
    etag: str


class ProcessedUploads:
    """What the lake held at one moment.

    Uploads of one name and second are looked at together: there must be as many reports as kept
    objects, whichever of them has the name without a hash.

    Attributes:
        kept: the keys in `raw/` and `rejected/` that tell whose bytes they hold, in order.
    """

    def __init__(self, store: Store) -> None:
        """List the lake; reports first, so that what is under way counts as not reported on.

        Raises:
            StoreError: the lake could not be listed.
        """
        self._reports = Counter(_place(info.key) for info in store.list_objects(keys.REPORTS))
        self._bytes: dict[str, list[_Bytes]] = defaultdict(list)
        self.kept: list[ArchiveKey] = []
        for info in (one for view in (keys.RAW, keys.REJECTED) for one in store.list_objects(view)):
            kept = parse_archive_key(info.key)
            if kept is not None:
                self.kept.append(kept)
            self._bytes[_place(f"{info.key}.json")].append(_Bytes(info.size, info.etag))

    def has_all(self, report: str) -> bool:
        """Whether all uploads of a name and second that are kept are reported on.

        Args:
            report: the key of the report on one of them.
        """
        place = _place(report)
        return 0 < self._reports[place] >= len(self._bytes.get(place, ()))

    def has(self, upload: ObjectInfo, report: str) -> bool:
        """Whether an upload is settled.

        Bytes are compared by size, and by ETag where both have one that is their MD5: that
        distinguishes an upload from another of its name and second.

        Args:
            upload: what a listing tells of it.
            report: the key of its report.
        """
        kept = self._bytes.get(_place(report), ())
        if not self.has_all(report):
            return False
        # What was too large to be kept has a report only.
        return not kept or any(_may_be_same(upload, one) for one in kept)


def _place(report: str) -> str:
    """What all reports and kept objects of one name and second have in common."""
    path = report.partition("/")[2].removesuffix(".json")
    return _HASH.sub("", path)


def _may_be_same(upload: ObjectInfo, kept: _Bytes) -> bool:
    if upload.size != kept.size:
        return False
    tell = _MD5.fullmatch(upload.etag) and _MD5.fullmatch(kept.etag)
    return upload.etag == kept.etag or not tell
