"""Schemathesis against the running API, from its own document, in all phases, with every check."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.engine import events, from_schema

from chalicelib.lake.directory.store import DirectoryStore
from tests.api.lake import publish
from tests.api.support import Api
from tests.api.wsgi import application
from tests.engines.support import player
from tests.fuzz.hostile import NAMES

pytestmark = pytest.mark.slow

EXAMPLES = 20


class Run:
    """What came of running every phase.

    Attributes:
        checks: how often each check was made.
        statuses: how often each status came.
        failed: what failed.
    """

    def __init__(self, schema: Any) -> None:
        self.checks: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.failed: list[str] = []
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                self.failed.append(f"{event.label}: {event.value!r}")
            elif isinstance(event, events.FatalError):
                self.failed.append(repr(event.exception))
            elif isinstance(event, events.ScenarioFinished):
                self._take(event.recorder)

    def _take(self, recorder: Any) -> None:
        for check in (one for checks in recorder.checks.values() for one in checks):
            self.checks[check.name] += 1
            if check.failure_info is not None:
                self.failed.append(f"{recorder.label}: {check.failure_info.failure}")
        answers = [one.response for one in recorder.interactions.values()]
        self.statuses.update(answer.status_code for answer in answers if answer is not None)


@pytest.mark.usefixtures("engine_name")
def test_no_answer_differs_from_the_document(directory_store: DirectoryStore, api: Api) -> None:
    players = [player(at, name=name) for at, name in enumerate(NAMES.values(), start=1)]
    publish(directory_store, players)
    config = schemathesis.Config(seed=1)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", application, config=config)
    schema.config.update(base_url="http://127.0.0.1")
    schema.config.generation.update(max_examples=EXAMPLES)
    done = Run(schema)
    assert done.failed == []
    assert done.checks.keys() >= {*CHECKS.get_all_names()}
    assert {200, 304, 400, 404, 405, 409} <= done.statuses.keys()
