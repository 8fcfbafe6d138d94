"""Examples: where a file lies, and what it is called."""

from tests.findings.example import Example, Section, of_key

_FOLDER = "inbox/source=rok_players"

FOLDERS = Section(
    "Where the file lies",
    "An upload belongs into the folder of its kingdom and of the day of its scan.",
    (
        of_key("A date after tomorrow", f"{_FOLDER}/kingdom=51/dt=2026-02-26/players.csv"),
        of_key("No folder at all", "inbox/players.csv"),
        of_key("No folder of a day", f"{_FOLDER}/kingdom=51/players.csv"),
        of_key("Another source", "inbox/source=players/kingdom=51/dt=2026-01-26/players.csv"),
        of_key("A kingdom in other words", f"{_FOLDER}/Kingdom 51/dt=2026-01-26/players.csv"),
        of_key("A zero before the kingdom", f"{_FOLDER}/kingdom=051/dt=2026-01-26/players.csv"),
        of_key("A day in another manner", f"{_FOLDER}/kingdom=51/dt=26.01.2026/players.csv"),
        of_key("A day that does not exist", f"{_FOLDER}/kingdom=51/dt=2026-02-30/players.csv"),
        of_key("A folder too many", "…/scans/players.csv"),
        of_key("Two slashes", f"{_FOLDER}/kingdom=51//dt=2026-01-26/players.csv"),
        of_key("A folder that is no folder", f"{_FOLDER}/kingdom=51/dt=2026-01-26/scans/"),
        of_key("A path that is very long", f"…/{'scans/' * 180}players.csv"),
        of_key("Two folders in the wrong order", "inbox/kingdom=51/source=rok_players/players.csv"),
    ),
)

NAMES = Section(
    "What the file is called",
    "The end of the name (`.csv`, `.xlsx` and so on) says what the file is.",
    (
        of_key("An old workbook", "…/players.xls"),
        of_key("A LibreOffice workbook", "…/players.ods"),
        of_key("A Numbers workbook", "…/players.numbers"),
        of_key("A link to a Google sheet", "…/players.gsheet"),
        of_key("A text document", "…/players.docx"),
        of_key("A PDF", "…/players.pdf"),
        of_key("A picture", "…/players.png"),
        of_key("A zip file", "…/players.zip"),
        of_key("A web page", "…/players.html"),
        of_key("A text file", "…/players.txt"),
        of_key("Another kind", "…/players.sqlite"),
        of_key("A second extension", "…/players.csv.txt"),
        of_key("No extension", "…/players"),
        of_key("A .gz of nothing known", "…/players.gz"),
        of_key("A packed workbook", "…/players.xlsx.gz"),
        of_key("A name that is only an extension", "…/.csv"),
        of_key("A name that is very long", f"…/{'players-' * 32}.csv"),
        of_key("A line break in the name", "…/play\ners.csv"),
        of_key("A withdrawal with another end", "…/withdraw.csv.txt"),
        of_key("A withdrawal that is spelled otherwise", "…/Withdraw.txt"),
    ),
)

SECTIONS: tuple[Section, ...] = (FOLDERS, NAMES)
ALL: tuple[Example, ...] = (*FOLDERS.examples, *NAMES.examples)
