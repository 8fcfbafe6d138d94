"""Refuses what DuckDB takes and Athena does not, so that a statement that runs here runs there.

What is known to mean the same in both is listed (nodes of sqlglot's tree, functions, casts);
everything else is refused, rather than the other way round: a gap in a list is then a refusal
that somebody reads, not a difference that nobody sees.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from tests.athena.catalog import Catalog, Table
from tests.athena.engine import SqlError
from tests.athena.lint_nodes import check_node
from tests.athena.lint_tokens import check_tokens
from tests.athena.lint_types import check_types
from tests.athena.statement import DIALECT, place, spliced, tokens_of

_UNNAMED: Final = "_col"
"""With a column's position behind it, Athena's name for one that has none."""

# The nearest of these above a parameter says where it stands.
_CLAUSES: Final = (exp.Where, exp.Query, exp.Having, exp.Order, exp.Limit, exp.Offset, exp.Join)


@dataclass(frozen=True)
class Read:
    """One reference of a table.

    Attributes:
        node: where it is in `Checked.tree`.
        table: what is declared.
        values: the literals that the partition keys are bound to.
        needed: the columns whose values matter to the statement.
    """

    node: exp.Table
    table: Table
    values: dict[str, str]
    needed: frozenset[str]


@dataclass(frozen=True)
class Checked:
    """A statement that Athena would run; all of its columns are qualified, in `tree`."""

    tree: exp.Query
    reads: list[Read]


def check(sql: str, parameters: Sequence[str], database: str, catalog: Catalog) -> Checked:
    """Read a statement.

    Args:
        sql: its text.
        parameters: see `SqlEngine.execute`.
        database: where tables without one are.
        catalog: asked for each table.

    Raises:
        SqlError: Athena would refuse it, or would not answer what DuckDB answers, or would list
            more than one partition for it.
    """
    written = _parsed(sql)
    for parameter in written.find_all(exp.Placeholder):
        if not isinstance(parameter.find_ancestor(*_CLAUSES), exp.Where):
            raise SqlError("INVALID_PARAMETER_USAGE: a parameter may stand in WHERE only")
    text = spliced(sql, parameters)
    tree = _parsed(text)
    tables = _tables(tree, text, database, catalog)
    schema = MappingSchema(dialect=DIALECT)
    for node, table in tables:
        schema.add_table(exp.table_(node.name, db=node.db), dict(table.types))
    tree = _qualified(tree, schema)
    annotate_types(tree, schema=schema, dialect=DIALECT)
    check_types(tree)
    return Checked(tree, list(_reads(tree, [table for _, table in tables])))


def _parsed(sql: str) -> exp.Query:
    """The tree of one query, with nothing in it but what is known to mean the same in both."""
    tokens = tokens_of(sql)
    try:
        trees = sqlglot.parse(sql, dialect=DIALECT)
    except ParseError as error:
        found = error.errors[0]
        at = f"line {found['line']}:{found['col']}"
        reason = f"SYNTAX_ERROR: {at}: mismatched input '{found['highlight']}'"
        raise SqlError(reason) from error
    lists = {
        alias.name.lower()
        for tree in trees
        if tree
        for alias in tree.find_all(exp.TableAlias)
        if alias.columns
    }
    check_tokens(sql, tokens, frozenset(lists))
    (tree,) = trees
    if not isinstance(tree, exp.Query):
        raise SqlError("SYNTAX_ERROR: line 1:1: only a query can be run here")
    for node in tree.walk():
        check_node(sql, node)
    return tree


def _place(sql: str, node: exp.Expr) -> str:
    """Where the first name in a node is."""
    return place(sql, min(name.meta.get("start", 0) for name in node.find_all(exp.Identifier)))


def _tables(
    tree: exp.Query, sql: str, database: str, catalog: Catalog
) -> list[tuple[exp.Table, Table]]:
    """Every reference of a table, numbered for the copies of the tree; no common table names."""
    found: list[tuple[exp.Table, Table]] = []
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if not isinstance(source, exp.Table):
                continue
            if source.catalog.lower() not in ("", "awsdatacatalog"):
                reason = f"CATALOG_NOT_FOUND: Catalog '{source.catalog}' does not exist"
                raise SqlError(reason)
            table = catalog.table(
                (source.db or database).lower(), source.name.lower(), _place(sql, source)
            )
            source.set("catalog", None)
            source.set("db", exp.to_identifier(source.db or database, quoted=True))
            source.meta["number"] = len(found)
            found.append((source, table))
    return found


def _qualified(tree: exp.Query, schema: MappingSchema) -> exp.Query:
    """The tree with every column's table, and with a name for every column of the result."""
    for chosen in tree.selects:
        if not isinstance(chosen, (exp.Alias, exp.Column, exp.Star)):
            chosen.replace(exp.alias_(chosen.copy(), _UNNAMED))
    try:
        tree = qualify(tree, dialect=DIALECT, schema=schema, expand_alias_refs=False)
    except OptimizeError as error:
        column = re.search(r"[Cc]olumn '\"?([^'\"]*)", str(error))
        if column is None:
            raise SqlError(f"SYNTAX_ERROR: {error}") from error
        what = "is ambiguous" if "mbiguous" in str(error) else "cannot be resolved"
        raise SqlError(f"COLUMN_NOT_FOUND: Column '{column[1]}' {what}") from error
    # Only now, since a star before it counts as many columns.
    for index, chosen in enumerate(tree.selects):
        if chosen.alias == _UNNAMED:
            chosen.set("alias", exp.to_identifier(f"{_UNNAMED}{index}", quoted=True))
    _check_columns(tree)
    return tree


