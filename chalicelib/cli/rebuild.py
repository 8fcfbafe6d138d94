"""`rebuild [--verify]`: makes the views again from raw, one line per snapshot."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.text import counted
from chalicelib.lake.open import open_store

if TYPE_CHECKING:
    from chalicelib.ingest.target_groups import RebuildResult


def run(arguments: Namespace) -> int:
    """Rebuild or verify; return 1 if a view differs from what raw gives, else 0."""
    settings = config.load()
    store = open_store(settings.lake_uri)
    with terminal.progress("reading raw") as progress:
        from chalicelib.ingest.rebuild import rebuild
        from chalicelib.ingest.verify import verify

        work = verify if arguments.verify else rebuild
        done = bad = 0
        for outcome in work(store, settings, arguments.kingdom, arguments.date):
            done += 1
            bad += not outcome.ok
            with progress.paused():
                _say(outcome, as_json=arguments.json)
            progress.update(counted(done, "snapshot"))
    if not done and not arguments.json:
        terminal.say("There is nothing in raw to rebuild from.")
    return 1 if bad else 0


def _say(outcome: "RebuildResult", *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(_record(outcome), indent=None)
        return
    run_id = f" (run {outcome.run_id})" if outcome.run_id else ""
    where = f"kingdom {outcome.kingdom}, {outcome.snapshot_date}" if outcome.kingdom else "views"
    terminal.say(f"{outcome.status} {where}{run_id}")
    for problem in outcome.problems:
        terminal.say(f"  {problem}")


def _record(outcome: "RebuildResult") -> dict[str, Any]:
    return {
        "kingdom": outcome.kingdom,
        "snapshot_date": outcome.snapshot_date and outcome.snapshot_date.isoformat(),
        "run_id": outcome.run_id,
        "status": outcome.status,
        "keys": list(outcome.keys),
        "problems": list(outcome.problems),
    }
