"""What goes wrong in real scans: a digit misread, a page not seen, a list that ends early."""

from collections.abc import Callable, Iterable

from dice import Dice

Cell = int | str
Row = list[Cell]

# Where the OCR of the made-up scanner fails now and then.
BLURRED = {"Deads", "Deaths", "T2 Kills", "T2", "Helps", "Ranged", "Ranged Points"}
# What a player's page shows; a scanner that never opened it has only name and power.
OF_THE_PAGE = {
    "Killpoints", "Acclaim", "Highest Acclaim", "Deads", "T1 Kills", "T2 Kills", "T3 Kills",
    "T4 Kills", "T5 Kills", "Total Kills", "T45 Kills", "Ranged", "Rss Gathered",
    "Rss Assistance", "Helps",
}  # fmt: skip


def misread(header: str, rows: list[Row], seed: int) -> None:
    """Let an OCR scanner fail at a few cells: -1 for what it could not read, a digit misread.

    Args:
        header: the names of the columns.
        rows: the players, changed in place.
        seed: which cells it is.
    """
    dice = Dice(seed)
    names = header.split(",")
    unreadable = [place for place, name in enumerate(names) if name in BLURRED]
    weak = dice.some(rows[len(rows) // 2 :], 8)
    for row in weak[:5]:
        row[dice.choice(unreadable)] = -1
    points = names.index("Killpoints" if "Killpoints" in names else "Kill Points")
    for row in weak[5:]:
        text = str(row[points])
        row[points] = text[:-1] + str((int(text[-1]) + 4) % 10)


def reread(header: str, row: Row, name: str, change: Callable[[int], int]) -> None:
    """Let a scanner read another number in a cell, grouped as it was.

    Args:
        header: the names of the columns.
        row: the player, changed in place.
        name: which column.
        change: the number that is read, of the one that is true.
    """
    place = header.split(",").index(name)
    cell = row[place]
    number = change(int(str(cell).replace(",", "")))
    row[place] = f"{number:,}" if isinstance(cell, str) else number


def lose_page(header: str, row: Row) -> None:
    """Let a scanner write 0 for all that it did not see of a player."""
    for place, name in enumerate(header.split(",")):
        if name in OF_THE_PAGE:
            row[place] = 0


def lag(header: str, rows: Iterable[Row], name: str) -> None:
    """Let a counter of some players be an old one, as the game itself shows it at times."""
    for row in rows:
        reread(header, row, name, lambda number: number * 7 // 10)
