"""Archive keys: the keys of uploads' bytes in `raw/`, `rejected/` and `withdrawn/`."""

import re
from datetime import datetime
from typing import Final, NamedTuple

from chalicelib.lake.file_names import (
    MAX_FILE_NAME_BYTES,
    WITHDRAWAL_NAME,
    FileName,
    KeyRefusedError,
    parse_file_name,
)
from chalicelib.lake.keys import Partition, parse_partition_path, parse_run_timestamp
from chalicelib.lake.prefixes import ARCHIVES, INBOX, RAW, REJECTED, REPORTS, WITHDRAWN

_UNRECOGNISED: Final = re.compile(r"unrecognised/run_ts=([^/]*)/((?!long~).+)", re.DOTALL)
_PATH: Final = re.compile(r"([^/]+/[^/]+/[^/]+)/run_ts=([^/]*)/(.+)", re.DOTALL)
# Below a run's folder in `rejected/`: the whole key of an upload that lay elsewhere.
_WHOLE_KEY: Final = re.compile(rf"{INBOX}(?!long~).+", re.DOTALL)
# A withdrawal's file; the hash is added if its name was taken within the second.
_WITHDRAWAL: Final = re.compile(
    f"{WITHDRAWAL_NAME.removesuffix('.txt')}(~[0-9a-f]{{8}})?\\.txt", re.ASCII
)
# The end of a mended upload's name; the hash is added if its name was taken within the second.
_MENDED: Final = ".repaired"
_MENDED_END: Final = re.compile(
    rf"/run_ts=[^/]*/[^/]*\{_MENDED}(?:~[0-9a-f]{{8}})?\.(?:csv|tsv|json|jsonl|ndjson)\Z",
    re.ASCII | re.IGNORECASE,
)


class ArchiveKey(NamedTuple):
    """The key of an upload's bytes, accepted or not, and the upload's identity in it.

    Attributes:
        key: the key itself.
        accepted: when the store accepted the upload.
        inbox_key: the upload's own key; its name may have a hash that we added (see `with_hash`).
        partition: its kingdom and date; None if they cannot be read from its inbox key.
    """

    key: str
    accepted: datetime
    inbox_key: str
    partition: Partition | None

    @property
    def report_key(self) -> str:
        """The report's key, unless another upload of the same name and second has it."""
        return f"{REPORTS}{self.key.partition('/')[2]}.json"

    @property
    def reports_folder(self) -> str:
        """The folder of the reports on all uploads of its kingdom, date and second."""
        return f"{self.report_key.rpartition('/')[0]}/"


def parse_archive_key(key: str) -> ArchiveKey | None:
    """Parse the key of archived bytes; None when the upload is not known from it.

    The archive key of an upload with a too long inbox key has only a hash of that key.
    """
    top = next((folder for folder in ARCHIVES if key.startswith(folder)), None)
    if top is None:
        return None
    path = key.removeprefix(top)
    try:
        if top == REJECTED and (found := _UNRECOGNISED.fullmatch(path)):
            return ArchiveKey(key, parse_run_timestamp(found[1]), f"{INBOX}{found[2]}", None)
        if (found := _PATH.fullmatch(path)) is None:
            return None
        partition, accepted = parse_partition_path(found[1]), parse_run_timestamp(found[2])
        inbox_key = _inbox_key(top, found[1], found[3])
        return None if inbox_key is None else ArchiveKey(key, accepted, inbox_key, partition)
    except (KeyRefusedError, ValueError):
        return None


def mended_name(name: str) -> str:
    """The name of the mended upload of a file: `players.repaired.csv` of `players.csv.gz`.

    It is not compressed, and a workbook's is a CSV file. A name that would be too long for an
    upload loses the end of its stem.

    Raises:
        KeyRefusedError: no upload that is read has such a name.
    """
    file = parse_file_name(name)
    end = _MENDED + _plain_extension(file)
    stem = file.stem.encode()[: MAX_FILE_NAME_BYTES - len(end)].decode("utf-8", "ignore")
    return f"{stem}{end}"


def plain_name(name: str) -> str:
    """The name of a part of a file: `players.csv` of `players.csv.gz` and of `players.xlsx`.

    Raises:
        KeyRefusedError: no upload that is read has such a name.
    """
    file = parse_file_name(name)
    return f"{file.stem}{_plain_extension(file)}"


def _plain_extension(file: FileName) -> str:
    if file.format == "xlsx":
        return ".csv"
    return file.extension[: -len(".gz")] if file.gzipped else file.extension


def mended_key(rejected: str) -> str:
    """The key of the mended upload, beside the bytes of the upload that was refused.

    Args:
        rejected: the key of these bytes, or any path that ends with the file's name.

    Raises:
        KeyRefusedError: no upload that is read has such a name.
    """
    folder, slash, name = rejected.rpartition("/")
    return f"{folder}{slash}{mended_name(name)}"


def may_be_mended(key: str) -> bool:
    """Whether a key of the archive may be that of a mended upload, which is no upload itself.

    A refused upload may have such a name too: then a report is about it.
    """
    is_dated = key.startswith(REJECTED) and not key.startswith(f"{REJECTED}unrecognised/")
    return is_dated and _MENDED_END.search(key) is not None


def _inbox_key(top: str, path: str, name: str) -> str | None:
    """The inbox key of an upload whose bytes are kept under a kingdom and date.

    Args:
        top: the archive's folder.
        path: the folders of the kingdom and date.
        name: what is below the run's folder: the file's name, or a refused upload's whole key.

    Raises:
        KeyRefusedError: no upload of this name is kept there.
    """
    if top == REJECTED:
        if "/" in name:
            return name if _WHOLE_KEY.fullmatch(name) else None
    elif "/" in name or (top == WITHDRAWN and _WITHDRAWAL.fullmatch(name) is None):
        return None
    elif top == RAW:
        parse_file_name(name)
    return f"{INBOX}{path}/{name}"
