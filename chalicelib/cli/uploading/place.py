"""An upload's place (contract, section 5) as text for the terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.cli.text import counted


def facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an upload took the place of, and which date is the newest; what is known of it."""
    place = report.get("place")
    if not place or report["status"] == "rejected":
        return
    if replaced := place["replaces"]:
        label = "takes out" if report["status"] == "withdrawn" else "replaces"
        yield label, f"{counted(replaced['players'], 'player')}, run {replaced['run_id']}"
    if latest := place["latest"]:
        is_own = latest == report["snapshot_date"] and report["status"] == "accepted"
        yield "latest", f"{latest}, this date" if is_own else f"{latest}, another date"
    elif report["status"] == "withdrawn" and report.get("published") is False:
        yield "latest", "no date has a scan, or it is not known which"


def warnings(report: Mapping[str, Any]) -> Iterator[str]:
    """What is suspicious about an upload's place, a line each."""
    for warning in (report.get("place") or {}).get("warnings", ()):
        yield f"WARNING: {warning['message']} {warning['hint']}"
