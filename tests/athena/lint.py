"""What is wrong with a statement on Athena although DuckDB runs it, and a Trino might.

That a statement is SQL as Athena speaks it, without implicit casts and with the right answer, is
proved by running it on Trino (`make test-trino`). Refused here is what Trino does not tell:

- a partition key that is not bound to a literal of its type: Athena would list the folders of every
  value that the projection has, and bill for it, and Trino would do so until it is killed;
- a parameter outside of WHERE, which Athena documents for WHERE only, or one that is not a literal;
- a function that is not known to be in Athena's engine, which is older than the Trino of the tests.

The tables that are found on the way are what `duckdb_engine` needs to read them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from tests.athena.catalog import Catalog, Table
from tests.athena.engine import SqlError
from tests.athena.statement import DIALECT, parsed, place, qualified, spliced

# The nearest of these above a parameter says where it stands.
_CLAUSES: Final = (exp.Where, exp.Query, exp.Having, exp.Order, exp.Limit, exp.Offset, exp.Join)
_FUNCTIONS: Final = (
    *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Rank, exp.DenseRank, exp.RowNumber),
    *(exp.Abs, exp.Length, exp.Coalesce, exp.Nullif, exp.Case, exp.If, exp.Cast, exp.Exists),
    *(exp.Greatest, exp.Least, exp.Unhex, exp.Decode),
    exp.Connector,
)


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
    """A statement with its parameters; all of its columns are qualified, in `tree`."""

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
        SqlError: it is no query over known tables and columns, or one of the above.
    """
    tree = parsed(sql)
    for parameter in tree.find_all(exp.Placeholder):
        if not isinstance(parameter.find_ancestor(*_CLAUSES), exp.Where):
            raise SqlError("INVALID_PARAMETER_USAGE: a parameter may stand in WHERE only")
    text = spliced(sql, parameters)
    tree = tree if text == sql else parsed(text)
    for call in tree.find_all(exp.Func):
        if not isinstance(call, _FUNCTIONS):
            raise SqlError(f"FUNCTION_NOT_FOUND: not known to be Athena's: {call.sql(DIALECT)}")
    schema = MappingSchema(dialect=DIALECT)
    tables: dict[tuple[str, str], Table] = {}
    for _, _, node in _references(tree):
        start = min(name.meta.get("start", 0) for name in node.find_all(exp.Identifier))
        node.set("catalog", None)
        node.set("db", exp.to_identifier((node.db or database).lower(), quoted=True))
        name = node.db, node.name.lower()
        if name not in tables:
            tables[name] = catalog.table(*name, place(text, start))
            schema.add_table(exp.table_(node.name, db=node.db), dict(tables[name].types))
    tree = qualified(tree, schema)
    reads = []
    for scope, name, node in _references(tree):
        table = tables[node.db, node.name]
        used = {column.name for column in scope.source_columns(name)} & table.columns.keys()
        reads.append(Read(node, table, _bound(scope.expression, name, table), frozenset(used)))
    return Checked(tree, reads)


def _references(tree: exp.Query) -> list[tuple[Scope, str, exp.Table]]:
    """Every reference of a table with its name there; no common table names."""
    return [
        (scope, name, source)
        for scope in traverse_scope(tree)
        for name, source in scope.sources.items()
        if isinstance(source, exp.Table)
    ]


def _bound(select: exp.Expr, name: str, table: Table) -> dict[str, str]:
    """The value of each partition key."""
    where = select.args.get("where")
    values: dict[str, str] = {}
    for condition in _conditions(where.this) if where else ():
        for key, kind in table.keys.items():
            found = _equal(condition, key, name)
            if found and (found.is_string if kind == "varchar" else found.is_int):
                # A whole number as it stands in the path, without zeros before it.
                values[key] = found.name if kind == "varchar" else str(int(found.name))
    for key in table.keys:
        if key not in values:
            reason = f"'{name}' is read without {key} = a literal of its type in WHERE"
            raise SqlError(f"UNBOUND_PARTITION: {reason}")
    return values


def _equal(condition: exp.Expr, key: str, table: str) -> exp.Literal | None:
    """The literal that a condition says a column is equal to."""
    sides = [side.unnest() for side in condition.iter_expressions()]
    columns = [side for side in sides if isinstance(side, exp.Column)]
    literals = [side for side in sides if isinstance(side, exp.Literal)]
    if not isinstance(condition, exp.EQ) or not columns or not literals:
        return None
    return literals[0] if (columns[0].name, columns[0].table) == (key, table) else None


def _conditions(node: exp.Expr) -> Iterator[exp.Expr]:
    """What must all be true for a condition to be true."""
    node = node.unnest()
    if isinstance(node, exp.And):
        yield from _conditions(node.left)
        yield from _conditions(node.right)
    else:
        yield node
