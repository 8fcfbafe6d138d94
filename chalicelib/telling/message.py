"""What is said of an upload: made of its report, and of what the lake shows."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chalicelib.boards.snapshot import Entry
from chalicelib.lake.reports.stored import StoredReport
from chalicelib.telling.standing import Standing

UNRECOGNISED: Final = "unrecognised"
"""The message's kingdom where the upload's is not known."""

FINDINGS: Final = 3
_NAME: Final = 60
_VALUE: Final = 40
_SENTENCE: Final = 300
_KEY: Final = 400

# What would break a line, or turn the direction of all that stands behind it.
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATE: Final = "\u2068"
_END_ISOLATE: Final = "\u2069"

Part = Sequence[str]
"""The lines of a paragraph."""


class Message(NamedTuple):
    """What is told of one upload.

    Attributes:
        kingdom: its kingdom's number, or `unrecognised`.
        status: `accepted`, `rejected` or `withdrawn`.
        run_id: the upload's, by which a second telling is recognised.
        subject: one line of fewer than 100 ASCII characters.
        parts: paragraphs, the most important one first; none is empty, and no line has a break.
        ending: the paragraph that always stays.
    """

    kingdom: str
    status: str
    run_id: str
    subject: str
    parts: Sequence[Part]
    ending: Part

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n\n".join("\n".join(part) for part in (*self.parts, self.ending)) + "\n"


def compose(stored: StoredReport, standing: Standing | None, since: Sequence[Part] = ()) -> Message:
    """The message about an upload.

    Args:
        stored: its report.
        standing: what the lake shows for its date; None for one that was not accepted.
        since: paragraphs about what happened since the snapshot before it.
    """
    report = stored.report
    parts = [
        _verdict(report),
        _mended(report),
        _shown(standing),
        *since,
        _board(standing),
        _findings(report),
    ]
    ending = [f"Report: {_clean(stored.key, _KEY)}", f"Upload {stored.run_id}"]
    kingdom = report.get("kingdom")
    return Message(
        kingdom=UNRECOGNISED if kingdom is None else str(kingdom),
        status=stored.status,
        run_id=stored.run_id,
        subject=_subject(report),
        parts=[part for part in parts if part],
        ending=ending,
    )


def _subject(report: Mapping[str, Any]) -> str:
    match report["status"]:
        case "accepted":
            what = f"scan accepted, {_counted(report['players'], 'player')}"
        case "withdrawn":
            what = "scans withdrawn"
        case _:
            what = f"scan refused, {_counted(report['error_count'], 'error')}"
    return f"{_place(report) or 'Kingdom not recognised'}: {what}"


def shown_name(name: str) -> str:
    """A player's or an alliance's name in one line, cut where it is long.

    One that is written from right to left stands between marks that keep the numbers beside it, and
    the names behind it, in their order. No name has such marks of its own (`_UNPRINTED`).
    """
    shown = _clean(name, _NAME)
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in shown)
    return f"{_ISOLATE}{shown}{_END_ISOLATE}" if turns else shown


def _place(report: Mapping[str, Any]) -> str:
    kingdom, day = report.get("kingdom"), report.get("snapshot_date")
    return ", ".join([*([f"Kingdom {kingdom}"] if kingdom else []), *([str(day)] if day else [])])


def _verdict(report: Mapping[str, Any]) -> Part:
    name = _clean(report["inbox_key"].rpartition("/")[2] or report["inbox_key"], _NAME)
    place = _place(report)
    start = f"{place}: the" if place else "The"
    match report["status"]:
        case "accepted":
            players = _counted(report["players"], "player")
            return [f"{start} scan {name} was accepted, with {players}."]
        case "withdrawn":
            return [
                f"{start} scans of this date were withdrawn.",
                "What was uploaded for it before no longer counts; a later upload does.",
            ]
    verdict = f"{start} scan {name} was refused. Nothing of it is published."
    if place:
        return [verdict]
    return [verdict, f"It was put at {_clean(report['inbox_key'], _KEY)}"]


def _mended(report: Mapping[str, Any]) -> Part:
    """Where the mended file lies, if there is one (contract, section 5)."""
    repair = report.get("repair")
    key = repair.get("key") if isinstance(repair, dict) else None
    if not isinstance(key, str):
        return []
    removed = repair.get("removed_rows") if isinstance(repair, dict) else None
    without = (
        f", without {_counted(len(removed), 'repeated row')}" if isinstance(removed, list) else ""
    )
    return [
        f"A mended file is ready{without}. It lies at",
        _clean(key, _KEY),
        "Look at it, and if it is right put it into the folder where this scan was put.",
    ]


def _shown(standing: Standing | None) -> Part:
    """What else is to be known of the date: what is there beside this scan."""
    if standing is None:
        return []
    match standing.shown:
        case "newer":
            return ["The boards do not show it: a newer scan of this date was uploaded since."]
        case "nothing":
            return ["The boards do not show it: the scans of this date were withdrawn since."]
        case "unknown":
            return ["The board could not be read just now; the scan counts all the same."]
    lines = [f"Careful: {_finding(warning)}" for warning in standing.warnings]
    if standing.replaced is not None:
        players = _counted(standing.replaced, "player")
        lines.append(f"It takes the place of an upload with {players}.")
    if standing.latest is not None:
        lines.append(f"The newest scan of the kingdom is that of {standing.latest}, not this one.")
    return lines


def _board(standing: Standing | None) -> Part:
    if standing is None or standing.metric is None or not standing.entries:
        return []
    ranked = _counted(standing.total, "player")
    title = f"{standing.metric.label}, the first {len(standing.entries)} of {ranked}:"
    return [title, *map(_line, standing.entries)]


def _line(entry: Entry) -> str:
    name = shown_name(entry["name"] or f"player {entry['id']}")
    alliance = f" ({shown_name(entry['alliance'])})" if entry["alliance"] else ""
    return f"{entry['rank']}. {name}{alliance}: {entry['value']:,}"


def _findings(report: Mapping[str, Any]) -> Part:
    """The first errors with what to do, or the first warnings where there are no errors."""
    if report["status"] == "withdrawn":
        return []
    kind = "error" if report["error_count"] else "warning"
    count, found = report[f"{kind}_count"], report[f"{kind}s"]
    lines = [_finding(one) for one in found[:FINDINGS] if isinstance(one, dict)]
    if not lines:
        return []
    some = f", the first {len(lines)}" if len(found) > len(lines) else ""
    return [f"{_counted(count, kind)}{some}:", *(f"- {line}" for line in lines)]


def _finding(finding: Mapping[str, Any]) -> str:
    place = ", ".join(_places(finding))
    texts = [finding.get("message"), finding.get("hint")]
    said = " ".join(_clean(text, _SENTENCE) for text in texts if text)
    return f"{place}: {said}" if place else said


def _places(finding: Mapping[str, Any]) -> Iterator[str]:
    row, line = finding.get("row"), finding.get("line")
    if isinstance(row, int):
        yield f"row {row} (line {line})" if isinstance(line, int) else f"row {row}"
    elif isinstance(line, int):
        yield f"line {line}"
    if finding.get("column") is not None:
        yield _clean(finding["column"], _VALUE)
    # A key that was refused stands above already, whole.
    if finding.get("value") is not None and row is not None:
        yield f'"{_clean(finding["value"], _VALUE)}"'


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _clean(text: object, length: int) -> str:
    """A text in one line, cut where it is longer."""
    line = " ".join(_UNPRINTED.sub(" ", str(text)).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
