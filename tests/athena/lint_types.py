"""Implicit casts, which DuckDB makes and Athena refuses, over a tree that knows its types."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sqlglot import exp

from tests.athena.engine import SqlError

_Type = exp.DataType.Type

_FAMILIES: Final = {
    **dict.fromkeys((_Type.TINYINT, _Type.SMALLINT, _Type.INT, _Type.BIGINT), "integer"),
    **dict.fromkeys((_Type.VARCHAR, _Type.TEXT, _Type.CHAR), "varchar"),
    _Type.DOUBLE: "double",
    _Type.DATE: "date",
    _Type.TIMESTAMP: "timestamp",
    _Type.BOOLEAN: "boolean",
    _Type.NULL: "unknown",
}
# What Athena does convert by itself.
_ALIKE: Final = ({"integer", "double"}, {"date", "timestamp"})
_NUMBERS: Final = {"integer", "double"}
_CASTS: Final = {
    ("integer", "integer"),
    ("integer", "double"),
    ("integer", "varchar"),
    ("varchar", "varchar"),
    ("date", "varchar"),
    ("date", "timestamp"),
    ("timestamp", "date"),
}
_COMPARED: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_COUNTED: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)


def check_types(tree: exp.Query) -> None:
    """Refuse whatever needs a cast that is not written.

    Args:
        tree: a query whose columns are qualified and whose types are annotated.

    Raises:
        SqlError: at the first such place.
    """
    for node in tree.walk():
        for operands, family in _operands(node):
            _check_alike(node, operands, family)
        if isinstance(node, exp.Cast):
            _check_cast(node)
        if isinstance(node, (exp.Div, exp.Mod)):
            _check_divisor(node)


def family(node: exp.Expr) -> str:
    """The kind of a value: types that compare with each other without a cast."""
    if isinstance(node, exp.Null):
        return "unknown"
    kind = node.type.this if isinstance(node.type, exp.DataType) else None
    found = _FAMILIES.get(kind) if isinstance(kind, _Type) else None
    if found is None:
        raise SqlError(f"NOT_SUPPORTED: the type of {node.sql('trino')} is not known here: {kind}")
    return found


def _operands(node: exp.Expr) -> Iterator[tuple[Sequence[exp.Expr], set[str] | None]]:
    """Values that must be of one kind, and which kinds they may be (None: any)."""
    if isinstance(node, _COMPARED):
        yield (node.left, node.right), None
    elif isinstance(node, _COUNTED):
        yield (node.left, node.right), _NUMBERS
    elif isinstance(node, (exp.Sum, exp.Avg, exp.Abs, exp.Neg)):
        yield (node.this,), _NUMBERS
    elif isinstance(node, (exp.Length, exp.DPipe, exp.Like)):
        yield [child for child in (node.this, node.args.get("expression")) if child], {"varchar"}
    elif isinstance(node, (exp.And, exp.Or)):
        yield (node.left, node.right), {"boolean"}
    elif isinstance(node, (exp.Not, exp.Where, exp.Having)):
        yield (node.this,), {"boolean"}
    else:
        yield from _lists(node)


def _lists(node: exp.Expr) -> Iterator[tuple[Sequence[exp.Expr], set[str] | None]]:
    if isinstance(node, exp.Between):
        yield (node.this, node.args["low"], node.args["high"]), None
    elif isinstance(node, exp.In):
        query = node.args.get("query")
        listed = query.this.selects if query else node.expressions
        yield (node.this, *listed), None
    elif isinstance(node, (exp.Coalesce, exp.Nullif)):
        yield (node.this, *node.expressions, *filter(None, [node.args.get("expression")])), None
    elif isinstance(node, exp.Case):
        yield from _case(node)
    elif isinstance(node, exp.SetOperation):
        for pair in zip(node.left.selects, node.right.selects, strict=False):
            yield pair, None


def _case(node: exp.Case) -> Iterator[tuple[Sequence[exp.Expr], set[str] | None]]:
    branches = node.args["ifs"]
    compared = [branch.this for branch in branches]
    if node.this:
        yield (node.this, *compared), None
    else:
        yield compared, {"boolean"}
    results = [branch.args["true"] for branch in branches]
    yield (*results, *filter(None, [node.args.get("default")])), None


def _check_alike(node: exp.Expr, operands: Sequence[exp.Expr], wanted: set[str] | None) -> None:
    families = [family(operand) for operand in operands]
    known = [one for one in families if one != "unknown"]
    alike = all(
        first == second or any({first, second} <= group for group in _ALIKE)
        for first, second in pairwise(known)
    )
    if not alike or (wanted is not None and not wanted.issuperset(known)):
        raise SqlError(
            f"TYPE_MISMATCH: Cannot apply operator: {type(node).__name__} of "
            f"{', '.join(families)} in {node.sql('trino')}"
        )


def _check_cast(node: exp.Cast) -> None:
    if isinstance(node.this, exp.Literal) and family(node) in ("date", "timestamp"):
        return  # DATE '2026-01-26'
    if isinstance(node.this, exp.Null) and type(node) is exp.Cast:
        family(node)  # NULL is of every type that is known here
        return
    cast = (family(node.this), family(node))
    if cast not in _CASTS or isinstance(node, exp.TryCast):
        raise SqlError(f"NOT_SUPPORTED: a cast that the engines may differ in: {node.sql('trino')}")


def _check_divisor(node: exp.Div | exp.Mod) -> None:
    """DuckDB divides by zero and calls it NULL; Athena fails."""
    divisor = node.right
    if isinstance(divisor, exp.Literal) and float(divisor.name) != 0:
        return
    if isinstance(divisor, exp.Nullif) and divisor.expression.name == "0":
        return
    raise SqlError(f"NOT_SUPPORTED: a divisor that may be zero: {node.sql('trino')}")
