"""What somebody deletes by hand is there again after a deployment, and keeps nothing from going."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.artefact import NEEDS_312
from tests.e2e.aws_state import AwsState, Clients
from tests.e2e.clone import Clone
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.e2e.stage_state import Facts, facts, is_gone, is_whole

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]

APP = "leaderboard-api-dev"
BUCKET = "my-kingdom-lake"
Deletion = Callable[[Clients], None]


def function(name: str) -> Deletion:
    """Delete a function."""
    return lambda aws: aws.of("lambda").delete_function(FunctionName=name)


def roles(*names: str) -> Deletion:
    """Delete the roles whose name has one of these words."""

    def delete(aws: Clients) -> None:
        iam = aws.of("iam")
        for role in (item["RoleName"] for item in iam.list_roles()["Roles"]):
            if any(name in role for name in names):
                iam.delete_role_policy(RoleName=role, PolicyName="rights")
                iam.delete_role(RoleName=role)

    return delete


def queue(aws: Clients) -> None:
    """Delete the dead-letter queues."""
    for name in ("ingest-failures", "tell-failures"):
        url = aws.of("sqs").get_queue_url(QueueName=f"{APP}-{name}")["QueueUrl"]
        aws.of("sqs").delete_queue(QueueUrl=url)


def api(aws: Clients) -> None:
    """Delete the API."""
    for item in aws.of("apigateway").get_rest_apis()["items"]:
        aws.of("apigateway").delete_rest_api(restApiId=item["id"])


def topic(aws: Clients) -> None:
    """Delete the topic that is told of uploads."""
    sns = aws.of("sns")
    for one in sns.list_topics()["Topics"]:
        if one["TopicArn"].endswith("-uploads"):
            sns.delete_topic(TopicArn=one["TopicArn"])


def events(aws: Clients) -> None:
    """Delete what calls the functions: the bucket's notification and the schedule."""
    s3, rules, name = aws.of("s3"), aws.of("events"), f"{APP}-sweep_inbox-event"
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})
    targets = rules.list_targets_by_rule(Rule=name)["Targets"]
    rules.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
    rules.delete_rule(Name=name)


DELETIONS: dict[str, tuple[Deletion, ...]] = {
    "ingestion": (function(f"{APP}-ingest_players"),),
    "who tells of uploads": (function(f"{APP}-tell_uploader"), topic),
    "the sweep and a role": (function(f"{APP}-sweep_inbox"), roles("IngestPlayersRole")),
    "the API's function and the queues": (function(APP), queue),
    "the API and all roles": (api, roles("Role")),
    "the events": (events,),
}


class Dev:
    """The stage `dev` of a clone."""

    def __init__(self, clone: Clone) -> None:
        self.aws = clone.aws
        self._clone = clone

    def run(self, *arguments: str) -> str:
        """Deploy, or what the arguments say; returns what was said."""
        done = self._clone.call("dev", "--bucket", BUCKET, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """The one sentence of what cannot be done."""
        done = self._clone.call("dev", "--bucket", BUCKET, *arguments)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        return done.stderr

    def facts(self) -> Facts:
        """What there is of the stage."""
        return facts(AwsState.read(self.aws), "dev")


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """A stage, up or down."""
    with MotoForChalice() as moto:
        clone = Clone(tmp_path_factory.mktemp("clone"), moto.url)
        clone.lighten()
        yield Dev(clone)


@pytest.fixture
def up(dev: Dev) -> Dev:
    """The stage, up."""
    if not is_whole(dev.facts()):
        dev.run()
    assert is_whole(dev.facts())
    return dev


@pytest.mark.parametrize("what", DELETIONS)
def test_what_is_gone_is_made_again_and_the_rest_stays(up: Dev, what: str) -> None:
    before = up.facts()
    for delete in DELETIONS[what]:
        delete(up.aws)
    assert not is_whole(up.facts())
    up.run()
    after = up.facts()
    assert is_whole(after)
    if what != "the API and all roles":
        assert after["apis"].keys() == before["apis"].keys()


@pytest.mark.parametrize("what", DELETIONS)
def test_what_is_gone_does_not_keep_the_stage_from_being_taken_down(up: Dev, what: str) -> None:
    for delete in DELETIONS[what]:
        delete(up.aws)
    up.run("--destroy")
    assert is_gone(up.facts())
    assert up.aws.of("iam").list_roles()["Roles"] == []
    assert AwsState.read(up.aws).buckets[BUCKET]["Notifications"] == []


def widen(aws: Clients) -> None:
    """Give roles rights that they should not have: changed, added, attached."""
    iam = aws.of("iam")
    wide_open = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [wide_open]})
    names = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    for word, name in (("SweepInbox", "rights"), ("ApiHandler", "more")):
        (role,) = (role for role in names if word in role)
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)
    (role,) = (role for role in names if "IngestPlayers" in role)
    wide = iam.create_policy(PolicyName="wide", PolicyDocument=policy)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=wide)


