"""Tells of uploads by their reports: first the topic, then the chat of the kingdom."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from chalicelib.changes.words.happened import CHAT
from chalicelib.config import Settings
from chalicelib.errors import ConfigError, ObjectNotFoundError, StoreError
from chalicelib.ingest.answer.since import told_since
from chalicelib.lake.reports.stored import DamagedReportError, StoredReport, parse_report
from chalicelib.lake.store import Store
from chalicelib.logs import log_event
from chalicelib.telling import webhooks
from chalicelib.telling.addresses import Addresses
from chalicelib.telling.faults import NotToldError, TellingError
from chalicelib.telling.message import Message, compose, shown_name
from chalicelib.telling.standing import standing_of
from chalicelib.telling.topic import Topic

MAX_REPORT_BYTES: Final = 16 * 1024 * 1024
"""A report with 2,000 findings has a tenth of this."""

RESERVE_SECONDS: Final = 3.0
"""What is left of the function's time for its log and its answer."""

REMEMBERED: Final = 1000
"""So many tellings are known again when Lambda calls again."""

_log = logging.getLogger(__name__)


class Told(NamedTuple):
    """What a call came to.

    Attributes:
        reports: how many reports were told of.
        passed_over: how many objects were no reports that can be believed, or are gone.
    """

    reports: int
    passed_over: int


class _Mark(NamedTuple):
    """That somebody was told of an upload, in a call for an event."""

    request: str | None
    run_id: str
    who: str


class Teller:
    """Tells of a lake's uploads."""

    def __init__(self, store: Store, topic: Topic | None, addresses: Addresses) -> None:
        """Take the lake, the topic (None: no topic), and the chats' addresses."""
        self._store = store
        self._topic = topic
        self._addresses = addresses
        self._done: dict[_Mark, None] = {}

    def tell(
        self,
        keys: Iterable[str],
        seconds_left: Callable[[], float],
        request: str | None = None,
    ) -> Told:
        """Tell of each report; of one that was told of before, again.

        Args:
            keys: the reports'.
            seconds_left: how long this may take.
            request: by which another call for the same event is known. Whom this very process has
                told then is not told again, so that a dead chat does not triple all mails.

        Raises:
            NotToldError: somebody was not told. All others were.
        """
        counts = {True: 0, False: 0}
        faults: list[str] = []
        for key in keys:
            try:
                report = self._report(key)
            except StoreError as error:
                faults.append(str(error))
                continue
            counts[report is not None] += 1
            if report is not None:
                faults += self._tell(report, seconds_left, request)
        if faults:
            raise NotToldError("; ".join(faults))
        return Told(reports=counts[True], passed_over=counts[False])

    def _report(self, key: str) -> StoredReport | None:
        """The report at a key; None where there is none that can be believed."""
        try:
            with self._store.open(key, length=MAX_REPORT_BYTES) as reader:
                if reader.info.size > MAX_REPORT_BYTES:
                    raise DamagedReportError(key, f"it has {reader.info.size:,} bytes")
                return parse_report(key, reader.read())
        except (ObjectNotFoundError, DamagedReportError) as error:
            fields = {"key": key, "message": str(error)}
            log_event(_log, "report_not_told", fields, logging.WARNING)
            return None

    def _tell(
        self, report: StoredReport, seconds_left: Callable[[], float], request: str | None
    ) -> list[str]:
        """Tell of a report; what failed, one text each."""
        standing = standing_of(self._store, report)
        is_shown = standing is not None and standing.shown == "this"
        since = told_since(self._store, report.report, CHAT, shown_name) if is_shown else ()
        message = compose(report, standing, since)
        kingdom = report.report.get("kingdom")
        calls: dict[str, Callable[[], tuple[str, str]]] = {
            "topic": lambda: self._publish(message),
            "chat": lambda: self._post(message, kingdom, lambda: seconds_left() - RESERVE_SECONDS),
        }
        outcomes = {
            name: self._once(_Mark(request, message.run_id, name), call)
            for name, call in calls.items()
        }
        failed = {
            name: reason for name, (verdict, reason) in outcomes.items() if verdict == "failed"
        }
        fields: dict[str, Any] = {
            "run_id": message.run_id,
            "key": report.key,
            "verdict": message.status,
            **{name: verdict for name, (verdict, _) in outcomes.items()},
            **{f"{name}_said": reason for name, (_, reason) in outcomes.items() if reason},
        }
        level = logging.ERROR if any(reason for _, reason in outcomes.values()) else logging.INFO
        log_event(_log, "uploader_not_told" if failed else "uploader_told", fields, level)
        return [f"{message.run_id}, {name}: {reason}" for name, reason in failed.items()]

    def _once(self, mark: _Mark, call: Callable[[], tuple[str, str]]) -> tuple[str, str]:
        """What a call comes to, unless it was done for the same request."""
        if mark in self._done:
            return "told_before", ""
        outcome = call()
        if outcome[0] == "told" and mark.request is not None:
            self._done[mark] = None
            if len(self._done) > REMEMBERED:
                del self._done[next(iter(self._done))]
        return outcome

    def _publish(self, message: Message) -> tuple[str, str]:
        """How the topic took the message, and why not."""
        if self._topic is None:
            return "none", ""
        try:
            self._topic.publish(message)
        except (TellingError, ConfigError) as error:
            return "failed", str(error)
        return "told", ""

    def _post(
        self, message: Message, kingdom: int | None, seconds_left: Callable[[], float]
    ) -> tuple[str, str]:
        """How the kingdom's chat took the message, and why not."""
        try:
            address = self._addresses.of(kingdom)
        except (TellingError, ConfigError) as error:
            return "failed", str(error)
        return ("none", "") if address is None else webhooks.post(address, message, seconds_left)


def open_teller(settings: Settings, store: Store) -> Teller:
    """The teller of a stage, for all events: it keeps its connections and the addresses.

    Args:
        settings: the stage's.
        store: the lake.
    """
    topic = settings.uploads_topic
    return Teller(
        store,
        None if topic is None else Topic(topic),
        Addresses(settings.uploads_chats, settings.uploads_parameter),
    )
