"""What a number of JSON or of a workbook's number cell is worth, exactly and never by a float."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?)0*([0-9]*))?")
# Far beyond any counter's range; what is larger would only cost time.
_MAX_DIGITS: Final = 40
_TOO_LARGE: Final = 10**_MAX_DIGITS


def whole_number(text: str) -> int | None:
    """The value of a number if it is whole (`5.0e7`, `32040216.0`), else None.

    Beyond 40 digits the value is only as large as the smallest of 41 digits.

    Args:
        text: the number, as JSON writes it.
    """
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        return None
    sign, whole, fraction, exponent_sign, exponent = (part or "" for part in parts.groups())
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return 0 if whole + fraction else None
    # The number is `significant` times ten to the power of `power`.
    power = len(digits) - len(significant) - len(fraction)
    shift = int(exponent or "0") if len(exponent) < _MAX_DIGITS else _TOO_LARGE
    power += -shift if exponent_sign == "-" else shift
    if power < 0:
        return None
    is_large = len(significant) + power > _MAX_DIGITS
    value = _TOO_LARGE if is_large else int(significant) * 10**power
    return -value if sign else value
