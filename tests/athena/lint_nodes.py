"""The nodes of sqlglot's tree that are known to mean the same in Athena and DuckDB."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlglot import exp

from tests.athena.engine import SqlError
from tests.athena.statement import place

_RESERVED: Final = """
ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE
CURRENT_PATH CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE
DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FIRST FOR FROM
FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN JSON_ARRAY JSON_EXISTS
JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LAST LEFT LIKE LISTAGG LOCALTIME LOCALTIMESTAMP
NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE
THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH
"""
RESERVED: Final = frozenset(_RESERVED.split())
"""Words that must be in double quotes to be a name in a SELECT (Athena's user guide)."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_NODES: Final = (
    *(exp.Select, exp.Subquery, exp.Union, exp.Intersect, exp.Except, exp.With, exp.CTE, exp.From),
    *(exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Join),
    *(exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star),
    *(exp.Window, exp.WindowSpec, exp.Filter, exp.Rank, exp.DenseRank, exp.RowNumber),
    *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Abs, exp.Length, exp.Coalesce),
    *(exp.Nullif, exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Literal),
    *(exp.Null, exp.Boolean, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or, exp.EQ, exp.NEQ),
    *(exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is, exp.Like, exp.Escape),
    *(exp.Exists, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe, exp.Placeholder),
)
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def _only(*names: str) -> Callable[[Any], bool]:
    """A call has no arguments but these, and has the first of them."""
    return lambda node: (
        all(node.args.get(name) for name in names[:1])
        and not any(value for name, value in node.args.items() if name not in names)
    )


def _whole_number(node: Any) -> bool:
    number = node.expression
    if isinstance(number, exp.Literal):
        return bool(number.is_int)
    return isinstance(number, exp.Placeholder)


def _ordered_by_what_is_distinct(select: Any) -> bool:
    """Athena cannot order distinct rows by what is not in them; DuckDB takes any of the values."""
    order = select.args.get("order")
    if order is None or not select.args.get("distinct"):
        return True
    shown = {text for one in select.selects for text in (one.alias_or_name, one.unalias().sql())}
    return all(
        isinstance(ordered.this, exp.Literal) or ordered.this.sql() in shown
        for ordered in order.expressions
    )


# Of these nodes, only what the condition holds for.
_RESTRICTED: Final[Mapping[type[exp.Expr], Callable[[Any], bool]]] = {
    exp.Select: _ordered_by_what_is_distinct,
    exp.Is: lambda node: isinstance(node.expression, exp.Null),
    exp.In: lambda node: not node.args.get("field") and not node.args.get("unnest"),
    exp.Between: lambda node: not node.args.get("symmetric"),
    exp.Group: lambda node: not node.args.get("all"),
    exp.Distinct: lambda node: not node.args.get("on"),
    exp.Union: lambda node: not node.args.get("by_name"),
    exp.With: lambda node: not node.args.get("recursive"),
    exp.Table: lambda node: not node.alias_column_names,
    exp.Join: lambda node: node.kind in ("", "INNER", "OUTER", "CROSS") and not node.method,
    exp.Limit: _whole_number,
    exp.Offset: _whole_number,
    exp.Count: _only("this", "big_int"),
    exp.Min: _only("this"),
    exp.Max: _only("this"),
    exp.Length: _only("this"),
    exp.Rank: _only(),
    exp.DenseRank: _only(),
    exp.RowNumber: _only(),
    exp.Coalesce: lambda node: bool(node.expressions),
    # Athena has no `a = b = c`.
    **dict.fromkeys(
        _COMPARISONS,
        lambda node: not any(isinstance(side, _COMPARISONS) for side in (node.left, node.right)),
    ),
}


def check_node(sql: str, node: exp.Expr) -> None:
    """Refuse a node that is none of them.

    Args:
        sql: the statement.
        node: one of its tree, as it was parsed.

    Raises:
        SqlError: Athena would not take it, or is not known to take it as DuckDB does.
    """
    if isinstance(node, exp.Identifier):
        if not node.quoted and (node.name.upper() in RESERVED or not _NAME.fullmatch(node.name)):
            at = place(sql, node.meta.get("start", 0))
            raise SqlError(f"SYNTAX_ERROR: {at}: mismatched input '{node.name}'")
        return
    # By the very class: a subclass such as ILike is something else.
    restricted = _RESTRICTED.get(type(node))
    if type(node) not in _NODES or (restricted and not restricted(node)):
        raise SqlError(f"NOT_SUPPORTED: {type(node).__name__} in {node.sql('trino')}")
