"""Keys of uploads whose own key does not name a kingdom and a date (contract, section 3)."""

import hashlib
import re
from typing import Final

from chalicelib.lake.prefixes import INBOX, REJECTED, REPORTS
from chalicelib.lake.store import MAX_KEY_BYTES

_MAX_PART_BYTES: Final = 250  # 255, a disk's limit, less `.json`


def rejected_key(inbox_key: str, run_ts: str) -> str:
    """The key of the archived bytes of an upload whose inbox key cannot be parsed."""
    return f"{REJECTED}unrecognised/run_ts={run_ts}/{_tail(inbox_key)}"


def report_key(inbox_key: str, run_ts: str) -> str:
    """The key of the report on such an upload."""
    return f"{REPORTS}unrecognised/run_ts={run_ts}/{_tail(inbox_key)}.json"


def _tail(inbox_key: str) -> str:
    """The key below `inbox/`; a hash of it if it would be too long for a store with `.json`."""
    tail = inbox_key.removeprefix(INBOX)
    data = inbox_key.encode("utf-8", "surrogatepass")
    longest = f"{REJECTED}unrecognised/run_ts=20260126T153012Z/.json"
    too_long = len(data) - len(INBOX) + len(longest) > MAX_KEY_BYTES or any(
        len(part) > _MAX_PART_BYTES for part in data.split(b"/")
    )
    if too_long or re.search(r"[\ud800-\udfff]", tail):
        return f"long~{hashlib.sha256(data).hexdigest()[:16]}"
    return tail
