"""A run's identity (contract, section 3), and the keys that follow from it."""

import hashlib
from datetime import UTC, datetime
from typing import Final, NamedTuple

from chalicelib.lake import keys, unrecognised
from chalicelib.lake.file_names import WITHDRAWAL_NAME
from chalicelib.lake.keys import InboxKey, KeyRefusedError, Partition, WithdrawalKey
from chalicelib.lake.refused.key import RefusedKeyError, refused_key

READ_SINCE_RULES_3: Final = ("xlsx",)
"""File formats that rules 2 refused by the name alone; what they refused stays refused."""


class Run(NamedTuple):
    """An upload's identity: its inbox key, its time and its bytes.

    Attributes:
        inbox_key: its key in the inbox.
        accepted: when the store accepted it, aware, UTC, whole seconds.
        sha256: of its bytes, 64 hexadecimal digits; of its size, if it was too large to be read
            (`sha256_of_size`).
    """

    inbox_key: str
    accepted: datetime
    sha256: str

    @classmethod
    def of(cls, inbox_key: str, accepted: datetime, sha256: str) -> "Run":
        """The run of an upload."""
        return cls(inbox_key, accepted.astimezone(UTC).replace(microsecond=0), sha256)

    @property
    def run_ts(self) -> str:
        """The time of upload in the form for keys."""
        return keys.run_timestamp(self.accepted)

    @property
    def run_id(self) -> str:
        """The run's name; of two runs of one date, the later sorts after the earlier."""
        return keys.run_id(self.inbox_key, self.run_ts, self.sha256)


def sha256_of_size(size: int) -> str:
    """What stands in for the SHA-256 of an upload that is too large to be read: that of its size.

    A run is named by it (contract, section 3). Reading 200 GB only for a name would take hours, and
    nothing else of such an upload is kept.

    Args:
        size: in bytes; hashed as decimal digits.
    """
    return hashlib.sha256(str(size).encode()).hexdigest()


class TargetKeys(NamedTuple):
    """The keys of an upload's objects; a hash is added later if a key is taken.

    Attributes:
        accepted: of its bytes if it is accepted: in `raw/`, or in `withdrawn/` for a withdrawal;
            None if its own key is refused.
        rejected: of its bytes if it is refused.
        report: of its report.
        older_report: of its report, if rules before 3 wrote it; None if that is `report`.
    """

    accepted: str | None
    rejected: str
    report: str
    older_report: str | None = None

    @classmethod
    def of(cls, run: Run, inbox_key: "ParsedKey") -> "TargetKeys":
        """The keys for an upload."""
        run_ts = run.run_ts
        if isinstance(inbox_key, RefusedKeyError):
            place = (run.inbox_key, run_ts, inbox_key.partition)
            return cls(
                None,
                unrecognised.rejected_key(*place),
                unrecognised.report_key(*place),
                unrecognised.report_key(*place[:2]) if inbox_key.partition else None,
            )
        if isinstance(inbox_key, WithdrawalKey):
            partition, name = inbox_key.partition, WITHDRAWAL_NAME
            return cls(
                keys.withdrawn_key(partition, run_ts),
                keys.rejected_key(partition, run_ts, name),
                keys.report_key(partition, run_ts, name),
            )
        where = (inbox_key.partition, run_ts, inbox_key.file.name)
        is_newer = inbox_key.file.format in READ_SINCE_RULES_3
        return cls(
            keys.raw_key(*where),
            keys.rejected_key(*where),
            keys.report_key(*where),
            unrecognised.report_key(run.inbox_key, run_ts) if is_newer else None,
        )


ParsedKey = InboxKey | WithdrawalKey | RefusedKeyError
"""An inbox key: of a scan, of a withdrawal, or the error that refuses it."""


def parse_inbox_key(key: str, accepted: datetime) -> ParsedKey:
    """The parsed key of an upload, or the error that refuses it."""
    try:
        return keys.parse_inbox_key(key, accepted)
    except KeyRefusedError as error:
        return refused_key(key, accepted, error)


def partition_of(inbox_key: ParsedKey) -> Partition | None:
    """The kingdom and date of an upload; None if they cannot be read from its key."""
    return inbox_key.partition
