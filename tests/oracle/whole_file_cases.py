"""Cases of what only a whole file or a whole column tells."""

from typing import Any

from tests.oracle.case import GOOD, Case, accepted, refused

DATES = "Date,ID,Name,Power\n{0},1,Ada,5\n{0},2,Bo,6\n{1},1,Ada,5\n{1},2,Bo,6\n"
DAMAGED = "ID,Name,Power\n1,{},3\n2,{},3\n3,{},3\n4,Ada,3\n"


def _damaged(*names: str) -> dict[str, Any]:
    return {
        "power": 3,
        "players": 4,
        "warnings": (("damaged_names", None, None, "name", names[0]),),
    }


def whole_file_cases() -> list[Case]:
    """All of them."""
    two = [
        refused(f"two scans by {first}", DATES.format(first, second), "several_scans",
                column="Date")
        for first, second in (
            ("2026-07-29", "2026-07-30"),
            ("2026/07/29", "2026/07/30"),
            ("29.07.2026", "30.07.2026"),
            ("2026-07-29 10:00", "2026-07-30 10:00"),
        )
    ]  # fmt: skip
    marks = ("????", "??? ??", "?")
    misread = ("Zo\u00c3\u00ab", "J\u00c3\u00bcrgen", "Andr\u00c3\u00a9")
    return [
        *two,
        refused("one day twice", DATES.format("2026-07-29", "2026-07-29"), "duplicate_id", row=3,
                line=4, column="id", value="1", errors=2),
        refused("a second header", GOOD + "ID,Name,Power\n3,Eve,1\n", "bad_number", row=3, line=4,
                column="id", value="ID"),
        refused("a row of sums", GOOD + "Total,,9000000\n", "bad_number", row=3, line=4,
                column="id", value="Total"),
        accepted("a column of kingdoms", "ID,Name,Power,Kingdom\n1,Ada,3,51\n2,Bo,3,\n", power=3,
                 players=2),
        accepted("a kingdom's name", "ID,Name,Power,Kingdom\n1,Ada,3,51\n2,Bo,3,K51\n", power=3,
                 warnings=(("ignored_column", None, 1, "Kingdom", None),)),
        accepted("names of question marks", DAMAGED.format(*marks), **_damaged(*marks)),
        accepted("names of another code page", DAMAGED.format(*misread), **_damaged(*misread)),
        accepted("two such names", DAMAGED.format("????", "??", "Eve"), power=3, players=4),
    ]  # fmt: skip
