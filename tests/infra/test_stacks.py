"""Stacks become what their template says, from whatever state they are in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.infra.support import ROOT, account
from tools.deploy import stacks as module
from tools.deploy.errors import DeployError
from tools.deploy.stacks import Stacks, Template

pytestmark = pytest.mark.slow

TEMPLATE = Template("a-stack", "data.yaml", {"Stage": "dev", "New": None}, protected=True)
MOMENT = "2026-01-26T00:00:00Z"


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> Stacks:
    """Stacks that wait for nothing."""
    monkeypatch.setattr(module, "WAIT", {"Delay": 0, "MaxAttempts": 3})
    return Stacks(account(), ROOT)


@pytest.fixture
def aws(stacks: Stacks) -> Iterator[Stubber]:
    """What AWS answers, in order; all of it must be asked for."""
    with Stubber(stacks._client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def there_is(aws: Stubber, status: str | None, **more: Any) -> None:
    """The next question is what the stack is like."""
    if status is None:
        aws.add_client_error("describe_stacks", "ValidationError", "Stack a-stack does not exist")
        return
    stack = {"StackName": "a-stack", "CreationTime": MOMENT, "StackStatus": status, **more}
    aws.add_response("describe_stacks", {"Stacks": [stack]})


def request(**parameters: str) -> dict[str, Any]:
    """What a change of the stack must ask for."""
    return {
        "StackName": "a-stack",
        "TemplateBody": (ROOT / "infra" / "data.yaml").read_text("utf-8"),
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }


def test_a_stack_that_is_not_there_is_created(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, None)
    wanted = {**request(Stage="dev"), "EnableTerminationProtection": True}
    aws.add_response("create_stack", {"StackId": "x"}, wanted)
    there_is(aws, "CREATE_IN_PROGRESS")
    there_is(aws, "CREATE_COMPLETE")
    assert stacks.apply(TEMPLATE) is True


def test_a_stack_that_is_there_is_updated_and_keeps_what_is_not_given(
    stacks: Stacks, aws: Stubber
) -> None:
    parameters = [{"ParameterKey": "New", "ParameterValue": "kept"}]
    there_is(aws, "UPDATE_ROLLBACK_COMPLETE", Parameters=parameters)
    aws.add_response("update_stack", {"StackId": "x"}, request(Stage="dev", New="kept"))
    there_is(aws, "UPDATE_COMPLETE")
    assert stacks.apply(TEMPLATE) is True


def test_what_is_protected_is_protected_again_as_after_an_import(
    stacks: Stacks, aws: Stubber
) -> None:
    there_is(aws, "IMPORT_COMPLETE", EnableTerminationProtection=False)
    aws.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    wanted = {"StackName": "a-stack", "EnableTerminationProtection": True}
    aws.add_response("update_termination_protection", {}, wanted)
    assert stacks.apply(TEMPLATE) is False


def test_a_parameter_that_the_stack_does_not_have_yet_gets_its_default(
    stacks: Stacks, aws: Stubber
) -> None:
    there_is(aws, "CREATE_COMPLETE")
    aws.add_response("update_stack", {"StackId": "x"}, request(Stage="dev"))
    there_is(aws, "UPDATE_COMPLETE")
    assert stacks.apply(TEMPLATE) is True


def test_nothing_to_change_is_fine(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, "UPDATE_COMPLETE")
    aws.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    assert stacks.apply(TEMPLATE) is False


def test_what_a_failed_creation_left_is_cleared_away_first(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, "ROLLBACK_COMPLETE", EnableTerminationProtection=True)
    aws.add_response("update_termination_protection", {})
    aws.add_response("delete_stack", {})
    there_is(aws, None)
    aws.add_response("create_stack", {"StackId": "x"})
    there_is(aws, "CREATE_COMPLETE")
    assert stacks.apply(TEMPLATE) is True


def test_a_stack_that_is_being_changed_is_waited_for(
    stacks: Stacks, aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    there_is(aws, "UPDATE_IN_PROGRESS")
    there_is(aws, "UPDATE_IN_PROGRESS")
    there_is(aws, "UPDATE_COMPLETE")
    aws.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    assert stacks.apply(TEMPLATE) is False
    said = capsys.readouterr().out
    assert said == "Stack a-stack: UPDATE_IN_PROGRESS, waiting for its end\n"


def test_a_stack_that_is_changed_without_end_is_left_alone(stacks: Stacks, aws: Stubber) -> None:
    for _ in range(3):
        there_is(aws, "DELETE_IN_PROGRESS")
    with pytest.raises(DeployError, match="being changed all the time"):
        stacks.apply(TEMPLATE)


def test_a_template_has_the_policies_that_it_is_given_and_denies_all_without(
    tmp_path: Path,
) -> None:
    denied = 'PolicyDocument: {Statement: [{Effect: Deny, Action: "*"}]} # '
    (tmp_path / "x.yaml").write_text(f"a:\n  {denied}one\nb:\n  {denied}two\n")
    one = {"Statement": [{"Resource": r"\1 ${x}"}]}
    body = Template("s", "x.yaml", {}, policies={"one": one}).body(tmp_path)
    first, second = body.splitlines()[1::2]
    assert json.loads(first.partition(": ")[2]) == one
    assert second == f"  {denied}two"


def test_a_resource_and_an_output_can_be_left_out(tmp_path: Path) -> None:
    resources = "Resources:\n  A:\n    Type: x\n\n  AB:\n    Type: y\n"
    (tmp_path / "x.yaml").write_text(f"{resources}Outputs:\n  AArn:\n    Value: !Ref A\n")
    body = Template("s", "x.yaml", {}, without=("A", "AArn")).body(tmp_path)
    assert body == "Resources:\n  AB:\n    Type: y\nOutputs:\n"


def test_resources_are_known_by_their_names_on_aws(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, "UPDATE_COMPLETE")
    kept = {"ResourceType": "AWS::IAM::Role", "Timestamp": MOMENT}
    resources = [
        {**kept, "LogicalResourceId": "A", "PhysicalResourceId": "a", "ResourceStatus": "X"},
        {**kept, "LogicalResourceId": "B", "ResourceStatus": "CREATE_FAILED"},
        {
            **kept,
            "LogicalResourceId": "C",
            "PhysicalResourceId": "c",
            "ResourceStatus": "DELETE_COMPLETE",
        },
    ]
    aws.add_response("describe_stack_resources", {"StackResources": resources})
    there_is(aws, None)
    assert [stacks.resources("a-stack"), stacks.resources("a-stack")] == [{"A": "a"}, {}]


def test_a_failure_is_told_with_its_first_cause(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, None)
    aws.add_response("create_stack", {"StackId": "x"})
    there_is(aws, "ROLLBACK_COMPLETE")
    events = [
        ("a-stack", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
        ("BucketPolicy", "CREATE_FAILED", "Resource creation cancelled"),
        ("Bucket", "CREATE_FAILED", "my-lake already\n exists"),
        ("a-stack", "CREATE_IN_PROGRESS", "User Initiated"),
        ("Old", "CREATE_FAILED", "of another day"),
    ]
    listed = [
        {
            "StackId": "x",
            "EventId": str(number),
            "StackName": "a-stack",
            "Timestamp": MOMENT,
            "LogicalResourceId": resource,
            "ResourceStatus": status,
            "ResourceStatusReason": why,
        }
        for number, (resource, status, why) in enumerate(events)
    ]
    aws.add_response("describe_stack_events", {"StackEvents": listed})
    with pytest.raises(DeployError, match=r"made so: Bucket: my-lake already exists$"):
        stacks.apply(TEMPLATE)


def test_outputs_are_found_and_a_stack_that_never_was_has_none(
    stacks: Stacks, aws: Stubber
) -> None:
    outputs = [{"OutputKey": "BucketName", "OutputValue": "the-lake"}]
    there_is(aws, "CREATE_COMPLETE", Outputs=outputs)
    there_is(aws, "ROLLBACK_COMPLETE", Outputs=outputs)
    there_is(aws, None)
    found = [stacks.output("a-stack", "BucketName") for _ in range(3)]
    assert found == ["the-lake", None, None]


def test_deleting_what_is_not_there_is_fine(stacks: Stacks, aws: Stubber) -> None:
    there_is(aws, None)
    assert stacks.delete("a-stack") is False
