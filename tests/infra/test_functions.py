"""What is set on functions beside chalice, and how chalice's own failures are told."""

from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from tests.infra.support import REGION, stage
from tools.deploy import functions
from tools.deploy.account import Account
from tools.deploy.chalice import reason
from tools.deploy.errors import DeployError, while_doing
from tools.deploy.stage import INGEST, TELL, Stage

QUEUE = "arn:aws:sqs:eu-central-1:1:failures"
TOLD_QUEUE = "arn:aws:sqs:eu-central-1:1:tell-failures"
QUEUES = {INGEST: QUEUE, TELL: TOLD_QUEUE}
NAMES = ("-sweep_inbox", "-ingest_players", "-tell_uploader", "")


class OneClient:
    """A session that has one client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _service: str) -> Any:
        return self._client


@pytest.fixture
def client() -> Any:
    return boto3.client("lambda", region_name=REGION)


@pytest.fixture
def dev(client: Any, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage `dev`, whose only client is that one."""
    made = stage()
    session: Any = OneClient(client)
    account = Account(session, made.account.number, "aws", REGION)
    return Stage(made.name, account, made.bucket, "", made.environment, made.config)


@pytest.mark.parametrize(
    ("unreserved", "had", "places"),
    [
        (1000, (0, 0, 0, 0), (1, 5, 2, 50)),
        (158, (0, 0, 0, 0), (1, 5, 2, 50)),
        # What cannot be two at once comes first, and what must not take the whole capacity.
        (157, (0, 0, 0, 0), (1, 5, 2, 0)),
        (107, (0, 0, 0, 0), (1, 5, 0, 0)),
        (105, (0, 0, 0, 0), (1, 0, 2, 0)),
        (100, (0, 0, 0, 0), (0, 0, 0, 0)),
        (10, (0, 0, 0, 0), (0, 0, 0, 0)),
        # What works is never lost by an update, whatever others have reserved meanwhile.
        (100, (1, 5, 2, 50), (1, 5, 2, 50)),
        (99, (1, 5, 2, 50), (1, 5, 2, 50)),
        (100, (0, 0, 0, 50), (0, 0, 0, 50)),
        (103, (0, 2, 0, 0), (1, 2, 2, 0)),
        (106, (0, 2, 2, 40), (1, 5, 2, 40)),
        (100, (1, 9, 3, 60), (1, 5, 2, 50)),
    ],
)
def test_concurrency_is_reserved_as_far_as_the_account_has_it(
    dev: Stage,
    client: Any,
    unreserved: int,
    had: tuple[int, int, int, int],
    places: tuple[int, int, int, int],
) -> None:
    limit = {"UnreservedConcurrentExecutions": unreserved, "ConcurrentExecutions": 1000}
    with Stubber(client) as aws:
        aws.add_response("get_account_settings", {"AccountLimit": limit})
        for name, reserved in zip(NAMES, had, strict=True):
            asked = {"FunctionName": f"leaderboard-api-dev{name}"}
            if reserved:
                answer = {"ReservedConcurrentExecutions": reserved}
                aws.add_response("get_function_concurrency", answer, asked)
            else:
                aws.add_client_error(
                    "get_function_concurrency", "ResourceNotFoundException", expected_params=asked
                )
        found = functions.reservable(dev)
    order = ("sweep_inbox", "ingest_players", "tell_uploader", "api_handler")
    assert tuple(found.places.get(name, 0) for name in order) == places
    assert 0 not in found.places.values()
    wanted = (1, 5, 2, 50)
    assert (found.note is None) is (places == wanted)
    for name, got, of in zip(order, places, wanted, strict=True):
        told = f"{name} has {got} of {of} places"
        assert (told in (found.note or "")) is (got != of)


def test_who_may_not_ask_for_the_limit_deploys_all_the_same(dev: Stage, client: Any) -> None:
    with Stubber(client) as aws:
        aws.add_client_error("get_account_settings", "AccessDeniedException")
        found = functions.reservable(dev)
    wanted = {"sweep_inbox": 1, "ingest_players": 5, "tell_uploader": 2, "api_handler": 50}
    assert found == (wanted, None)


def test_functions_that_are_still_being_changed_are_waited_for(
    dev: Stage, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "SETTLING", {"Delay": 0, "MaxAttempts": 3})

    def found(state: str, update: str) -> None:
        configuration = {"State": state, "LastUpdateStatus": update}
        aws.add_response("get_function", {"Configuration": configuration})

    with Stubber(client) as aws:
        for state in ("Pending", "Active"):
            found(state, "Successful")
        for update in ("InProgress", "Successful"):
            found("Active", update)
        found("Failed", "Failed")
        found("Failed", "Failed")
        for _ in range(4):
            aws.add_client_error("get_function", "ResourceNotFoundException", http_status_code=404)
        functions.wait_until_settled(dev)
        aws.assert_no_pending_responses()


def test_a_failed_upload_is_tried_again_and_then_kept_and_a_sweep_is_not(
    dev: Stage, client: Any
) -> None:
    ingest = {
        "FunctionName": "leaderboard-api-dev-ingest_players",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 21600,
        "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
    }
    tell = {
        "FunctionName": "leaderboard-api-dev-tell_uploader",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 21600,
        "DestinationConfig": {"OnFailure": {"Destination": TOLD_QUEUE}},
    }
    sweep = {
        "FunctionName": "leaderboard-api-dev-sweep_inbox",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": ANY,
    }
    with Stubber(client) as aws:
        aws.add_response("put_function_event_invoke_config", {}, ingest)
        aws.add_response("put_function_event_invoke_config", {}, tell)
        aws.add_response("put_function_event_invoke_config", {}, sweep)
        functions.set_failure_handling(dev, QUEUES)
        aws.assert_no_pending_responses()


def test_a_role_that_is_new_is_given_time(dev: Stage, client: Any) -> None:
    waits: list[float] = []
    refused = ("put_function_event_invoke_config", "InvalidParameterValueException")
    with Stubber(client) as aws:
        for _ in range(2):
            aws.add_client_error(*refused, "The function's execution role does not have…")
        for _ in range(3):
            aws.add_response("put_function_event_invoke_config", {})
        functions.set_failure_handling(dev, QUEUES, waits.append)
    assert waits == [2.0, 4.0]


def test_a_role_that_never_gets_the_right_is_an_error(dev: Stage, client: Any) -> None:
    refused = ("put_function_event_invoke_config", "InvalidParameterValueException")
    with Stubber(client) as aws:
        for _ in range(6):
            aws.add_client_error(*refused, "no right")
        with (
            pytest.raises(DeployError, match=r"finishing failed: .*no right"),
            while_doing("finishing"),
        ):
            functions.set_failure_handling(dev, QUEUES, lambda _: None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Traceback (most recent call last):\n  File\nValueError: no\n\n", "ValueError: no"),
        (
            "ERROR - While deploying,\nreceived:\n\n  Denied\n",
            "ERROR - While deploying, received: Denied",
        ),
        ("", ""),
    ],
)
def test_chalices_failure_is_one_sentence(said: str, told: str) -> None:
    assert reason(said) == told
