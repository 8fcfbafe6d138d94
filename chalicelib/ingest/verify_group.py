"""Verify one group of targets: what each should be, and what is there (contract, section 6)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from chalicelib.boards.snapshot import RULES
from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.target_groups import OTHER_WRITER, Remark, TargetGroup, stays
from chalicelib.ingest.verify_uploads import verify_uploads
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import ARCHIVES, RAW, WITHDRAWN
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.views.making.make_snapshot import ArchivedSnapshots, OlderRulesError
from chalicelib.views.making.same_rows import has_same_rows, made_by_older_rules
from chalicelib.views.reconcile import MAX_SWAPS, differs
from chalicelib.views.registry import folders
from chalicelib.views.view import (
    Body,
    Current,
    NotMadeError,
    Sources,
    Target,
    View,
    ViewWithParts,
)

_OTHER_WRITER: Final = (
    "was written by another version of the Parquet writer and holds the same rows: `rebuild` "
    "brings it up to date"
)
_NO_KINGDOM: Final = (
    "is of a kingdom that is not in the lake: `rebuild --engine dynamodb` empties it"
)
_OLDER_RULES: Final = "was made by rules {}, today's are {}: `rebuild` brings it up to date"


class Seen(NamedTuple):
    """What was found so far.

    Attributes:
        expected: the keys of all targets that there must be.
        wrong: the targets that are wrong: those of one kingdom while it is verified, of all when
            the lake's are.
    """

    expected: set[str]
    wrong: set[str]


class Verification:
    """The verification of one group of targets."""

    def __init__(self, store: Store, settings: Settings, group: TargetGroup, seen: Seen) -> None:
        """Verify nothing yet.

        Args:
            store: the lake.
            settings: for `DKP_WEIGHTS`.
            group: the targets.
            seen: what was found before; receives the keys that are expected.
        """
        self._store = store
        self._group = group
        self._settings = settings
        self._maker = ArchivedSnapshots(store, settings)
        self._expected, self._wrong = seen
        kingdom, day = group.kingdom, group.day
        self._path: str | None = None
        if kingdom is not None and day is not None:
            self._path = Partition(kingdom, day).path
        self._remarks: list[Remark] = []

    @property
    def run(self) -> Run | None:
        """The run that the date's views are made of, once it is verified."""
        return self._maker.run

    def remarks(self) -> list[Remark]:
        """What is to be said of the group's objects; may be called again."""
        self._remarks = []
        path = self._path
        if path is not None:
            self._remarks += verify_uploads(self._store, self._settings, path)
        with self._maker:
            for view, target in self._group.targets:
                self._verify(view, target)
        if path is not None:
            self._remarks += self._extra(path)
        return self._remarks

    def _verify(self, view: View, target: Target) -> None:
        try:
            remarks = self._problems(view, target)
        except OlderRulesError as error:
            self._expected.add(target.key)
            self._remarks.append(stays(self._store, target, error))
        except NotMadeError as error:
            self._expected.add(target.key)
            if not self._is_named_elsewhere(error.key):
                self._remarks.append(Remark(error.key, str(error)))
        else:
            self._remarks += remarks

    def _problems(self, view: View, target: Target) -> list[Remark]:
        """How a target differs from what it should be; repeated while others change it."""
        for _ in range(MAX_SWAPS):
            current = Current(self._store, self._store.head(target.key))
            try:
                # Blank: no part of the target is reused, they are to be verified.
                sources = view.look(self._store, target)
                if self._are_unproven(sources):
                    self._expected.add(target.key)
                    return []
                body = view.make(self._store, target, sources, current.blank(), self._maker)
                if body is None:
                    if self._has_lost_source():
                        self._expected.add(target.key)
                    return []
                self._expected.add(target.key)
                found = self._difference(view, target, sources, current, body)
                if isinstance(view, ViewWithParts):
                    return self._with_parts(view, target, sources, body, found)
                return [found] if found else []
            except (PreconditionFailedError, ObjectNotFoundError):
                continue
        raise StoreUnavailableError(f"{target.key} is replaced all the time")

    def _difference(
        self, view: View, target: Target, sources: Sources, current: Current, body: Body
    ) -> Remark | None:
        """How a target differs from the bytes that are made of its sources."""
        key = target.key
        if current.info is None:
            return Remark(key, f"{key} is missing")
        if not differs(self._store, view, current, body):
            return None
        if has_same_rows(current.body(), body):
            return Remark(key, f"{key} {_OTHER_WRITER}", OTHER_WRITER)
        rules = made_by_older_rules(current.body(), body, target)
        if rules is not None:
            return Remark(key, f"{key} {_OLDER_RULES.format(rules, RULES)}", OTHER_WRITER)
        if self._is_explained(sources) and view.is_sound(current.body(), target):
            return None
        return Remark(key, f"{key} differs")

    def _with_parts(
        self,
        view: ViewWithParts,
        target: Target,
        sources: Sources,
        body: Body,
        found: Remark | None,
    ) -> list[Remark]:
        """What is wrong with a target that has parts; they are looked at if it is right itself."""
        if found is None:
            wrong = view.wrong_parts(self._store, target, sources, body)
            return [Remark(key, text) for key, text in wrong]
        if not sources:
            return [Remark(target.key, f"{target.key} {_NO_KINGDOM}")]
        return [found]

    def _is_named_elsewhere(self, key: str) -> bool:
        """Whether a damaged object is named by its own group, or is a stray of this one."""
        is_of_date = self._path is not None and f"/{self._path}/" in key
        is_stray = is_of_date and key not in self._expected and _top(key) in folders()
        return key in self._wrong or is_stray

    def _are_unproven(self, sources: Sources) -> bool:
        """Whether a date's newest event is itself in question: bytes that no report is about."""
        named = {remark.key for remark in self._remarks}
        return any(source.key in named for source in sources if source.key.startswith(ARCHIVES))

    def _is_explained(self, sources: Sources) -> bool:
        """Whether what a target is made of is wrong, or lacking, so that it must differ."""
        wrong = {*self._wrong, *(remark.key for remark in self._remarks)}
        tops = {_top(source.key) for source in sources} or set(folders())
        return any(_top(key) in tops for key in wrong)

    def _has_lost_source(self) -> bool:
        """Whether what the date's targets are made of is named already: then they are no strays."""
        return any(
            remark.key.startswith((RAW, WITHDRAWN)) or remark.key in self._expected
            for remark in self._remarks
        )

    def _extra(self, path: str) -> Iterator[Remark]:
        """Objects in a snapshot's folders that do not belong there."""
        named = {remark.key for remark in self._remarks}
        for folder in folders():
            for info in self._store.list_objects(f"{folder}/{path}/"):
                if info.key not in self._expected and info.key not in named:
                    yield Remark(info.key, f"{info.key} is not made of any upload")


def _top(key: str) -> str:
    return key.partition("/")[0]
