"""`rebuild [--verify]`: the views anew from raw, or all of a lake compared; a line for each date.

What is a whole kingdom's or the lake's has a line where it was written, or is wrong.
"""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.text import counted
from chalicelib.errors import BadParameterError
from chalicelib.items.open import open_lake
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.ingest.target_groups import RebuildResult


def run(arguments: Namespace) -> int:
    """Rebuild or verify; return 1 if anything is wrong, else 0."""
    if arguments.kingdom is not None and arguments.first > 1:
        raise BadParameterError("--from is for all kingdoms; leave it or --kingdom out")
    if arguments.engine is not None and arguments.date is not None:
        raise BadParameterError("--engine is for whole kingdoms; leave it or --date out")
    settings = config.load(engine=arguments.engine)
    store = open_lake(settings)
    told = snapshots = bad = 0
    last: int | None = None
    with terminal.progress("reading the lake") as progress:
        try:
            for outcome in _outcomes(arguments, store, settings):
                told += 1
                snapshots += outcome.snapshot_date is not None
                bad += not outcome.ok
                last = outcome.kingdom
                with progress.paused():
                    _say(outcome, as_json=arguments.json)
                progress.update(counted(snapshots, "snapshot"))
        except BaseException:
            if last is not None and arguments.kingdom is None:
                terminal.note(f"stopped; --from {last} goes on at kingdom {last}")
            raise
    if not told and not arguments.json:
        rest = f", from kingdom {arguments.first} on" if arguments.first > 1 else ""
        if arguments.engine is None:
            terminal.say(f"There is nothing in raw to rebuild from{rest}.")
        else:
            terminal.say(f"The table is what the lake says{rest}.")
    return 1 if bad else 0


def _outcomes(
    arguments: Namespace, store: Store, settings: config.Settings
) -> "Iterator[RebuildResult]":
    """What is rebuilt or verified: the views of the lake, or the table of an engine alone."""
    from chalicelib.ingest.rebuild import rebuild, rebuild_table
    from chalicelib.ingest.verify import verify, verify_table

    kingdom, first, jobs = arguments.kingdom, arguments.first, arguments.jobs
    if arguments.engine is not None:
        of_table = verify_table if arguments.verify else rebuild_table
        return of_table(store, settings, kingdom, first=first, threads=jobs)
    work = verify if arguments.verify else rebuild
    return work(store, settings, kingdom, arguments.date, first=first, threads=jobs)


def _say(outcome: "RebuildResult", *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(_record(outcome), indent=None)
        return
    run_id = f" (run {outcome.run_id})" if outcome.run_id else ""
    terminal.say(f"{outcome.status} {_place(outcome)}{run_id}")
    for problem in outcome.problems:
        terminal.say(f"  {problem}")
    for kind in sorted({note.kind for note in outcome.notes}):
        texts = [note.text for note in outcome.notes if note.kind == kind]
        more = f", and {len(texts) - 1:,} more" if len(texts) > 1 else ""
        terminal.say(f"  {kind}: {texts[0]}{more}")


def _place(outcome: "RebuildResult") -> str:
    """What was done or found out is about this; of a snapshot its date says enough."""
    if outcome.snapshot_date is not None:
        return f"kingdom {outcome.kingdom}, {outcome.snapshot_date}"
    whole = "the lake" if outcome.kingdom is None else f"kingdom {outcome.kingdom}"
    return whole if outcome.problems else f"{whole}: {', '.join(outcome.keys)}"


def _record(outcome: "RebuildResult") -> dict[str, Any]:
    return {
        "kingdom": outcome.kingdom,
        "snapshot_date": outcome.snapshot_date and outcome.snapshot_date.isoformat(),
        "run_id": outcome.run_id,
        "status": outcome.status,
        "keys": list(outcome.keys),
        "problems": list(outcome.problems),
        **({"notes": [note._asdict() for note in outcome.notes]} if outcome.notes else {}),
    }
