"""Archive keys: the keys of uploads' bytes in `raw/` and `rejected/`."""

import re
from datetime import datetime
from typing import NamedTuple

from chalicelib.lake.keys import InboxKey, parse_raw_key, parse_run_timestamp
from chalicelib.lake.prefixes import INBOX, RAW, REJECTED, REPORTS

_UNRECOGNISED = re.compile(r"unrecognised/run_ts=([^/]*)/((?!long~).+)", re.DOTALL)


class ArchiveKey(NamedTuple):
    """The key of an upload's bytes, accepted or refused, and the upload's identity in it.

    Attributes:
        key: the key itself.
        accepted: when the store accepted the upload.
        inbox_key: the upload's own key; its name may have a hash that we added (see `with_hash`).
    """

    key: str
    accepted: datetime
    inbox_key: str

    @property
    def report_key(self) -> str:
        """The report's key, unless another upload of the same name and second has it."""
        return f"{REPORTS}{self.key.partition('/')[2]}.json"


def parse_archive_key(key: str) -> ArchiveKey | None:
    """Parse a key below `raw/` or `rejected/`; None when the upload is not known from it.

    The archive key of an upload with a too long inbox key has only a hash of that key.
    """
    path = key.removeprefix(RAW).removeprefix(REJECTED)
    unrecognised = _UNRECOGNISED.fullmatch(path) if key.startswith(REJECTED) else None
    if unrecognised:
        run_ts, tail = unrecognised.groups()
        inbox_key = f"{INBOX}{tail}"
    else:
        raw = parse_raw_key(f"{RAW}{path}")
        if raw is None or not key.startswith((RAW, REJECTED)):
            return None
        run_ts, inbox_key = raw.run_ts, InboxKey(raw.partition, raw.file).key
    try:
        return ArchiveKey(key, parse_run_timestamp(run_ts), inbox_key)
    except ValueError:
        return None
