"""Examples: rows, ids, names, and what is only seen when the whole file is read."""

from tests.findings.example import Example, Section, table

_HEAD = "ID,Name,Power"
_LONG = "x" * 201

ROWS = Section(
    "Rows",
    "One bad row refuses the whole file, since a scan is the full list.",
    (
        table("A cell too many", f"{_HEAD}\n10000001,Ada,5,6"),
        table("A cell too few", f"{_HEAD}\n10000001,Ada"),
        table("A note below the players", f"{_HEAD}\n10000001,Ada,5\nScanned by Eve"),
        table("A second header", f"{_HEAD}\n10000001,Ada,5\n{_HEAD}\n10000002,Bo,6"),
        table("A second header of another list",
              f"{_HEAD}\n10000001,Ada,5\n{_HEAD},Deads\n10000002,Bo,6,7"),
        table("A row of sums", f"{_HEAD}\n10000001,Ada,5\nTotal,,5"),
        table("A row of sums without an id", f"{_HEAD},Deads\n10000001,Ada,5,6\n,Total,5,6"),
        table("A row without an id", f"{_HEAD}\n,Ada,5"),
        table("An open quote", f'{_HEAD}\n10000001,"Ada,5\n10000002,Bo,6'),
        table("An open quote in a last cell", f'{_HEAD}\n10000001,Ada,"5\n10000002,Bo,6'),
        Example("A row that is endless", f"{_HEAD}\n1,{'x' * 3_000_000},5\n".encode(),
                shown=f"{_HEAD}\n1,xxxxxxxx… (three million characters)"),
        table("An id a second time, in the same row", f"{_HEAD}\n7,Ada,5\n7,Ada,5"),
        table("An id a second time, in another row", f"{_HEAD}\n7,Ada,5\n7,Ada,6"),
        table("An id a second time, with other spaces", f"{_HEAD}\n7,Ada,5\n7, Ada,5"),
    ),
)  # fmt: skip

TEXTS = Section(
    "Ids and names",
    "An id must be there and be the number that the game shows. A name may be anything.",
    (
        table("An id of nothing", f"{_HEAD}\n0,Ada,5"),
        table("An id that can be read", f"{_HEAD}\n#10000001,Ada,5"),
        table("An id that cannot be read", f"{_HEAD}\nunreadable,Ada,5"),
        Example("A name that is very long", f"{_HEAD}\n7,{_LONG},5\n".encode(),
                shown=f"{_HEAD}\n7,xxxxxxxx… (201 characters),5"),
        Example("A name with a control character", f"{_HEAD}\n7,A\x1fda,5\n".encode(),
                shown=f"{_HEAD}\n7,A<0x1F>da,5"),
        table("Names of question marks", f"{_HEAD}\n7,???,5\n8,??,6\n9,????,7"),
        table("Names in the wrong letters", f"{_HEAD}\n7,ZoÃ«,5\n8,JosÃ©,6\n9,RenÃ©,7"),
    ),
)  # fmt: skip

WHOLE = Section(
    "The whole file",
    "What no single row shows.",
    (
        table("Players of another kingdom", f"Kingdom,{_HEAD}\n52,7,Ada,5\n52,8,Bo,6"),
        table("Some players of another kingdom", f"Kingdom,{_HEAD}\n51,7,Ada,5\n52,8,Bo,6"),
        table(
            "Several scans in one file",
            f"Date,{_HEAD}\n2026-01-19,7,Ada,5\n2026-01-19,8,Bo,6\n"
            "2026-01-26,7,Ada,7\n2026-01-26,8,Bo,8",
        ),
        table("A column whose cells have one fault", f"{_HEAD}\n7,Ada,1.2M\n8,Bo,2.3M"),
        table("A column of which nothing is sound", f"{_HEAD}\n7,Ada,-5\n8,Bo,-6"),
        table("A cell that is not known", f"{_HEAD},Deads\n7,Ada,5,-1\n8,Bo,6,"),
        table(
            "Kill points that do not fit the kills",
            "ID,Name,KP,T1,T2,T3,T4,T5\n7,Ada,1000,0,0,0,10,10",
        ),
        table("A sum that is too large",
              "ID,Name,T1,T2,T3,T4,T5\n7,Ada,9007199254740991,1,0,0,0"),
    ),
)  # fmt: skip

SECTIONS: tuple[Section, ...] = (ROWS, TEXTS, WHOLE)
