"""Schemathesis against the running API, from its own document, in all phases, with every check."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.api.between_lake import publish_all
from tests.api.support import Api
from tests.api.wsgi import application
from tests.engines.support import player
from tests.fuzz.hostile import NAMES

pytestmark = pytest.mark.slow

EXAMPLES = 20
TOGETHER = (
    "cannot be given together",
    "is given without",
    "give just one of",
    "weights are for the metric dkp",
    "does not have of any player",
    "does not know of anybody",
    "must be before",
    "twice; give it once",
    # Its stateful phase makes texts that do not match the pattern (NUL), and calls them valid.
    "must be text that a scan may have",
)
"""What a request is told whose parameters fit one by one."""


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
        from schemathesis.engine import events, from_schema

        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError):
                self.failed.append(f"{event.label}: {event.value!r}")
            elif isinstance(event, events.FatalError):
                self.failed.append(repr(event.exception))
            elif isinstance(event, events.ScenarioFinished):
                self._take(event.recorder)

    def _take(self, recorder: Any) -> None:
        for case, checks in recorder.checks.items():
            for check in checks:
                self.checks[check.name] += 1
                if check.failure_info is not None and not _contradicts(check, recorder, case):
                    failure = check.failure_info.failure
                    self.failed.append(f"{recorder.label}: {failure} {_answer(recorder, case)}")
        answers = [one.response for one in recorder.interactions.values()]
        self.statuses.update(answer.status_code for answer in answers if answer is not None)


def _contradicts(check: Any, recorder: Any, case: str) -> bool:
    """Whether each parameter fits, but not beside another, or not beside the lake's dates."""
    return check.name == "positive_data_acceptance" and any(
        words in _answer(recorder, case) for words in TOGETHER
    )


def _answer(recorder: Any, case: str) -> str:
    response = recorder.interactions[case].response
    return "" if response is None else response.content.decode()


@pytest.mark.parametrize(
    "engine_name", [pytest.param("arrow", marks=pytest.mark.long), "boards"], indirect=True
)
@pytest.mark.usefixtures("engine_name")
def test_no_answer_differs_from_the_document(directory_store: DirectoryStore, api: Api) -> None:
    players = [player(at, name=name) for at, name in enumerate(NAMES.values(), start=1)]
    publish_all(directory_store, players, date(2026, 1, 19))
    publish_all(directory_store, players)
    import schemathesis
    from schemathesis.checks import CHECKS

    config = schemathesis.Config(seed=1)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", application, config=config)
    schema.config.update(base_url="http://127.0.0.1")
    schema.config.generation.update(max_examples=EXAMPLES)
    done = Run(schema)
    assert done.failed == []
    assert done.checks.keys() >= {*CHECKS.get_all_names()}
    assert {200, 304, 400, 404, 405, 409} <= done.statuses.keys()
