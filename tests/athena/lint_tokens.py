"""What DuckDB or sqlglot would read and Athena would not, as far as the text alone tells.

sqlglot repairs much of it while it parses, so the tree is too late to look.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from tests.athena.engine import SqlError
from tests.athena.statement import place

_FUNCTIONS: Final = (
    "abs avg cast coalesce count dense_rank length max min nullif rank row_number sum"
)
FUNCTIONS: Final = frozenset(_FUNCTIONS.split())
"""The functions that a statement may call: Athena and DuckDB are known to answer them alike.

Left out on purpose, since they differ: `concat` and `greatest` (NULL), `lower` and `upper` (ß),
`substr` (from 0), `try_cast`, `round`.
"""

_WORDS: Final = """
all and any as between by case distinct else except exists filter from having in intersect
is join like not on or over select some then union using when where
"""
_BEFORE_A_PARENTHESIS: Final = frozenset(_WORDS.split())
# Types that Athena calls otherwise; sqlglot knows them by both names.
_FOREIGN_TYPES: Final = frozenset(
    ("bool", "datetime", "float4", "float8", "int2", "int4", "int8", "long", "string", "text")
)
_OPERATORS: Final = "( ) , . ? + - * / % || = <> != < <= > >="
_SYMBOLS: Final = frozenset(_OPERATORS.split())
_FOREIGN_WORDS: Final = frozenset(("isnull", "notnull"))
_FIRST: Final = {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN}
_MAX_BIGINT: Final = 2**63 - 1


def check_tokens(sql: str, tokens: Sequence[Token], names: frozenset[str]) -> None:
    """Refuse a text that Athena's grammar does not have.

    Args:
        sql: the text.
        tokens: its tokens.
        names: names in lower case that may have a list of columns after them.

    Raises:
        SqlError: at the first such place.
    """
    if not tokens or tokens[0].token_type not in _FIRST:
        raise SqlError("SYNTAX_ERROR: line 1:1: only a query can be run here")
    for token in tokens:
        _check_token(sql, token)
    for first, second in pairwise(tokens):
        _check_pair(sql, first, second, names)
    for token in _offsets_after_limits(tokens):
        raise _mismatched(sql, token)


def _mismatched(sql: str, token: Token) -> SqlError:
    at = place(sql, token.start)
    return SqlError(f"SYNTAX_ERROR: {at}: mismatched input '{sql[token.start : token.end + 1]}'")


def _check_token(sql: str, token: Token) -> None:
    text = sql[token.start : token.end + 1]
    is_name = text[0].isalnum() or text[0] in "_'\""
    if text.lower() in _FOREIGN_WORDS or (text not in _SYMBOLS and not is_name):
        raise _mismatched(sql, token)
    if token.token_type is TokenType.NUMBER:
        at = place(sql, token.start)
        if "." in text and "e" not in text.lower():
            raise SqlError(f"NOT_SUPPORTED: {at}: DuckDB counts decimals such as {text} otherwise")
        if float(text) == math.inf or (text.isdecimal() and int(text) > _MAX_BIGINT):
            raise SqlError(f"SYNTAX_ERROR: {at}: Invalid numeric literal: {text}")


def _check_pair(sql: str, first: Token, second: Token, names: frozenset[str]) -> None:
    kinds = (first.token_type, second.token_type)
    if kinds in (
        (TokenType.ALIAS, TokenType.STRING),
        (TokenType.COMMA, TokenType.FROM),
        (TokenType.COMMA, TokenType.R_PAREN),
        (TokenType.L_PAREN, TokenType.FROM),
        (TokenType.FROM, TokenType.STRING),
        (TokenType.JOIN, TokenType.STRING),
        (TokenType.DOT, TokenType.NUMBER),
    ) or (first.token_type is TokenType.NUMBER and first.end + 1 == second.start and _word(second)):
        raise _mismatched(sql, second)
    if first.token_type is TokenType.ALIAS and second.text.lower() in _FOREIGN_TYPES:
        raise SqlError(f"TYPE_NOT_FOUND: {place(sql, second.start)}: Unknown type: {second.text}")
    called = first.text.lower()
    if second.token_type is not TokenType.L_PAREN or not _word(first):
        return
    if called not in _BEFORE_A_PARENTHESIS | FUNCTIONS | names:
        raise SqlError(
            f"FUNCTION_NOT_FOUND: {place(sql, first.start)}: Function '{called}' not registered "
            "(or not one of those that both engines are known to answer alike)"
        )


def _word(token: Token) -> bool:
    return token.text.replace("_", "a").isalnum()


def _offsets_after_limits(tokens: Sequence[Token]) -> Iterator[Token]:
    """Every OFFSET, or comma for one, after its query's LIMIT; Athena's OFFSET stands before it."""
    limited = [False]
    for token in tokens:
        if token.token_type is TokenType.L_PAREN:
            limited.append(False)
        elif token.token_type is TokenType.R_PAREN and len(limited) > 1:
            limited.pop()
        elif token.token_type in (TokenType.LIMIT, TokenType.FETCH):
            limited[-1] = True
        elif token.token_type in (TokenType.OFFSET, TokenType.COMMA) and limited[-1]:
            yield token
