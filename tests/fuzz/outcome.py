"""Whether a report is one (contract, section 5): every field there, all of them in agreement."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from chalicelib.ingest.report import MAX_IGNORED, encode_report
from chalicelib.players.headers import KINGDOM
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.scans.findings import MAX_LISTED, MAX_VALUE_LENGTH, ErrorCode, WarningCode

ERRORS: Final = frozenset(get_args(ErrorCode))
WARNINGS: Final = frozenset(get_args(WarningCode))
UNREADABLE: Final = frozenset(
    {"bad_encoding", "bad_json", "bad_text", "bad_workbook", "too_large", "empty_file"}
)
"""Codes that may end the reading: then no row is counted."""

_FIELDS: Final = {
    "status": str,
    "run_id": type(None),
    "run_ts": type(None),
    "inbox_key": type(None),
    "source": str,
    "kingdom": type(None),
    "snapshot_date": type(None),
    "rules": int,
    "file": dict,
    "players": int,
    "columns": dict,
    "dkp": dict | None,
    "error_count": int,
    "errors": list,
    "warning_count": int,
    "warnings": list,
    "written": dict,
}
_FINDING: Final = {
    "row": int | None,
    "line": int | None,
    "column": str | None,
    "value": str | None,
    "code": str,
    "message": str,
    "hint": str,
}
_OF_CELLS: Final = ("missing_value", "bad_number", "bad_text", "out_of_range", "wrong_type")
_LONGEST_MESSAGE: Final = 1000
_LINE_ENDS: Final = re.compile(rb"\r\n|\r|\n")

Report = Mapping[str, Any]


class WrongOutcomeError(AssertionError):
    """Raised when a report is not what it has to be."""


def must(holds: bool, words: str) -> None:
    """Raise unless it holds; unlike `assert`, this is there under `-O` too."""
    if not holds:
        raise WrongOutcomeError(words)


def check_report(report: Report, size: int, lines: int) -> None:
    """Hold a report of `check` against what the contract says of every report.

    Args:
        report: the report.
        size: the file's bytes.
        lines: no file of this content has more physical lines.

    Raises:
        WrongOutcomeError: something is missing, unknown, or contradicts something else.
    """
    _check_fields(report, _FIELDS, "the report")
    must(json.loads(encode_report(report)) == report, "the report is not what is kept of it")
    must((report["status"] == "accepted") == (report["error_count"] == 0), "status")
    must(report["status"] in ("accepted", "rejected"), "status")
    must(report["file"]["bytes"] == size, "file.bytes")
    must(bool(re.fullmatch("[0-9a-f]{64}", report["file"]["sha256"])), "file.sha256")
    must(report["written"] == {}, "a check writes nothing")
    _check_findings(report, "error", ERRORS, lines)
    _check_findings(report, "warning", WARNINGS, lines)
    _check_columns(report)
    if report["status"] == "accepted":
        _check_accepted(report)


def _check_fields(value: Mapping[str, Any], fields: Mapping[str, Any], what: str) -> None:
    must(list(value) == list(fields), f"{what} has the fields {list(value)}")
    for name, kind in fields.items():
        must(isinstance(value[name], kind), f"{what} has {value[name]!r:.80} as {name}")
        must(not isinstance(value[name], bool), f"{what} has a boolean as {name}")


def _check_findings(report: Report, kind: str, codes: frozenset[str], lines: int) -> None:
    every, count = report[f"{kind}s"], report[f"{kind}_count"]
    findings = [finding for finding in every if not _is_summary(finding)]
    must(len(findings) == min(count, MAX_LISTED), f"{len(findings)} {kind}s listed of {count}")
    must(all(finding["row"] is None for finding in every[: len(every) - len(findings)]), "order")
    for finding in every:
        _check_finding(finding, kind, codes, lines)
    rows = [finding["row"] or 0 for finding in findings]
    must(rows == sorted(rows), f"the {kind}s are not in file order: {rows[:20]}")
    # Of text that is no JSON the line of the fault is told, which may be behind the record's start.
    told = [one for one in findings if one["row"] and one["line"] and one["code"] != "bad_json"]
    places = [(one["row"], one["line"]) for one in told]
    at = [line for _, line in places]
    must(at == sorted(at), f"the lines of the {kind}s do not follow their rows")
    must(len(dict(places)) == len(set(places)), "one row starts on two lines")
    if not (len(findings) == 1 and findings[0]["code"] in UNREADABLE):
        must(max(rows, default=0) <= report["players"], f"row {max(rows, default=0)} is no player")


def _is_summary(finding: Mapping[str, Any]) -> bool:
    """Whether it says of a whole column what its cells' findings say; it is not counted."""
    is_of_column = finding["row"] is None and finding["column"] is not None
    return is_of_column and finding["code"] in _OF_CELLS


