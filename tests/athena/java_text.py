"""Numbers as Java writes them, and so Trino and Athena."""

import math
from decimal import Decimal
from typing import Final

_SMALLEST_PLAIN: Final = 1e-3
_SMALLEST_SCIENTIFIC: Final = 1e7


def java_double(value: float) -> str:
    """The text of a `double`: `1.0`, `1.0E7`, `NaN`; Python would write `10000000.0`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _SMALLEST_SCIENTIFIC:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    power = int(exponent) + len(rest)
    return f"{'-' * sign}{first}.{''.join(rest) or '0'}E{power}"