def forget_wide(aws: Clients) -> None:
    """Delete the policy that was attached; nobody has it any more."""
    (wide,) = aws.of("iam").list_policies(Scope="Local")["Policies"]
    aws.of("iam").delete_policy(PolicyArn=wide["Arn"])


def test_rights_that_somebody_changed_are_restored_and_the_user_is_told(up: Dev) -> None:
    before = up.facts()["roles"]
    widen(up.aws)
    told = "Changed by hand, and restored: the rights of api_handler, ingest_players, sweep_inbox"
    assert told in up.run()
    assert up.facts()["roles"] == before
    assert "by hand" not in up.run()
    forget_wide(up.aws)


def test_rights_that_somebody_changed_do_not_keep_the_stage_from_being_taken_down(up: Dev) -> None:
    widen(up.aws)
    up.run("--destroy")
    assert is_gone(up.facts())
    forget_wide(up.aws)


def test_without_the_stack_of_the_lake_the_stage_is_taken_down_and_the_lake_is_not_left_behind(
    up: Dev,
) -> None:
    stacks, s3 = up.aws.of("cloudformation"), up.aws.of("s3")
    # Moto does not know its protection.
    stacks.delete_stack(StackName=f"{APP}-data")
    s3.put_object(Bucket=BUCKET, Key="raw/a-scan", Body=b"a scan")
    said = up.run("--destroy")
    assert is_gone(up.facts())
    assert f"the bucket {BUCKET} stays as it is. Its stack\n{APP}-data was deleted by hand" in said
    assert s3.get_object(Bucket=BUCKET, Key="raw/a-scan")["Body"].read() == b"a scan"
    for key in AwsState.read(up.aws).buckets[BUCKET]["Keys"]:
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.delete_bucket(Bucket=BUCKET)
    assert "there is no stage dev" in up.refused("--destroy")


def test_a_second_api_of_the_stage_is_let_alone_until_the_stage_goes(up: Dev) -> None:
    gateway = up.aws.of("apigateway")
    (first,) = up.facts()["apis"]
    arn = up.facts()["functions"][APP]["FunctionArn"]
    path = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions"
    calls = {"type": "aws_proxy", "httpMethod": "POST", "uri": f"{path}/{arn}/invocations"}
    document = {
        "swagger": "2.0",
        "info": {"title": "leaderboard-api", "version": "1"},
        "paths": {"/x": {"get": {"responses": {}, "x-amazon-apigateway-integration": calls}}},
    }
    imported = {"parameters": {"endpointConfigurationTypes": "REGIONAL"}}
    second = gateway.import_rest_api(body=json.dumps(document), **imported)["id"]
    assert f"https://{first}.execute-api" in up.run()
    assert up.facts()["apis"].keys() == {first, second}
    up.run("--destroy")
    assert is_gone(up.facts())


class TestTwoFunctionsOnOneBucket:
    """S3 refuses every change while one of a bucket's destinations is gone."""

    def notify(self, up: Dev, *arns: str) -> None:
        """Have further functions called for reports."""
        s3 = up.aws.of("s3")
        found = s3.get_bucket_notification_configuration(Bucket=BUCKET)
        more = [
            {
                "LambdaFunctionArn": arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "reports/"}]}},
            }
            for arn in arns
        ]
        known = [
            item
            for item in found.get("LambdaFunctionConfigurations", [])
            if item["LambdaFunctionArn"] not in arns
        ]
        configuration = {"LambdaFunctionConfigurations": [*known, *more]}
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration=configuration
        )

    def make(self, up: Dev, name: str) -> str:
        """Make a function that the bucket may call."""
        client = up.aws.of("lambda")
        role = client.get_function_configuration(FunctionName=APP)["Role"]
        made: dict[str, Any] = client.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="x.y",
            Code={"ZipFile": b"x"},
        )
        client.add_permission(
            FunctionName=name,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{BUCKET}",
        )
        return str(made["FunctionArn"])

    def called(self, up: Dev) -> set[str]:
        """The names of the functions that the bucket calls."""
        listed = AwsState.read(up.aws).buckets[BUCKET]["Notifications"]
        return {item["LambdaFunctionArn"].rpartition(":")[2] for item in listed}

    @pytest.mark.parametrize("arguments", [(), ("--destroy",)])
    def test_one_of_ours_that_is_gone_is_taken_out_and_a_strangers_stays(
        self, up: Dev, arguments: tuple[str, ...]
    ) -> None:
        ours, theirs = f"{APP}-of_another_version", "somebody-elses"
        self.notify(up, self.make(up, ours), self.make(up, theirs))
        up.aws.of("lambda").delete_function(FunctionName=ours)
        own = {f"{APP}-ingest_players", f"{APP}-tell_uploader"}
        assert self.called(up) == {*own, ours, theirs}
        up.run(*arguments)
        assert self.called(up) == {theirs} | (set() if arguments else own)
        up.aws.of("s3").put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={}
        )
        up.aws.of("lambda").delete_function(FunctionName=theirs)