def _check_columns(tree: exp.Query) -> None:
    """Refuse fields of columns, and aliases where DuckDB takes them for columns."""
    for node in tree.find_all(exp.Column, exp.Dot):
        above = node.find_ancestor(exp.Order, exp.Query)
        qualified = isinstance(node, exp.Column) and bool(node.table)
        if not qualified and not (isinstance(node, exp.Column) and isinstance(above, exp.Order)):
            raise SqlError(f"COLUMN_NOT_FOUND: Column '{node.name}' cannot be resolved")


def _reads(tree: exp.Query, tables: Sequence[Table]) -> Iterator[Read]:
    needed: dict[int, set[str]] = {}
    for scope in traverse_scope(pushdown_projections(tree.copy())):
        for name, source in scope.sources.items():
            if isinstance(source, exp.Table):
                columns = {column.name for column in scope.source_columns(name)}
                needed.setdefault(source.meta["number"], set()).update(columns)
    for scope in traverse_scope(tree):
        for name, source in scope.sources.items():
            if isinstance(source, exp.Table):
                number = source.meta["number"]
                table = tables[number]
                values = _bound(scope.expression, name, table)
                used = frozenset(needed.get(number, set()) & table.columns.keys())
                yield Read(source, table, values, used)


def _bound(select: exp.Expr, name: str, table: Table) -> dict[str, str]:
    """The value of each partition key; Athena would list every partition for one without."""
    where = select.args.get("where")
    values: dict[str, str] = {}
    for condition in _conditions(where.this) if where else ():
        if isinstance(condition, exp.EQ):
            sides = (condition.left.unnest(), condition.right.unnest())
            for column, value in (sides, sides[::-1]):
                is_key = isinstance(column, exp.Column) and column.table == name
                if is_key and isinstance(value, exp.Literal) and (value.is_string or value.is_int):
                    # A whole number as it stands in the path, without zeros before it.
                    text = value.name if value.is_string else str(int(value.name))
                    values.setdefault(column.name, text)
    for key in table.keys:
        if key not in values:
            raise SqlError(
                f"UNBOUND_PARTITION: '{name}' is read without {key} = a literal in WHERE"
            )
    return {key: values[key] for key in table.keys}


def _conditions(node: exp.Expr) -> Iterator[exp.Expr]:
    """What must all be true for a condition to be true."""
    node = node.unnest()
    if isinstance(node, exp.And):
        yield from _conditions(node.left)
        yield from _conditions(node.right)
    else:
        yield node
