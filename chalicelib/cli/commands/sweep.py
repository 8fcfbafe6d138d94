"""`sweep [--watch]`: ingests the inbox, one line per upload; see also `cli.old_parts`."""

from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.old_parts import DropNowAndThen, drop_old_parts
from chalicelib.cli.text import counted
from chalicelib.cli.uploading import place
from chalicelib.cli.watch import stoppable, watch
from chalicelib.config import Settings
from chalicelib.errors import StoreFullError
from chalicelib.items.open import open_lake
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.sweep import SweepFailure


def run(arguments: Namespace) -> int:
    """Ingest; return 0 when all is processed, 1 when the store failed for some upload."""
    settings = config.load()
    store = open_lake(settings)
    if arguments.watch:
        return _watch(store, settings, as_json=arguments.json)
    return _sweep_once(store, settings, as_json=arguments.json)


def _sweep_once(store: Store, settings: Settings, *, as_json: bool) -> int:
    from chalicelib.ingest.pipeline import IngestResult

    with terminal.progress("looking into the inbox") as progress:
        from chalicelib.ingest.sweep import sweep

        done = failed = 0
        complain = _Complaints()
        for outcome in sweep(store, settings):
            with progress.paused():
                if isinstance(outcome, IngestResult):
                    done += 1
                    _say(store, outcome, as_json=as_json)
                else:
                    failed += 1
                    complain.of(outcome)
            progress.update(f"{counted(done, 'upload')} ingested")
    complain.of_the_others()
    if not (done or failed or as_json):
        terminal.say("Nothing to ingest.")
    drop_old_parts(store)
    return 1 if failed else 0


def _watch(store: Store, settings: Settings, *, as_json: bool) -> int:
    terminal.note(f"Watching the inbox of {settings.lake_uri}; Ctrl-C stops.")
    with stoppable():
        watch(
            store,
            settings,
            ingested=lambda outcome: _say(store, outcome, as_json=as_json),
            failed=terminal.complain,
            check=DropNowAndThen(store),
        )
    return 0


def _say(store: Store, outcome: "IngestResult", *, as_json: bool) -> None:
    answer = outcome.answer(store)
    if as_json:
        terminal.say_json(_record(outcome.key, answer), indent=None)
    else:
        for line in (_line(outcome.key, answer), *(f"  {one}" for one in place.warnings(answer))):
            terminal.say(line, flush=True)


def _record(key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "inbox_key": key,
        "status": answer["status"],
        "run_id": answer["run_id"],
        "published": answer["published"],
        "place": answer["place"],
        "players": answer.get("players"),
        "error_count": answer.get("error_count", 0),
    }


def _line(key: str, answer: Mapping[str, Any]) -> str:
    if answer["status"] == "withdrawn":
        return f"withdrawn {key}: {_place(answer)}"
    if answer["status"] != "accepted":
        return f"rejected {key}: {counted(answer['error_count'], 'error')}"
    late = (
        ""
        if answer["published"]
        else ", not published: a newer upload of that date is there, or it is withdrawn"
    )
    return f"accepted {key}: {counted(answer['players'], 'player')}{late}"


def _place(report: Mapping[str, Any]) -> str:
    return f"kingdom {report['kingdom']}, {report['snapshot_date']}"


class _Complaints:
    """Says what failed: a line for each upload, but a full disk is one for all."""

    def __init__(self) -> None:
        self._full: Counter[str] = Counter()

    def of(self, failure: "SweepFailure") -> None:
        reason = str(failure.error)
        if isinstance(failure.error, StoreFullError):
            self._full[reason] += 1
        if self._full[reason] <= 1:
            terminal.complain(f"{failure.key}: {reason}")

    def of_the_others(self) -> None:
        others = self._full.total() - len(self._full)
        if others:
            terminal.complain(f"{counted(others, 'more upload')} for the same reason")
