"""Suspects in words: what is odd, which scan is likely wrong."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from chalicelib.changes.findings import Fault, Suspect, UnreliableColumn
from chalicelib.players.schema import COLUMNS

_LABELS: Final = {column.name: column.label for column in COLUMNS}
_ARROW: Final = "→"


def label_of(column: str) -> str:
    """A column's name within a sentence: `T4 kills`, `deaths`."""
    label = _LABELS.get(column, column)
    return label if label[1:2].isupper() or label[1:2].isdigit() else label[:1].lower() + label[1:]


def describe(suspect: Suspect) -> str:
    """What is odd: `T4 kills 109,474,277 → 1,110,397,599, ten times as many`."""
    match suspect.kind:
        case "zeroed":
            return "had numbers before and has 0 everywhere now"
        case "back_from_zero":
            return "had 0 everywhere before and has numbers now"
        case "tiers":
            return f"the kill points do not fit the kills of the five tiers: off by {_off(suspect)}"
    return f"{_step(suspect)}, {_how(suspect)}"


def _step(suspect: Suspect) -> str:
    assert suspect.column is not None
    return f"{label_of(suspect.column)} {_number(suspect.before)} {_ARROW} {_number(suspect.after)}"


def _number(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _off(suspect: Suspect) -> str:
    return _number(None if suspect.after is None else abs(suspect.after))


def _how(suspect: Suspect) -> str:
    """How an odd number compares with the one before it."""
    before, after = suspect.before or 0, suspect.after or 0
    if suspect.kind == "fell":
        tenth = _is_about_ten(before, after)
        return (
            f"{tenth}a tenth of it" if tenth is not None else "though this never falls in the game"
        )
    if not before:
        return "out of nothing"
    about = _is_about_ten(after, before)
    if about is not None:
        return f"{about}ten times as {_much(suspect)}"
    times = after // before
    more = "" if after == times * before else "more than "
    return f"{more}{'twice' if times == 2 else f'{times:,} times'} as {_much(suspect)}"


def _is_about_ten(more: int, less: int) -> str | None:
    """How a number is to be called ten times another one: "" or "about "; None: it is not."""
    if 99 * less <= 10 * more <= 101 * less and less:
        return ""
    return "about " if 9 * less <= more <= 11 * less and less else None


def _much(suspect: Suspect) -> str:
    assert suspect.column is not None
    return "many" if _LABELS.get(suspect.column, "").endswith("s") else "much"


def brief(suspect: Suspect) -> str:
    """It in two or three words, for a column of a table: `T4 kills jump`, `all zero`."""
    match suspect.kind:
        case "zeroed":
            return "all zero now"
        case "back_from_zero":
            return "all zero before"
        case "tiers":
            return "kill points do not fit"
    assert suspect.column is not None
    return f"{label_of(suspect.column)} {'fell' if suspect.kind == 'fell' else 'jump'}"


def careful(suspects: Sequence[Suspect]) -> str:
    """What stands behind a value of a player with suspects: ` (look: T4 kills jump)`."""
    if not suspects:
        return ""
    worst = sorted(suspects, key=weight, reverse=True)[:2]
    return f" (look: {', '.join(map(brief, worst))})"


def whose_fault(suspects: Sequence[Suspect], older: date, newer: date) -> str:
    """Which scan is likely wrong about a player, by all that is odd with that player."""
    faults = {one.fault for one in suspects} - {None}
    if faults == {"from"}:
        return f"the scan of {older} is likely wrong"
    if faults == {"to"}:
        return f"the scan of {newer} is likely wrong"
    if faults:
        then, now = _wrong(suspects, "from"), _wrong(suspects, "to")
        return (
            f"each of the two scans is likely wrong: that of {older} in {then}, "
            f"that of {newer} in {now}"
        )
    if all(one.kind == "zeroed" for one in suspects):
        # By the rules of faults: then the player is back from zero.
        return f"if the next scan has numbers again, the scan of {newer} was wrong"
    return "which of the two scans is wrong is not known yet"


def _wrong(suspects: Sequence[Suspect], fault: Fault) -> str:
    """What a scan has wrong of a player, as a list: `deaths, T4 kills`."""
    # A player with 0 everywhere in one scan has nothing else in it but the tiers of the other.
    names = {
        "tiers": "the kills by tier or the kill points",
        "back_from_zero": "everything",
    }
    return ", ".join(
        names.get(one.kind) or label_of(str(one.column)) for one in suspects if one.fault == fault
    )


def weight(suspect: Suspect) -> float:
    """How much a suspect weighs, 0 to 1, so that the worst are told first.

    A jump to less than ten times what others gain weighs less: who had next to nothing may well
    have doubled it, and a digit that was misread is far beyond.
    """
    if suspect.kind in ("jump", "fell") and suspect.before is not None:
        after = suspect.after or 0
        step = abs(after - suspect.before)
        size = step / max(after, suspect.before, 1)
        return size * min(1.0, step / (10 * suspect.ref)) if suspect.ref else size
    return 0.9 if suspect.kind in ("zeroed", "back_from_zero") else 0.0


def by_player(suspects: Iterable[Suspect]) -> list[list[Suspect]]:
    """The suspects of each player together, the worst first; so are the players."""
    found: dict[int, list[Suspect]] = {}
    for one in suspects:
        found.setdefault(one.id, []).append(one)
    for several in found.values():
        several.sort(key=weight, reverse=True)
    return sorted(found.values(), key=lambda several: (-weight(several[0]), several[0].id))


def sentence(suspects: Sequence[Suspect], name: str, days: tuple[date, date], most: int) -> str:
    """What is odd with one player, with the scan that is likely wrong.

    Args:
        suspects: of one player, the worst first.
        name: the player's, as it is shown.
        days: the dates of the older and the newer scan.
        most: so many odd numbers are told.
    """
    told = [describe(one) for one in suspects[:most]]
    left = len(suspects) - len(told)
    told += [f"and {left} more"] if left else []
    odd = "; ".join(told)
    return f"{name} (id {suspects[0].id}): {odd}. {_start(whose_fault(suspects, *days))}."


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def unreliable(column: UnreliableColumn) -> str:
    """Why a column is not to be trusted in a pair of scans."""
    label = _start(label_of(column.column))
    return (
        f"{label} fell for {column.fell:,} of {column.players:,} players: do not go by this column "
        "between these two scans."
    )