def _check_finding(
    finding: Mapping[str, Any], kind: str, codes: frozenset[str], lines: int
) -> None:
    _check_fields(finding, _FINDING, f"a {kind}")
    must(finding["code"] in codes, f"the code {finding['code']!r}")
    must(finding["row"] is None or finding["row"] >= 1, "row")
    must(finding["line"] is None or 1 <= finding["line"] <= lines, f"line {finding['line']}")
    must(finding["row"] is None or finding["line"] is not None, f"a row without a line: {finding}")
    must(len(finding["value"] or "") <= MAX_VALUE_LENGTH, "a value is too long")
    for words in (finding["message"], finding["hint"]):
        must(0 < len(words.strip()) <= _LONGEST_MESSAGE, f"{len(words)} characters: {words:.60}")
        must("Traceback" not in words and " object at 0x" not in words, f"words: {words:.200}")


def _check_columns(report: Report) -> None:
    columns = report["columns"]
    listed = columns.get("ignored", [])
    bounded = ["ignored_count"] if len(listed) == MAX_IGNORED else []
    must(
        list(columns)
        in (["mapped", "ignored", *bounded, "derived"], ["mapped", "ignored", "derived"]),
        f"columns has {list(columns)}",
    )
    must(set(columns["derived"]) <= {"kills", "deaths", "dkp"}, "derived")
    must(not {*columns["derived"]} & {*columns["mapped"].values()}, "derived, though it is there")
    players = {name for name, column in columns["mapped"].items() if column != KINGDOM}
    must(not players & {*columns["ignored"]}, "both mapped and ignored")


def _check_accepted(report: Report) -> None:
    must(report["players"] >= 1, "accepted without players")
    must({"id", "name"} <= {*report["columns"]["mapped"].values()}, "accepted without id or name")
    must(report["file"]["format"] in ("csv", "tsv", "json", "jsonl", "xlsx"), "file.format")
    must(report["file"]["encoding"] in ("utf-8", "utf-16"), "file.encoding")
    dkp = report["dkp"]
    must(dkp is not None and dkp["basis"] in ("file", "formula", "none"), f"dkp is {dkp}")
    must(("dkp" in report["columns"]["derived"]) == (dkp["basis"] == "formula"), f"dkp is {dkp}")


def check_players(players: list[dict[str, Any]], count: int) -> None:
    """Hold the players of an accepted file against section 4.

    Raises:
        WrongOutcomeError: one of them is no player.
    """
    must(len(players) == count, f"{len(players)} players, of {count}")
    ids = [player["id"] for player in players]
    must(len({*ids}) == len(ids), "an id is there twice")
    for player in players:
        must(player.keys() <= {*COLUMN_NAMES}, "columns")
        for name, value in player.items():
            if name in ("name", "alliance"):
                must(value is None or (0 < len(value) <= 200 and value == value.strip()), name)
                must(value is None or not {"\0", "\x1f"} & {*value}, name)
            else:
                must(value is None or 0 <= value < 2**53, f"{name} is {value}")
        must(player["id"] is not None and player["id"] >= 1, "id")


def most_lines(data: bytes) -> int:
    """No text of these bytes has more lines, in whatever encoding it is."""
    return len(_LINE_ENDS.findall(data)) + data.count(b"\n") + data.count(b"\r") + 1
