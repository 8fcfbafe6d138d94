"""A kingdom's alliances (contract, section 9)."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.api.conflicts import check_absent, check_version
from chalicelib.api.named import Named, answer_of
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.dates import Since, SinceParameter
from chalicelib.api.parameters.declared import DATE, FROM_VERSION, KINGDOM, VERSION
from chalicelib.api.parameters.rules import Needs
from chalicelib.api.parameters.versions import NONE_BEFORE
from chalicelib.api.table import Column, Item, Table, keys
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.span import Span

if TYPE_CHECKING:
    from chalicelib.boards.groups import Total
    from chalicelib.engines.alliances import Alliance, Alliances, Gained

SINCE = SinceParameter(
    "since",
    "query",
    "`previous` or an older date: what each alliance's members have gained since that snapshot.",
    "2026-01-19",
)


def alliances(
    backend: Backend,
    *,
    kingdom: int,
    date: date | None,
    since: Since | None,
    version: str | None,
    from_version: str | None,
) -> Answer:
    """What each alliance's members have together, and gained with `since`.

    Raises:
        NotFoundError: there is no such kingdom or snapshot.
        BadParameterError: `since` is not before the snapshot.
        ConflictError: a version is given, and the snapshot is of another one by now.
        WithdrawnError: the uploads of a snapshot are being withdrawn.
    """
    wanted = Wanted(version, from_version)
    if since is None:
        return _of_one(backend, backend.catalog().snapshot(kingdom, date).entry.snapshot, wanted)
    from chalicelib.api.since import snapshot_of, span_since

    entries = backend.catalog().snapshots(kingdom).entries
    snapshot = snapshot_of(entries, date)
    span = span_since(entries, since, snapshot.snapshot_date)
    if span is None:
        check_absent(snapshot, from_version)
        return _of_one(backend, snapshot, wanted, since=None)
    return _of_two(backend, span, wanted)


class Wanted(NamedTuple):
    """The versions that a request names."""

    version: str | None
    from_version: str | None


def _of_one(backend: Backend, snapshot: Snapshot, wanted: Wanted, **since: None) -> Answer:
    """Sums alone; `since` is in the answer if it is given."""

    def make() -> Content:
        from chalicelib.engines.alliances import read_alliances

        found = read_alliances(backend.store(), snapshot)
        check_version(found.newer, wanted.version)
        return Content(_document(found, since), (found.newer.version,))

    named = [Named(wanted.version, snapshot.version)]
    if since:
        named.append(Named(wanted.from_version, NONE_BEFORE))
    return answer_of(named, (snapshot.version,), make)


def _of_two(backend: Backend, span: Span, wanted: Wanted) -> Answer:
    """Sums and gains."""

    def make() -> Content:
        from chalicelib.api.since import head_since
        from chalicelib.engines.alliances import read_alliances_since

        found = read_alliances_since(backend.store(), span)
        older = found.older
        assert older is not None  # it was asked for
        check_version(found.newer, wanted.version)
        check_version(older, wanted.from_version, "from_version")
        unreliable = [one._asdict() for one in found.unreliable]
        document = _document(found, {"since": head_since(older)})
        versions = (found.newer.version, older.version)
        return Content({**document, "unreliable_columns": unreliable}, versions)

    versions = (span.newer.version, span.older.version)
    named = [Named(*one) for one in zip(wanted, versions, strict=True)]
    return answer_of(named, versions, make)


def _document(found: "Alliances", since: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's JSON, in the contract's order."""
    snapshot = found.newer
    return {
        "kingdom": snapshot.kingdom,
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        "run_id": snapshot.run_id,
        "version": snapshot.version,
        **since,
        "alliances": [_row(one) for one in found.alliances],
    }


def _row(one: "Alliance") -> dict[str, Any]:
    gains = one.gains
    return {
        "alliance": one.name,
        "members": one.members,
        "metrics": {metric: _total(total) for metric, total in one.metrics.items()},
        **({} if gains is None else {"gains": {name: _gain(gain) for name, gain in gains.items()}}),
    }


def _total(total: "Total") -> dict[str, Any]:
    return {"sum": total.sum, "known": total.known}


def _gain(gained: "Gained") -> dict[str, Any]:
    return {**_total(gained.total), "suspects": gained.suspects}


def _columns(values: Mapping[str, Any]) -> list[Column]:
    sums = [_cell("metrics", name, part, "") for name in METRIC_NAMES for part in ("sum", "known")]
    gains = [
        _cell("gains", name, part, "gain_")
        for name in METRIC_NAMES
        for part in ("sum", "known", "suspects")
    ]
    return [*keys("alliance", "members"), *sums, *(gains if values["since"] is not None else ())]


def _cell(outer: str, metric: str, part: str, between: str) -> Column:
    """`power` and `power_known`, `power_gain`, `power_gain_known` and `power_gain_suspects`."""

    def read(item: Item) -> int | None:
        found: int | None = item.get(outer, {}).get(metric, {}).get(part)
        return found

    name = f"{metric}_{between}{part}"
    return Column(name.removesuffix("_sum"), read)


ALLIANCES = Operation(
    "listAlliances",
    "/v1/kingdoms/{kingdom}/alliances",
    "A kingdom's alliances",
    "What each alliance's members have together, and with `since` what they have gained: players "
    "of both snapshots, as boards of gains rank them. `known` says of how many members a sum is; "
    "`suspects` how many have a gain that is likely a fault of a scan. Players without an "
    "alliance are an entry with null. Names are as they are scanned: two spellings are two "
    "alliances. The strongest comes first.",
    alliances,
    "AllianceList",
    (KINGDOM, DATE, SINCE, VERSION, FROM_VERSION),
    (404, 409, 503, 504),
    (Needs("from_version", "since"),),
    Table(("alliances",), _columns),
)
