"""A statement: its tokens, where they stand, its tree, and parameters put in their places."""

from collections.abc import Sequence
from typing import Final

import sqlglot
from sqlglot import Dialect, exp
from sqlglot.errors import OptimizeError, ParseError, TokenError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema
from sqlglot.tokenizer_core import Token, TokenType

from tests.athena.engine import SqlError

DIALECT: Final = "athena"

_DIALECT = Dialect.get_or_raise(DIALECT)

_LITERALS: Final = (
    (TokenType.STRING,),
    (TokenType.NUMBER,),
    (TokenType.DASH, TokenType.NUMBER),
    (TokenType.DATE, TokenType.STRING),
    (TokenType.TIMESTAMP, TokenType.STRING),
    (TokenType.TRUE,),
    (TokenType.FALSE,),
    (TokenType.NULL,),
)


def tokens_of(sql: str) -> list[Token]:
    """All tokens, without comments.

    Raises:
        SqlError: a string or a quoted name has no end.
    """
    try:
        return _DIALECT.tokenize(sql)
    except TokenError as error:
        raise SqlError(f"SYNTAX_ERROR: line 1:1: mismatched input ({error})") from error


def parsed(sql: str) -> exp.Query:
    """The tree of one query.

    Raises:
        SqlError: it is none.
    """
    tokens_of(sql)
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
    except ParseError as error:
        what = error.errors[0]["description"] if error.errors else error
        raise SqlError(f"SYNTAX_ERROR: {what}") from error
    if not isinstance(tree, exp.Query):
        raise SqlError("SYNTAX_ERROR: line 1:1: only a query can be run here")
    return tree


def place(sql: str, offset: int) -> str:
    """Where an offset is, as Trino says it: `line 1:15`."""
    before = sql[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"


def spliced(sql: str, parameters: Sequence[str]) -> str:
    """The statement with each `?` replaced by its parameter, by the tokens' places in the text.

    Not by sqlglot's tree: the order of its placeholders is not that of the text.

    Raises:
        SqlError: their number is not that of the placeholders, or one is not a single literal.
    """
    places = [token.start for token in tokens_of(sql) if token.token_type is TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        raise SqlError(
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: "
            f"expected {len(places)} but found {len(parameters)}"
        )
    pieces, done = [], 0
    for number, (offset, parameter) in enumerate(zip(places, parameters, strict=True), start=1):
        # Spaces around it, so that `-?` and -1 are not the start of a comment.
        pieces += [sql[done:offset], f" {_literal(parameter, number)} "]
        done = offset + 1
    return "".join([*pieces, sql[done:]])


def _literal(parameter: str, number: int) -> str:
    """A parameter that is one literal: what `2026-01-26` without quotes, an arithmetic, is not."""
    tokens = tokens_of(parameter)
    if tuple(token.token_type for token in tokens) in _LITERALS:
        text = parameter[tokens[0].start : tokens[-1].end + 1]
        if text == parameter.strip():
            return text
    raise SqlError(f"INVALID_PARAMETER_USAGE: parameter {number} is not one literal: {parameter}")


def qualified(tree: exp.Query, schema: MappingSchema) -> exp.Query:
    """The tree with every column's table, and with a name for every column of the result.

    Raises:
        SqlError: a column is in no table.
    """
    for chosen in tree.selects:
        if not isinstance(chosen, (exp.Alias, exp.Column, exp.Star)):
            chosen.replace(exp.alias_(chosen.copy(), "_col"))
    try:
        tree = qualify(tree, dialect=DIALECT, schema=schema, expand_alias_refs=False)
    except OptimizeError as error:
        reason = str(error).replace('"', "")
        raise SqlError(f"COLUMN_NOT_FOUND: {reason}") from error
    # Only now, since a star before it counts as many columns.
    for index, chosen in enumerate(tree.selects):
        if chosen.alias == "_col":
            chosen.set("alias", exp.to_identifier(f"_col{index}", quoted=True))
    return tree
