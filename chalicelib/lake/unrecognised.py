"""Where uploads are kept whose key is refused (contract, section 3).

Under the kingdom and date that can be read from the key; else under `unrecognised/`:

```
inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.docx
  rejected/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=20260126T153012Z/players.docx
inbox/kingdom=51/2026-01-26/players.csv
  rejected/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=…/inbox/kingdom=51/2026-01-26/players.csv
inbox/players.csv
  rejected/unrecognised/run_ts=20260126T153012Z/players.csv
```

So from where it is kept the inbox key is known again, and what was refused is never taken for an
upload with the right key.
"""

import hashlib
import re
from typing import Final

from chalicelib.lake.file_names import MAX_FILE_NAME_BYTES
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import INBOX, REJECTED, REPORTS
from chalicelib.lake.store import MAX_KEY_BYTES

UNRECOGNISED: Final = "unrecognised"
LONG: Final = "long~"
"""What a hash begins with that stands for a key which is too long to be kept."""

_MAX_PART_BYTES: Final = 250  # 255, a disk's limit, less `.json`
_RUN: Final = "run_ts=20260126T153012Z"


def rejected_key(inbox_key: str, run_ts: str, partition: Partition | None = None) -> str:
    """The key of the archived bytes of an upload whose inbox key is refused."""
    return f"{REJECTED}{_path(inbox_key, run_ts, partition)}"


def report_key(inbox_key: str, run_ts: str, partition: Partition | None = None) -> str:
    """The key of the report on such an upload."""
    return f"{REPORTS}{_path(inbox_key, run_ts, partition)}.json"


def _path(inbox_key: str, run_ts: str, partition: Partition | None) -> str:
    if partition is None:
        below = inbox_key.removeprefix(INBOX)
        return f"{UNRECOGNISED}/run_ts={run_ts}/{_kept(inbox_key, below, UNRECOGNISED)}"
    folder = f"{INBOX}{partition.path}/"
    name = inbox_key.removeprefix(folder)
    if inbox_key.startswith(folder) and _is_name(name):
        return f"{partition.path}/run_ts={run_ts}/{name}"
    below = inbox_key.removeprefix(INBOX)
    kept = _kept(inbox_key, below, f"{partition.path}/{INBOX}~12345678")
    return f"{partition.path}/run_ts={run_ts}/{INBOX}{kept}"


def _is_name(name: str) -> bool:
    """Whether what is below a date's folder is a file's name that can be kept as it is."""
    data = name.encode("utf-8", "surrogatepass")
    is_short = 0 < len(data) <= MAX_FILE_NAME_BYTES
    return is_short and "/" not in name and not re.search(r"[\ud800-\udfff]", name)


def _kept(inbox_key: str, below: str, around: str) -> str:
    """The key below `inbox/`; a hash of it if it would be too long for a store with `.json`.

    Args:
        inbox_key: the whole key.
        below: the key below `inbox/`.
        around: what else is in the key, other than the archive's folder and the run's.
    """
    data = inbox_key.encode("utf-8", "surrogatepass")
    longest = f"{REJECTED}{around}/{_RUN}/.json"
    too_long = len(data) - len(INBOX) + len(longest) > MAX_KEY_BYTES or any(
        len(part) > _MAX_PART_BYTES for part in data.split(b"/")
    )
    if too_long or re.search(r"[\ud800-\udfff]", below):
        return f"{LONG}{hashlib.sha256(data).hexdigest()[:16]}"
    return below
