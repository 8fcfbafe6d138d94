"""Everything that happened between two snapshots (contract, section 9)."""

from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes import suspects
from chalicelib.changes.pair import Before, Pair, Scan
from chalicelib.changes.summary import Person, Records, Renaming, Summary

COLUMNS: Final = (*suspects.COLUMNS, "power", "record_hash")
"""The columns that a summary follows from."""

_ORDER: Final = [("power", "descending"), ("id", "ascending")]
_PERSON: Final = ("id", "name", "alliance", "power")


def compare(older: Scan, newer: Scan, before: Before) -> Summary:
    """The summary of a pair.

    Args:
        older: the snapshot `from`, with the columns `COLUMNS`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.

    Raises:
        TooManyChangesError: there are more than can be listed.
    """
    return summary_of_pair(Pair(older, newer), before)


def summary_of_pair(pair: Pair, before: Before) -> Summary:
    """As `compare`, of two scans that are joined already."""
    older, newer = pair.older.head, pair.newer.head
    renamed, moved = _renamed(pair), _moved(pair)
    in_one = pair.newer.players.num_rows + pair.older.players.num_rows - 2 * pair.both
    pair.check_listed(in_one + renamed.true_count + moved.true_count)
    came = _persons({name: kernels.take(pair.now(name), pair.arrived) for name in _PERSON})
    gone = _persons({name: kernels.take(pair.old(name), pair.missing) for name in _PERSON})
    return Summary(
        older,
        newer,
        _records(pair),
        arrived=[one for one in came if not _below(one, older.floor)],
        came_into_view=[one for one in came if _below(one, older.floor)],
        left=[one for one in gone if not _below(one, newer.floor)],
        below_cut=[one for one in gone if _below(one, newer.floor)],
        renamed=_renamings(pair, "name", renamed),
        changed_alliance=_renamings(pair, "alliance", moved),
        findings=suspects.suspects_of(pair, before),
    )


def _records(pair: Pair) -> Records:
    changed = len(changed_rows(pair))
    added, removed = len(pair.arrived), len(pair.missing)
    return Records(added, removed, changed, pair.both - changed)


def changed_rows(pair: Pair) -> pa.Array:
    """The rows of the newer scan whose players are in both, with another record."""
    return kernels.indices_nonzero(
        kernels.not_equal(pair.now("record_hash"), pair.was("record_hash"))
    )


def _below(person: Person, floor: int | None) -> bool:
    """Whether a power is known and below a floor."""
    return floor is not None and person.power is not None and person.power < floor


def _persons(columns: dict[str, pa.Array]) -> list[Person]:
    if not len(columns["id"]):
        return []
    players = pa.table(columns)
    ordered = kernels.take(players, kernels.sort_indices(players, _ORDER))
    values = (column.to_pylist() for column in ordered.columns)
    return [Person(*one) for one in zip(*values, strict=True)]


def _renamed(pair: Pair) -> pa.Array:
    """Whose name is known in both and another one: what is not known is no other name."""
    return kernels.not_equal(pair.now("name"), pair.was("name"))


def _moved(pair: Pair) -> pa.Array:
    """Whose alliance is another one; none is an alliance too."""
    now, was = pair.now("alliance"), pair.was("alliance")
    differs = kernels.not_equal(now, was)
    one_has_none = kernels.not_equal(kernels.is_null(now), kernels.is_null(was))
    in_both = kernels.is_valid(pair.rows)
    return kernels.and_(kernels.coalesce(differs, one_has_none), in_both)


def _renamings(pair: Pair, column: str, mask: pa.Array) -> list[Renaming]:
    if not mask.true_count:
        return []
    rows = kernels.indices_nonzero(mask)
    columns = {name: kernels.take(pair.now(name), rows) for name in _PERSON}
    players = pa.table(columns | {"before": kernels.take(pair.was(column), rows)})
    ordered = kernels.take(players, kernels.sort_indices(players, _ORDER))
    ids, names, alliances, _, before = (one.to_pylist() for one in ordered.columns)
    return [Renaming(*one) for one in zip(ids, names, alliances, before, strict=True)]
