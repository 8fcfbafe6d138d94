"""Which part belongs to which: the relationships of a workbook's parts (ECMA-376, part 2)."""

import re
from typing import Final, NamedTuple

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Package
from chalicelib.scans.xlsx.problems import damaged_part, too_large_inside
from chalicelib.scans.xlsx.xml_part import Attributes, XmlHandler, read_part

_MAX_RELATIONSHIPS: Final = 10_000
_ESCAPED: Final = re.compile("((?:%[0-9A-Fa-f]{2})+)")


class Relationship(NamedTuple):
    """That a part belongs to another.

    Attributes:
        kind: the last word of its type: `worksheet`, `styles`; the same in transitional and strict
            workbooks.
        part: the part's name; None for something outside of the workbook.
    """

    kind: str
    part: str | None


class _Handler(XmlHandler):
    """Takes the relationships of one part."""

    __slots__ = ("_folder", "found")

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.found: dict[str, Relationship] = {}

    def enter(self, depth: int, name: str, attributes: Attributes) -> None:
        if depth != 2 or name != "Relationship":
            return
        target = attributes.get("Target", "")
        outside = attributes.get("TargetMode") == "External"
        kind = attributes.get("Type", "").rpartition("/")[2]
        part = None if outside else _resolve(self._folder, target)
        self.found[attributes.get("Id", "")] = Relationship(kind, part)
        if len(self.found) > _MAX_RELATIONSHIPS:
            raise too_large_inside("The workbook has far more parts than any other.")


def relationships(package: Package, of_part: str, budget: Budget) -> dict[str, Relationship]:
    """The relationships of a part, by id; those of the workbook itself for the name "".

    Raises:
        UnreadableError: they are missing or damaged.
    """
    folder, _, name = of_part.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    handler = _Handler(folder)
    with package.open(f"{prefix}_rels/{name}.rels", budget) as part:
        read_part(part, handler, budget)
    return handler.found


def only_part(found: dict[str, Relationship], kind: str) -> str | None:
    """The part of a kind of which a workbook has one; None where it has none.

    Raises:
        UnreadableError: it has several.
    """
    parts = {one.part for one in found.values() if one.kind == kind and one.part is not None}
    if len(parts) > 1:
        raise damaged_part(min(parts), f"is one of several for {kind}")
    return parts.pop() if parts else None


def _resolve(folder: str, target: str) -> str:
    """A part's name from a target: relative to a folder, or absolute with a slash before it."""
    target = _ESCAPED.sub(lambda found: _unescaped(found[1]), target.replace("\\", "/"))
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


def _unescaped(text: str) -> str:
    return bytes.fromhex(text.replace("%", "")).decode("utf-8", "replace")
