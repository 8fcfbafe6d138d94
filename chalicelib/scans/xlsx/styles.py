"""Which styles of a workbook show a number as a date or a time, and how others show it."""

import re
from typing import Final

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Package
from chalicelib.scans.xlsx.problems import too_large_inside
from chalicelib.scans.xlsx.xml_part import Attributes, XmlHandler, read_part

DATE: Final = "date"
"""Stands for every format that shows a date or a time."""

_BUILT_IN: Final = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"}
# ECMA-376, part 1, 18.8.30; those above 26 are of spreadsheets in eastern languages.
_BUILT_IN_DATES: Final = frozenset(
    map(str, [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)])
)
# What is no placeholder: quoted texts, colours and currencies, escaped, spacing and filling
# characters, and the names of the general format. A time that passed is in brackets, `[h]`.
_LITERAL: Final = re.compile(
    r'"[^"]*"?|\[(?!(?:h+|m+|s+)\])[^\]]*\]?|[\\_*].|general|standard', re.IGNORECASE | re.DOTALL
)
_DATE_LETTER: Final = re.compile("[dmyhs]", re.IGNORECASE)
_LONGEST_CODE: Final = 1000
_MAX_STYLES: Final = 65_536  # Excel writes a few less


def is_date_code(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    return _DATE_LETTER.search(_LITERAL.sub("", code[:_LONGEST_CODE])) is not None


class _Handler(XmlHandler):
    """Takes the number formats of the part `styles.xml`."""

    __slots__ = ("_codes", "_section", "styles")

    def __init__(self) -> None:
        super().__init__()
        self._section = ""
        self._codes: dict[str, str] = {}
        self.styles: list[str] = []

    def enter(self, depth: int, name: str, attributes: Attributes) -> None:
        if depth == 2:
            self._section = name
        elif depth == 3 and self._section == "numFmts" and name == "numFmt":
            code = attributes.get("formatCode", "")
            self._codes[attributes.get("numFmtId", "")] = DATE if is_date_code(code) else code
        elif depth == 3 and self._section == "cellXfs" and name == "xf":
            self.styles.append(self._format(attributes.get("numFmtId", "0")))
            if len(self.styles) > _MAX_STYLES:
                raise too_large_inside("The workbook has far more styles than any other.")

    def _format(self, number: str) -> str:
        if number in self._codes:
            return self._codes[number]
        return DATE if number in _BUILT_IN_DATES else _BUILT_IN.get(number, "")


class Styles:
    """The number format of each style: `DATE`, a code, or "" for the general one."""

    __slots__ = ("_formats",)

    def __init__(self, formats: list[str]) -> None:
        """Take the formats in the order of the styles' numbers."""
        self._formats = {str(number): code for number, code in enumerate(formats) if code}

    def of(self, style: str | None) -> str:
        """The format of a cell's style; the general one for a style that is not there."""
        return self._formats.get(style or "0", "")


def read_styles(package: Package, name: str | None, budget: Budget) -> Styles:
    """The workbook's styles.

    Args:
        package: the workbook.
        name: of their part; None where there is none.
        budget: what may be unpacked.
    """
    handler = _Handler()
    if name is not None:
        with package.open(name, budget) as part:
            read_part(part, handler, budget)
    return Styles(handler.styles)
