"""Which sheets a workbook has, in the order of their tabs, and which parts they and others are."""

from typing import Final, NamedTuple

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Package, Part
from chalicelib.scans.xlsx.problems import bad_workbook, damaged_part, too_large_inside
from chalicelib.scans.xlsx.relationships import only_part, relationships
from chalicelib.scans.xlsx.xml_part import MAIN, Attributes, XmlHandler, read_part, wrong_root

_MAX_SHEETS: Final = 1000
_HIDDEN: Final = ("hidden", "veryHidden")
_TRUE: Final = ("1", "true")


class Sheet(NamedTuple):
    """A sheet with cells that is not hidden.

    Attributes:
        name: as on its tab.
        part: the part that has its cells.
    """

    name: str
    part: str


class Book(NamedTuple):
    """What a workbook is made of.

    Attributes:
        names: of all sheets that are not hidden, those with a chart only too.
        sheets: those with cells.
        strings: the part with the texts that cells share, if any.
        styles: the part with the number formats, if any.
        since_1904: whether days are counted from 1904.
        unsaved: whether formulas are to be calculated when it is opened: programs that cannot
            calculate write this, and 0 or nothing as their values.
    """

    names: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    strings: str | None
    styles: str | None
    since_1904: bool
    unsaved: bool


class _Handler(XmlHandler):
    """Takes the sheets of the part `workbook.xml`."""

    __slots__ = ("_part", "is_hidden", "sheets", "since_1904", "unsaved")

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part
        self.sheets: list[tuple[str, str]] = []
        self.is_hidden = False
        self.since_1904 = False
        self.unsaved = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self.depth == 0 and name not in [f"{space} workbook" for space in MAIN]:
            raise wrong_root(self._part, "workbook")
        super().start(name, attributes)

    def enter(self, depth: int, name: str, attributes: Attributes) -> None:
        if depth == 3 and name == "sheet":
            if attributes.get("state") in _HIDDEN:
                self.is_hidden = True
            else:
                self.sheets.append((attributes.get("name", ""), _relationship_id(attributes)))
            if len(self.sheets) > _MAX_SHEETS:
                raise too_large_inside(f"The workbook has more than {_MAX_SHEETS:,} sheets.")
        elif depth == 2 and name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in _TRUE
        elif depth == 2 and name == "calcPr":
            self.unsaved = attributes.get("fullCalcOnLoad", "") in _TRUE


def _relationship_id(attributes: Attributes) -> str:
    return next((value for name, value in attributes.items() if name.endswith("ships id")), "")


def read_book(package: Package, budget: Budget) -> Book:
    """What a workbook is made of.

    Raises:
        UnreadableError: it is none, or no sheet with cells can be seen.
    """
    main = _main_part(package, budget)
    with package.open(main, budget) as part:
        handler = _Handler(part)
        read_part(part, handler, budget)
    found = relationships(package, main, budget)
    sheets = []
    for name, key in handler.sheets:
        relationship = found.get(key)
        if relationship is None:
            raise damaged_part(main, f"names the sheet {name[:40]!r}, which is not there")
        if relationship.kind == "worksheet" and relationship.part is not None:
            sheets.append(Sheet(name, relationship.part))
    if not sheets:
        raise _no_sheet(handler)
    return Book(
        names=tuple(name for name, _ in handler.sheets),
        sheets=tuple(sheets),
        strings=only_part(found, "sharedStrings"),
        styles=only_part(found, "styles"),
        since_1904=handler.since_1904,
        unsaved=handler.unsaved,
    )


def _main_part(package: Package, budget: Budget) -> str:
    """The part that names the sheets."""
    has_any = "_rels/.rels" in package
    main = only_part(relationships(package, "", budget), "officeDocument") if has_any else None
    if main is None or main.startswith(("word/", "ppt/")):
        raise package.other_kind()
    if main.endswith(".bin"):
        raise bad_workbook("The file is a binary workbook (.xlsb), although its name says .xlsx.")
    return main


def _no_sheet(handler: _Handler) -> Exception:
    if handler.is_hidden:
        return bad_workbook(
            "All sheets of the workbook with cells are hidden.",
            "Right-click a sheet's tab, choose Unhide, save, and upload the workbook again.",
        )
    return bad_workbook(
        "The workbook has no sheet with cells.",
        "Put the list of players on a sheet, with the columns' names above it, and save again.",
    )
