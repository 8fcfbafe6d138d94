"""The parts that SQL for Athena is made of: validated first, since they become a part of its text.

Each is a number, a date, a name of a fixed form, or a reader's text as hexadecimal digits. No
execution parameters: Athena reuses a result for the same query string, and does not document that
it compares the parameters too
(https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html).
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.config import MAX_DKP_WEIGHT, WEIGHABLE
from chalicelib.lake.store import ObjectInfo
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

MAX_IDS: Final = 1_001
"""A page, and the player of `me`."""

_TABLE: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_RUN_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}", re.ASCII)


class Source(NamedTuple):
    """One state of one curated file, as rows of a table.

    Attributes:
        table: the setting `ATHENA_TABLE`.
        kingdom: 1 to 99999.
        day: the snapshot's date.
        run_id: the run.
        version: of the snapshot (`chalicelib.boards.snapshot.Snapshot.version`); a run has other
            rows under other weights.
        file: the state of the curated file (`file_state`), as it is before the query.
    """

    table: str
    kingdom: int
    day: date
    run_id: str
    version: str
    file: str

    @classmethod
    def of(cls, table: str, facts: Snapshot, info: ObjectInfo) -> "Source":
        """The state of a file that was just looked at."""
        version, file = facts.version, file_state(info)
        return cls(table, facts.kingdom, facts.snapshot_date, facts.run_id, version, file)

    @property
    def rows(self) -> str:
        """`FROM … WHERE …`: both partition keys and the run are bound to literals.

        Without both keys Athena would list a folder for every possible kingdom and day.

        Raises:
            ValueError: a part is not valid.
        """
        texts = (self.table, self.run_id, self.version, self.file)
        require(
            all(type(text) is str for text in texts)
            and _TABLE.fullmatch(self.table)
            and is_whole(self.kingdom, 1, MAX_KINGDOM)
            and type(self.day) is date
            and _RUN_ID.fullmatch(self.run_id)
            and _HEX.fullmatch(self.version)
            and _HEX.fullmatch(self.file),
            self,
        )
        key = f"kingdom = {self.kingdom} AND dt = '{self.day}'"
        return f"FROM \"{self.table}\"\n    WHERE {key} AND run_id = '{self.run_id}'"

    @property
    def identity(self) -> tuple[int | str, ...]:
        """What rows of this state say of themselves: kingdom, date, run, version, file."""
        return (self.kingdom, self.day.isoformat(), self.run_id, self.version, self.file)


def file_state(info: ObjectInfo) -> str:
    """16 hexadecimal digits that stand for one write of a file.

    They do not come again, even when a file gets its old bytes back: the second of the write is in
    them. So a result that Athena kept while another file was there in between is never reused.
    """
    return _digits(f"{info.etag} {info.last_modified.isoformat()}")


def require(valid: object, what: object) -> None:
    """Raise a `ValueError` unless a part of a query is valid.

    Args:
        valid: anything; whether it is true counts.
        what: the part, for the message.
    """
    if not valid:
        raise ValueError(f"not fit for a query: {what!r}")


def is_whole(number: object, least: int, most: int) -> bool:
    """Whether it is an `int` (no `bool`) in a range."""
    return type(number) is int and least <= number <= most


def check_request(request: BoardRequest) -> None:
    """See that all parts of a request may become SQL.

    Raises:
        ValueError: one may not.
    """
    weights = request.weights
    players = [one for one in (request.around, request.me) if one is not None]
    require(
        _is_metric(request.metric)
        and is_whole(request.limit, 1, MAX_INTEGER)
        # An offset beyond all players is a page without entries.
        and is_whole(request.offset, 0, MAX_INTEGER)
        and all(is_whole(one, 0, 2**63 - 1) for one in players)
        and (request.alliance is None or type(request.alliance) is str)
        and all(_is_metric(one) for one in request.values)
        and len({*request.values}) == len(request.values)
        and (weights is None or (request.metric == "dkp" and _are_weights(weights))),
        request,
    )


def check_ids(ids: Collection[int]) -> None:
    """See that players' ids may become SQL: 1 to `MAX_IDS`, once each.

    Raises:
        ValueError: they may not.
    """
    known = all(is_whole(one, 0, 2**63 - 1) for one in ids)
    require(1 <= len(ids) <= MAX_IDS and known and len({*ids}) == len(ids), ids)


def _is_metric(name: object) -> bool:
    return type(name) is str and name in METRIC_NAMES


def _are_weights(weights: Mapping[str, int]) -> bool:
    return bool(weights) and all(
        type(name) is str and name in WEIGHABLE and is_whole(weight, 0, MAX_DKP_WEIGHT)
        for name, weight in weights.items()
    )


def asked(request: BoardRequest, *more: object) -> str:
    """16 hexadecimal digits that stand for all that is asked of a snapshot, or of two.

    Args:
        request: a page.
        more: anything else that the answer follows from, fit for JSON.
    """
    weights = None if request.weights is None else list(request.weights.items())
    return _digits(json.dumps([*request._replace(weights=None), weights, *more]))


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text_literal(text: str) -> str:
    """A text as SQL, in which nothing of it stands but hexadecimal digits.

    Raises:
        ValueError: it is no Unicode text (a lone surrogate).
    """
    return f"from_utf8(from_hex('{text.encode().hex()}'))"


def membership(alliance: str | None) -> str:
    """1 for players of just this alliance, 0 for all others; None: 1 for all."""
    if alliance is None:
        return "1"
    return f"CASE WHEN alliance = {text_literal(alliance)} THEN 1 ELSE 0 END"


def weighted(weights: Mapping[str, int], row: str = "") -> str:
    """The value of a formula, null where a counter is not known; exact.

    Each counter is below 2^53 and each weight at most 10^6, so the sum may not fit into bigint.

    Args:
        weights: checked.
        row: what stands before each counter's name, such as `o.`.
    """
    return " + ".join(
        f"CAST({row}{name} AS decimal(38, 0)) * {weight}" for name, weight in weights.items()
    )


def number_or_null(number: int | None) -> str:
    """A player's id, or a NULL of the same type."""
    return f"CAST({'NULL' if number is None else number} AS bigint)"
