"""The states that each kingdom's catalog and roster were in: an answer must be of one of them.

A roster notes which files it is made of. What it says of them is calculated a second time
(`tests.roster.oracle`).
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, TypeVar

from chalicelib.roster.note import take_apart
from tests.roster import oracle
from tests.torture.rosters import rows_of
from tests.torture.uploads import Upload
from tests.torture.views import views_of

Known = Mapping[int, oracle.Known]
"""Everybody in a roster, by id."""

Dated = Mapping[str, Upload]
"""The upload of each date that a catalog names."""

NOBODY: Final[Known] = {}
_State = TypeVar("_State")


class Moment(NamedTuple):
    """How many rosters, catalogs of kingdoms, and catalogs of the lake were written before."""

    rosters: int
    catalogs: int
    lists: int = 0


START: Final = Moment(0, 0)


class States:
    """The catalogs and rosters of a lake, as they were written."""

    def __init__(self, runs: Mapping[str, Upload]) -> None:
        """Of no kingdom there is one yet; `runs` are all uploads, by run id, as they come."""
        self._runs = runs
        self._files: dict[str, Upload] = {}
        self._rosters: list[tuple[int, Known]] = []
        self._catalogs: list[tuple[int, Dated]] = []
        self._lists: list[Mapping[int, str]] = [{}]

    @property
    def moment(self) -> Moment:
        """How many there were so far."""
        return Moment(len(self._rosters), len(self._catalogs), len(self._lists) - 1)

    def watch_catalog(self, kingdom: int, dated: Dated) -> None:
        """Note which run each date has by a kingdom's catalog."""
        self._catalogs.append((kingdom, dated))

    def watch_list(self, latest: Mapping[int, str]) -> None:
        """Note the newest date of each kingdom by the lake's catalog."""
        self._lists.append(latest)

    def watch_roster(self, kingdom: int, body: bytes) -> str | None:
        """Note what a roster is made of.

        Returns:
            What is wrong with it.
        """
        made_of: dict[date, Upload] = {}
        for day, etag in take_apart(body).sources.items():
            upload = self._upload(etag)
            if upload is None or upload.partition != (kingdom, day):
                return f"the roster of {kingdom} is made of a file of {day} that no upload has"
            if upload.accepted:
                made_of[date.fromisoformat(day)] = upload
        self._rosters.append((kingdom, known_of(made_of)))
        return None

    def rosters(self, kingdom: int, since: Moment) -> list[Known]:
        """Who was in a kingdom's roster at any time since a moment; before the first one nobody."""
        return _since(self._rosters, kingdom, since.rosters) or [NOBODY]

    def has_roster(self, kingdom: int) -> bool:
        """Whether a roster of a kingdom was ever written; nothing deletes it."""
        return any(number == kingdom for number, _ in self._rosters)

    def catalogs(self, kingdom: int, since: Moment) -> list[Dated]:
        """Which runs a kingdom's catalog named at any time since a moment."""
        return _since(self._catalogs, kingdom, since.catalogs)

    def listed(self, kingdom: int, since: Moment) -> set[str | None]:
        """The newest dates that the lake's catalog had of a kingdom; None: it did not list it."""
        return {one.get(kingdom) for one in self._lists[since.lists :]}

    def listed_kingdoms(self, since: Moment) -> set[int]:
        """The kingdoms that the lake's catalog had at any time since a moment."""
        return {kingdom for one in self._lists[since.lists :] for kingdom in one}

    def listed_nothing(self, kingdom: int, since: Moment) -> bool:
        """Whether a kingdom's catalog listed no snapshot at any time since a moment."""
        before = any(one == kingdom for one, _ in self._catalogs[: since.catalogs])
        return not before or not all(self.catalogs(kingdom, since))

    def _upload(self, etag: str) -> Upload | None:
        """The upload, or withdrawal, of a curated file."""
        if etag not in self._files:
            for one in self._runs.values():
                if one.is_event:
                    self._files[_etag(one)] = one
        return self._files.get(etag)


def known_of(made_of: Mapping[date, Upload]) -> Known:
    """Who is in a roster that is made of these uploads."""
    name = tuple(made_of[day].run_id for day in sorted(made_of))
    if name not in _known:
        _known[name] = oracle.known_of({day: rows_of(made_of[day]) for day in made_of})
    return _known[name]


def _since(written: list[tuple[int, _State]], kingdom: int, moment: int) -> list[_State]:
    before = [state for one, state in written[:moment] if one == kingdom]
    return [*before[-1:], *(state for one, state in written[moment:] if one == kingdom)]


def seen_before(known: Known, day: date) -> set[int]:
    """Who was in a snapshot before a date."""
    return {player for player, one in known.items() if one.member.first_seen < day}


_known: dict[tuple[str, ...], Known] = {}


def _etag(upload: Upload) -> str:
    if upload.run_id not in _etags:
        body = views_of(upload).curated
        _etags[upload.run_id] = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    return _etags[upload.run_id]


_etags: Final[dict[str, str]] = {}
