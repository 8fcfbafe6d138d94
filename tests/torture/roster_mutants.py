"""The roster broken on purpose: each is what somebody might write in good faith."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final

from chalicelib.roster import splice
from chalicelib.views import roster
from tests.ingest.support import patched
from tests.torture.reconcile_mutants import Mutant


def the_roster_reads_a_date_once() -> AbstractContextManager[None]:
    """A date that is in the roster is not read again, whatever its file is by now."""

    def changed(before: Any, files: Any) -> list[date]:
        return sorted(day for day in files.noted if day not in before.sources)

    return patched((roster, "_changed", changed))


def the_roster_keeps_the_values_of_what_is_gone() -> AbstractContextManager[None]:
    """What a snapshot that counts no more said last of a player stays."""
    return patched((splice, "_last_values", lambda *_: {}))


ROSTER_MUTANTS: Final[tuple[Mutant, ...]] = (
    the_roster_reads_a_date_once,
    the_roster_keeps_the_values_of_what_is_gone,
)
