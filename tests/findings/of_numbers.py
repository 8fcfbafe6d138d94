"""Examples: cells that are no whole number."""

from tests.findings.example import Example, Section, table


def _cell(title: str, cell: str) -> Example:
    quoted = f'"{cell}"' if "," in cell or "\n" in cell else cell
    return table(title, f"ID,Name,Power,Deads\n7,Ada,{quoted},5")


NUMBERS = Section(
    "Numbers",
    "A number means what a person would read, exactly. What could mean two things is asked back.",
    (
        _cell("A column that was too narrow", "########"),
        _cell("A spreadsheet's error", "#N/A"),
        _cell("A formula", "=A1+B1"),
        _cell("Scientific notation", "1.2E+9"),
        _cell("Brackets", "(10,975)"),
        _cell("A shortened number", "1.2M"),
        _cell("A percentage", "12%"),
        _cell("A currency", "$100"),
        _cell("Underscores", "50_000_000"),
        _cell("A date", "2026-01-26"),
        _cell("A time", "12:30"),
        _cell("A yes or a no", "TRUE"),
        _cell("A negative number", "-1,234"),
        _cell("A fraction", "4.5"),
        _cell("Two kinds of separators", "1,234 567"),
        _cell("Groups that are not of three", "12,3456,789"),
        _cell("A line break", "12\n345"),
        _cell("A letter for a digit", "1000000O2"),
        _cell("Words", "many"),
        _cell("A number that is too large", "9007199254740992"),
        table("A dot that nothing explains", "ID,Name,Deads\n7,Ada,106.315\n8,Bo,5"),
        table(
            "A dot that is a decimal mark elsewhere",
            "ID,Name,Power,Deads\n7,Ada,5.0,106.315\n8,Bo,6.50,7",
        ),
        table(
            "A dot that is both elsewhere",
            'ID,Name,Power,Deads\n7,Ada,1.234.567,106.315\n8,Bo,"1,234,567.00",7',
        ),
    ),
)

SECTIONS: tuple[Section, ...] = (NUMBERS,)
