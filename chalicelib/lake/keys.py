"""Keys of uploads (contract, section 3): parse and build them.

```
inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv
raw/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=20260126T153012Z/players.csv
reports/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=20260126T153012Z/players.csv.json
rejected/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=20260126T153012Z/players.csv
withdrawn/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=20260126T170000Z/withdraw.txt
```

Keys of views are in `chalicelib.lake.view_keys`. Keys are decoded text: `%2F` in a key is three
characters, never a slash.
"""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from chalicelib.lake.file_names import (
    WITHDRAWAL_NAME,
    FileFormat,
    FileName,
    KeyRefusalCode,
    KeyRefusedError,
    parse_file_name,
    quote,
    with_hash,
    without_hash,
)
from chalicelib.lake.prefixes import INBOX, RAW, REJECTED, REPORTS, WITHDRAWN
from chalicelib.lake.store import MAX_KEY_BYTES

# Re-exported: a key starts with a folder and ends with a file name.
__all__ = ["INBOX", "RAW", "REJECTED", "REPORTS", "FileFormat", "FileName", "KeyRefusalCode"]
__all__ += ["KeyRefusedError", "parse_file_name", "with_hash", "without_hash"]

SOURCE: Final = "rok_players"

_KINGDOM_FOLDER = re.compile(r"kingdom=([1-9][0-9]{0,4})", re.ASCII)
_DATE_FOLDER = re.compile(r"dt=([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)
_RUN_TS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z", re.ASCII)


class Partition(NamedTuple):
    """A kingdom and a date; a partition has at most one snapshot."""

    kingdom: int
    snapshot_date: date

    @property
    def path(self) -> str:
        """The folders of the partition, without a slash at either end."""
        return f"source={SOURCE}/kingdom={self.kingdom}/{date_folder(self.snapshot_date)}"


class InboxKey(NamedTuple):
    """The key of an upload that may be ingested."""

    partition: Partition
    file: FileName

    @property
    def key(self) -> str:
        """The key itself."""
        return f"{INBOX}{self.partition.path}/{self.file.name}"


class WithdrawalKey(NamedTuple):
    """The inbox key of a withdrawal of a date's uploads (contract, section 3)."""

    partition: Partition

    @property
    def key(self) -> str:
        """The key itself."""
        return f"{INBOX}{self.partition.path}/{WITHDRAWAL_NAME}"


class RawKey(NamedTuple):
    """The key of an accepted upload's bytes; `file.name` may have a hash (see `with_hash`)."""

    partition: Partition
    run_ts: str
    file: FileName

    @property
    def key(self) -> str:
        """The key itself."""
        return raw_key(self.partition, self.run_ts, self.file.name)


def parse_inbox_key(key: str, accepted: datetime) -> InboxKey | WithdrawalKey:
    """Parse the inbox key of an upload, or of a withdrawal.

    Args:
        key: the object's key, decoded.
        accepted: when the store accepted the object, aware.

    Raises:
        KeyRefusedError: the key does not match the pattern, its date is more than one day after
            `accepted` (UTC), or its file's format is not supported.
    """
    *folders, name = key.split("/")
    if not name:
        raise KeyRefusedError("bad_key", "the key ends with a slash: that is a folder, not a file")
    if len(key.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES:
        raise KeyRefusedError("bad_key", f"the key is longer than {MAX_KEY_BYTES} bytes")
    partition = _parse_folders(folders)
    file = None if name == WITHDRAWAL_NAME else parse_file_name(name)
    upload_date = accepted.astimezone(UTC).date()
    if partition.snapshot_date - upload_date > timedelta(days=1):
        raise KeyRefusedError(
            "future_date",
            f"the date, {partition.snapshot_date}, is more than one day after the upload "
            f"({upload_date})",
        )
    return WithdrawalKey(partition) if file is None else InboxKey(partition, file)


def parse_partition_path(path: str) -> Partition:
    """The partition from its folders, `source=rok_players/kingdom=51/dt=2026-01-26`.

    Raises:
        KeyRefusedError: the path is another one.
    """
    return _parse_folders(["inbox", *path.split("/")])


def parse_raw_key(key: str) -> RawKey | None:
    """Parse a key below `raw/`; None when it is not a raw key."""
    view, *folders, run_folder, name = ["", "", *key.split("/")][-6:]
    run_ts = run_folder.removeprefix("run_ts=")
    try:
        parsed = RawKey(_parse_folders(["inbox", *folders]), run_ts, parse_file_name(name))
        parse_run_timestamp(run_ts)
    except (KeyRefusedError, ValueError):
        return None
    return parsed if view == "raw" and parsed.key == key else None


def parse_kingdom_folder(folder: str) -> int | None:
    """51 from `kingdom=51`; None unless it is 1 to 99999 without leading zeros."""
    match = _KINGDOM_FOLDER.fullmatch(folder)
    return int(match[1]) if match else None


def date_folder(day: date) -> str:
    """The folder of a date: `dt=2026-01-26`."""
    return f"dt={day.isoformat()}"


@lru_cache(maxsize=1024)
def parse_date_folder(folder: str) -> date | None:
    """The date from `dt=2026-01-26`; None unless it is a real date in this form."""
    match = _DATE_FOLDER.fullmatch(folder)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def is_console_folder(key: str, size: int) -> bool:
    """Whether an object is the S3 console's marker for a folder, which is ignored."""
    return size == 0 and key.endswith("/")


def run_timestamp(moment: datetime) -> str:
    """An aware moment as `run_ts`: `20260126T153012Z` (UTC, whole seconds)."""
    return re.sub("[-:]", "", ingested_at_text(moment))


def parse_run_timestamp(run_ts: str) -> datetime:
    """The moment, aware and in UTC, of a `run_ts`.

    Raises:
        ValueError: it is not of that form, or no real moment.
    """
    match = _RUN_TS.fullmatch(run_ts)
    if match is None:
        raise ValueError(f"not a run_ts: {run_ts!r}")
    # Not by strptime, which imports the modules locale and calendar.
    year, month, day, hour, minute, second = map(int, match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def ingested_at_text(moment: datetime) -> str:
    """An aware moment as `ingested_at`: `2026-01-26T15:30:12Z` (UTC, whole seconds)."""
    utc = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"


def run_id(inbox_key: str, run_ts: str, sha256: str) -> str:
    """The run's name, a function of its key, its moment and its bytes.

    Args:
        inbox_key: the upload's key in the inbox.
        run_ts: see `run_timestamp`; it comes first, so that ids sort by it.
        sha256: of the upload's bytes, 64 hex digits (see `chalicelib.lake.run.Run`).
    """
    digest = hashlib.sha256(f"{inbox_key}\n{run_ts}\n{sha256}".encode("utf-8", "surrogatepass"))
    return f"{run_ts}-{digest.hexdigest()[:16]}"


def raw_prefix(partition: Partition) -> str:
    """The prefix of all accepted uploads of a partition."""
    return f"{RAW}{partition.path}/"


def raw_key(partition: Partition, run_ts: str, file_name: str) -> str:
    """The key of an accepted upload's archived bytes."""
    return f"{RAW}{partition.path}/run_ts={run_ts}/{file_name}"


def rejected_key(partition: Partition, run_ts: str, file_name: str) -> str:
    """The key of a refused upload's archived bytes."""
    return f"{REJECTED}{partition.path}/run_ts={run_ts}/{file_name}"


def withdrawn_key(partition: Partition, run_ts: str) -> str:
    """The key of a withdrawal's archived bytes."""
    return f"{WITHDRAWN}{partition.path}/run_ts={run_ts}/{WITHDRAWAL_NAME}"


def report_key(partition: Partition, run_ts: str, file_name: str) -> str:
    """The key of the report on an upload."""
    return f"{REPORTS}{partition.path}/run_ts={run_ts}/{file_name}.json"


def _parse_folders(folders: list[str]) -> Partition:
    """Parse `inbox`, `source=…`, `kingdom=…`, `dt=…`; the error names the part that is wrong."""
    if folders[:1] != ["inbox"]:
        raise KeyRefusedError("bad_key", f"the key does not start with {INBOX}")
    if "" in folders:
        raise KeyRefusedError("bad_key", "the key has two slashes in a row")
    source = _labelled(folders, 1, f"source={SOURCE}")
    if source != f"source={SOURCE}":
        raise KeyRefusedError(
            "bad_key", f"the source must be {SOURCE}: the folder is {quote(source)}"
        )
    kingdom_folder = _labelled(folders, 2, "kingdom=NUMBER")
    kingdom = parse_kingdom_folder(kingdom_folder)
    if kingdom is None:
        raise KeyRefusedError(
            "bad_key",
            "the kingdom must be 1 to 99999 without leading zeros: "
            f"the folder is {quote(kingdom_folder)}",
        )
    date_folder = _labelled(folders, 3, "dt=YYYY-MM-DD")
    snapshot_date = parse_date_folder(date_folder)
    if snapshot_date is None:
        raise KeyRefusedError(
            "bad_key",
            f"the folder must be a real date, dt=YYYY-MM-DD: it is {quote(date_folder)}",
        )
    if folders[4:]:
        raise KeyRefusedError(
            "bad_key",
            f"the file must lie right in {quote(date_folder)}, not in {quote(folders[4])} below",
        )
    return Partition(kingdom, snapshot_date)


def _labelled(folders: list[str], index: int, wanted: str) -> str:
    """The folder at `index`, which must have the label of `wanted`."""
    label = wanted.partition("=")[0]
    if len(folders) <= index:
        raise KeyRefusedError("bad_key", f"the folder {wanted} is missing")
    if not folders[index].startswith(f"{label}="):
        raise KeyRefusedError(
            "bad_key",
            f"the folder after {quote(folders[index - 1])} must be {wanted}, "
            f"not {quote(folders[index])}",
        )
    return folders[index]
