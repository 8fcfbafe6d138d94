"""`make run`: the API with the example scans, and an inbox that ingests what is dropped into it.

The lake is a directory, the ingestion is the real one, in this process; the API is `chalice
local` in a child process.
"""

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalicelib.items.open import open_lake

from chalicelib import config
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.cli import terminal
from chalicelib.cli.main import guarded
from chalicelib.cli.report import left_out
from chalicelib.cli.text import counted, safe
from chalicelib.cli.uploading import place
from chalicelib.cli.watch import stoppable, watch
from chalicelib.config import Settings
from chalicelib.errors import ConfigError, PreconditionFailedError, RosterMissingError, StoreError
from chalicelib.ingest.rebuild import rebuild
from chalicelib.lake import file_names, keys
from chalicelib.lake.store import Store
from tools.deploy.lake import unlisted
from tools.local_server import LocalServer, check_port
from tools.parent import Parent

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLES: Final = ROOT / "examples"
STAGE: Final = "local"
METRICS_SHOWN: Final = ("dkp", "kills", "deaths")
KINGDOMS_SHOWN: Final = 5
EXAMPLE_KINGDOM: Final = 51
ERRORS_SHOWN: Final = 3


def main(argv: list[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM, which is the regular end: exit code 0."""
    terminal.prepare()
    parser = argparse.ArgumentParser(prog="python -m tools", description=__doc__)
    parser.add_argument("--port", default="8000", help="where the API listens (8000)")
    parser.add_argument(
        "--with-make", action="store_true", help="stop when the parent process does"
    )
    arguments = parser.parse_args(argv)
    return guarded(lambda: _run(arguments.port, Parent() if arguments.with_make else None))


def _run(port_text: str, parent: Parent | None) -> int:
    port = _port(port_text)
    os.chdir(ROOT)
    os.environ.update(stage_variables(STAGE))
    settings = config.load()
    lake = _directory(settings)
    check_port(port)
    with stoppable(), LocalServer(port) as server:
        _load_and_watch(settings, lake, server, parent)
    terminal.note("Stopped.")
    return 0


def _load_and_watch(
    settings: Settings, lake: Path, server: LocalServer, parent: Parent | None
) -> None:
    store = open_lake(settings)
    tell = partial(_tell, store=store, lake=lake, url=server.url)

    def check() -> None:
        server.check()
        if parent is not None and parent.wants_to_stop():
            raise KeyboardInterrupt

    _load_examples(store)
    told: dict[str, str] = {}
    for outcome in _sweep(store, settings, told):
        # Without an address of its own: the first that is said is the page's.
        tell(outcome, url=None)
    _bring_up_to_date(store, settings)
    server.wait_until_ready()
    _say_urls(server, LakeCatalog(store).kingdoms().latest, lake)

    def tell_all(outcome: "IngestResult") -> None:
        tell(outcome)
        _tell_what_happened(outcome, store)

    watch(store, settings, ingested=tell_all, failed=terminal.complain, check=check, told=told)


def _bring_up_to_date(store: Store, settings: Settings) -> None:
    """Rebuild a lake of an older version of the app: its catalog lists less than it has, or a
    kingdom's players are not listed."""
    if unlisted(store).snapshots or _lacks_a_roster(store):
        terminal.say("Rebuilding what an older version left in the lake.", flush=True)
        for _ in rebuild(store, settings):
            pass


def _lacks_a_roster(store: Store) -> bool:
    """Whether a kingdom's players are not listed: the lake is from before there were rosters, or
    another version of the app made its own, which means something else."""
    # Heavy, and the server is starting meanwhile.
    from chalicelib.roster.roster import read_roster  # noqa: PLC0415

    try:
        kingdoms = LakeCatalog(store).kingdoms().latest
        return any(read_roster(store, kingdom) is None for kingdom in kingdoms)
    except RosterMissingError:
        return True
    except StoreError:
        # Damage is told of to whoever asks; it is no older version's.
        return False


def stage_variables(stage: str) -> dict[str, str]:
    """The environment variables of a stage, as chalice sets them.

    Raises:
        ConfigError: .chalice/config.json cannot be read.
    """
    path = ROOT / ".chalice" / "config.json"
    try:
        declared = json.loads(path.read_text("utf-8"))
        variables: dict[str, str] = {
            **declared.get("environment_variables", {}),
            **declared["stages"][stage].get("environment_variables", {}),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f".chalice/config.json: the stage {stage} cannot be read: {error!r}"
        ) from None
    return variables


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    raise ConfigError(f"PORT must be 1 to 65535, not {text!r}")


def _directory(settings: Settings) -> Path:
    scheme, _, folder = settings.lake_uri.partition(":")
    if scheme != "file":
        raise ConfigError(
            f"LAKE_URI of the stage {STAGE} is {settings.lake_uri}; `make run` wants file:DIR"
        )
    return Path(folder)


def example_scans() -> Iterator[tuple[str, Path]]:
    """The inbox key and the file of every example that is to be loaded."""
    for path in sorted((EXAMPLES / "inbox").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(EXAMPLES).as_posix(), path


def _load_examples(store: Store) -> None:
    """Put the examples into the inbox; what is there already, changed or not, stays as it is."""
    for key, path in example_scans():
        if store.head(key) is None:
            try:
                with path.open("rb") as body:
                    store.create(key, body)
            except PreconditionFailedError:  # another runner was quicker
                continue


def _sweep(store: Store, settings: Settings, told: dict[str, str]) -> Iterator["IngestResult"]:
    """Ingest what is in the inbox; what failed is told, and the lines added to `told` by keys."""
    # Heavy, and the server is starting meanwhile.
    from chalicelib.ingest.pipeline import IngestResult  # noqa: PLC0415
    from chalicelib.ingest.sweep import sweep  # noqa: PLC0415

    for outcome in sweep(store, settings):
        if isinstance(outcome, IngestResult):
            yield outcome
        else:
            told[outcome.key] = f"{outcome.key}: {outcome.error}"
            terminal.complain(told[outcome.key])


def page_address(page: str, kingdoms: Collection[int]) -> str:
    """The address of the page: of the example kingdom, or of the first one there is.

    Args:
        page: the page's, without a kingdom.
        kingdoms: those that the lake has, in ascending order.
    """
    shown = EXAMPLE_KINGDOM if EXAMPLE_KINGDOM in kingdoms else next(iter(kingdoms), None)
    return page if shown is None else f"{page}?k={shown}"


def _say_urls(server: LocalServer, kingdoms: Mapping[int, date], lake: Path) -> None:
    url = server.url
    lines = ["", f"Open {page_address(server.page, kingdoms)}", "", "or ask the API"]
    for kingdom, latest in list(kingdoms.items())[:KINGDOMS_SHOWN]:
        lines.append(f"  kingdom {kingdom}, latest scan of {latest}")
        lines += [
            f"    {url}/v1/kingdoms/{kingdom}/leaderboards/{metric}" for metric in METRICS_SHOWN
        ]
    inbox = lake / f"{keys.INBOX}source={keys.SOURCE}" / "kingdom=51" / "dt=YYYY-MM-DD"
    lines += [
        f"  {url}/v1/kingdoms",
        f"  {url}/openapi.json",
        "",
        f"Drop a scan ({', '.join(file_names.EXTENSIONS)}) into a folder like",
        f"  {inbox}/",
        "and within two seconds it is ranked, on the open page too, or it is told here what is",
        "wrong with it. Ctrl-C stops.",
        "",
    ]
    for line in lines:
        terminal.say(line)
    sys.stdout.flush()


def _tell(outcome: "IngestResult", *, store: Store, lake: Path, url: str | None) -> None:
    """Say what became of an upload, and with the server's address where its board is."""
    report = outcome.report
    if report["status"] == "accepted":
        late = "" if outcome.published else " (a newer upload of that date is shown)"
        terminal.say(f"accepted {outcome.key}: {counted(report['players'], 'player')}{late}")
        if url is not None:
            board = f"{url}/v1/kingdoms/{report['kingdom']}/leaderboards/{METRICS_SHOWN[0]}"
            terminal.say(f"  {board}?date={report['snapshot_date']}")
        for line in place.warnings(outcome.answer(store)):
            terminal.say(f"  {line}")
        sys.stdout.flush()
        return
    if report["status"] == "withdrawn":
        day = f"kingdom {report['kingdom']}, {report['snapshot_date']}"
        terminal.say(f"withdrawn {outcome.key}: {day}", flush=True)
        return
    terminal.say(f"rejected {outcome.key}: {counted(report['error_count'], 'error')}")
    for error in report["errors"][:ERRORS_SHOWN]:
        terminal.say(f"  {_error(error)}")
    if "repair" in report:
        terminal.say(f"  ready to upload: {lake / report['repair']['key']} ({left_out(report)})")
    terminal.say(f"  the whole report: {lake / _report_key(outcome)}", flush=True)


def _tell_what_happened(outcome: "IngestResult", store: Store) -> None:
    """Say what happened since the snapshot before an upload; not of each example at the start."""
    from chalicelib.ingest.answer.since import told_since  # noqa: PLC0415

    if outcome.report["status"] != "accepted":
        return
    for part in told_since(store, outcome.report):
        for line in part:
            terminal.say(f"  {line}", flush=True)


def _report_key(outcome: "IngestResult") -> str:
    from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key  # noqa: PLC0415

    report = outcome.report
    accepted = keys.parse_run_timestamp(report["run_ts"])
    run = Run.of(outcome.key, accepted, sha256="")
    return TargetKeys.of(run, parse_inbox_key(outcome.key, accepted)).report


def _error(error: dict[str, Any]) -> str:
    place = [f"line {error['line']}"] if error["line"] is not None else []
    place += [error["column"]] if error["column"] is not None else []
    if error["value"] is not None:
        place.append(json.dumps(error["value"], ensure_ascii=False))
    where = f"{', '.join(place)}: " if place else ""
    return safe(f"{where}{error['message']} {error['hint']}")
