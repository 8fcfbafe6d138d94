"""The keys of what is kept of any upload: its bytes, in `raw/` or in `rejected/`."""

import re
from datetime import datetime
from typing import NamedTuple

from chalicelib.lake.keys import InboxKey, parse_raw_key, parse_run_timestamp
from chalicelib.lake.prefixes import INBOX, RAW, REJECTED, REPORTS

_UNRECOGNISED = re.compile(r"unrecognised/run_ts=([^/]*)/((?!long~).+)", re.DOTALL)


class ArchiveKey(NamedTuple):
    """The key of any upload's bytes, accepted or refused, and what it tells of the upload.

    Attributes:
        key: the key itself.
        accepted: when the store accepted the upload.
        inbox_key: the upload's own key; a hash in its name may be ours (see `with_hash`).
    """

    key: str
    accepted: datetime
    inbox_key: str

    @property
    def report_key(self) -> str:
        """Where the report is, unless another upload of the same name and second has that key."""
        return f"{REPORTS}{self.key.partition('/')[2]}.json"


def parse_archive_key(key: str) -> ArchiveKey | None:
    """Read a key below `raw/` or `rejected/`, or None when it does not tell whose bytes it holds.

    Of an upload whose own key is too long to be kept only the hash of that key is known.
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
