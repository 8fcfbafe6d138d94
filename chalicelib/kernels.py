"""Arrow's kernels by name, without `pyarrow.compute`.

On import, `pyarrow.compute` generates a Python function with signature and docstring for each of
three hundred kernels. This takes 90 ms, longer than ingesting a scan of 5,000 players. This module
calls the kernels in the private extension module `pyarrow._compute`. pyarrow's version is pinned,
and a test compares every kernel here with the function of the same name in `pyarrow.compute`.
Array methods that need a kernel (`filter`, `take`, `cast`, `sort`) import `pyarrow.compute` too;
use the functions here instead.
"""

import functools
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
from pyarrow import _compute

Kernel = Callable[..., Any]


def _kernel(name: str) -> Kernel:
    """A kernel that takes arrays and scalars, without options or with default options."""
    function = _compute.get_function(name)

    def call(*values: Any) -> Any:
        return function.call(tuple(map(_typed, values)))

    return call


def _kernel_with(name: str, make_options: Callable[..., Any], arity: int = 1) -> Kernel:
    """A kernel whose arguments after the first `arity` are its options."""
    function = _compute.get_function(name)

    def call(*arguments: Any, **named: Any) -> Any:
        values = tuple(map(_typed, arguments[:arity]))
        return function.call(values, make_options(*arguments[arity:], **named))

    return call


_TYPES: Final = {bool: pa.bool_(), int: pa.int64(), str: pa.string()}


def _typed(value: Any) -> Any:
    """A Python value as a scalar; to infer its type, pyarrow would import dateutil (15 ms)."""
    kind = _TYPES.get(type(value))
    return value if kind is None else _scalar(value, kind)


@functools.lru_cache(maxsize=512)
def _scalar(value: bool | int | str, kind: pa.DataType) -> pa.Scalar:
    """A scalar; to make one takes as long as many a kernel."""
    return pa.scalar(value, kind)


add = _kernel("add")
and_ = _kernel("and")
and_not = _kernel("and_not")
ascii_is_decimal = _kernel("ascii_is_decimal")
ascii_trim_whitespace = _kernel("ascii_trim_whitespace")
binary_join = _kernel("binary_join")
bit_wise_and = _kernel("bit_wise_and")
binary_length = _kernel("binary_length")
coalesce = _kernel("coalesce")
cumulative_max = _kernel("cumulative_max")
cumulative_sum = _kernel("cumulative_sum")
dictionary_encode = _kernel("dictionary_encode")
divide = _kernel("divide")
drop_null = _kernel("drop_null")
equal = _kernel("equal")
filter_by = _kernel("filter")
greater = _kernel("greater")
greater_equal = _kernel("greater_equal")
if_else = _kernel("if_else")
indices_nonzero = _kernel("indices_nonzero")
invert = _kernel("invert")
is_finite = _kernel("is_finite")
is_null = _kernel("is_null")
is_valid = _kernel("is_valid")
less = _kernel("less")
less_equal = _kernel("less_equal")
list_flatten = _kernel("list_flatten")
list_parent_indices = _kernel("list_parent_indices")
list_value_length = _kernel("list_value_length")
maximum = _kernel("max")
min_max = _kernel("min_max")
minimum = _kernel("min")
multiply = _kernel("multiply")
not_equal = _kernel("not_equal")
or_ = _kernel("or")
or_kleene = _kernel("or_kleene")
replace_with_mask = _kernel("replace_with_mask")
shift_right = _kernel("shift_right")
string_is_ascii = _kernel("string_is_ascii")
subtract = _kernel("subtract")
take = _kernel("take")
unique = _kernel("unique")
utf8_length = _kernel("utf8_length")
utf8_lower = _kernel("utf8_lower")
utf8_trim_whitespace = _kernel("utf8_trim_whitespace")
value_counts = _kernel("value_counts")

ascii_ltrim = _kernel_with("ascii_ltrim", _compute.TrimOptions)
ascii_rpad = _kernel_with("ascii_rpad", _compute.PadOptions)
ascii_rtrim = _kernel_with("ascii_rtrim", _compute.TrimOptions)
binary_slice = _kernel_with("binary_slice", _compute.SliceOptions)
index_in = _kernel_with("index_in", _compute.SetLookupOptions)
is_in = _kernel_with("is_in", _compute.SetLookupOptions)
match_substring = _kernel_with("match_substring", _compute.MatchSubstringOptions)
match_substring_regex = _kernel_with("match_substring_regex", _compute.MatchSubstringOptions)
min_element_wise = _kernel_with("min_element_wise", _compute.ElementWiseAggregateOptions, 2)
partition_nth_indices = _kernel_with("partition_nth_indices", _compute.PartitionNthOptions)
rank = _kernel_with("rank", _compute.RankOptions)
replace_substring_regex = _kernel_with("replace_substring_regex", _compute.ReplaceSubstringOptions)
select_k_unstable = _kernel_with("select_k_unstable", _compute.SelectKOptions)
sort_indices = _kernel_with("sort_indices", _compute.SortOptions)
starts_with = _kernel_with("starts_with", _compute.MatchSubstringOptions)
utf8_normalize = _kernel_with("utf8_normalize", _compute.Utf8NormalizeOptions)
utf8_slice_codeunits = _kernel_with("utf8_slice_codeunits", _compute.SliceOptions)
utf8_trim = _kernel_with("utf8_trim", _compute.TrimOptions)


def cast(values: Any, kind: pa.DataType) -> Any:
    """Values as another type, without loss.

    Raises:
        ArrowInvalid: the type cannot hold a value.
    """
    return _cast((values,), _compute.CastOptions.safe(kind))


_cast = _compute.get_function("cast").call


def fill_null(values: Any, value: Any) -> Any:
    """Values with nulls replaced by a value."""
    return coalesce(values, pa.scalar(value, values.type))


def join_rows(columns: list[Any], separator: str) -> Any:
    """Each row's texts joined into one; null counts as an empty text."""
    options = _compute.JoinOptions(null_handling="replace", null_replacement="")
    return _join((*map(_typed, columns), _typed(separator)), options)


_join = _compute.get_function("binary_join_element_wise").call


def not_among(rows: Any, length: int) -> Any:
    """Which of so many rows are not among some: a mask, without a table of hashes.

    Args:
        rows: their numbers, each once; null for none.
        length: how many there are in all.
    """
    found = _inverse_permutation((rows,), _compute.InversePermutationOptions(length - 1))
    # Of no rows the last is -1, which stands for as many as there are numbers.
    return is_null(found[:length])


_inverse_permutation = _compute.get_function("inverse_permutation").call


def max_element_wise(*columns: Any) -> Any:
    """Each row's largest known value; null where none is known."""
    return _max_element_wise(columns, _compute.ElementWiseAggregateOptions(skip_nulls=True))


_max_element_wise = _compute.get_function("max_element_wise").call
