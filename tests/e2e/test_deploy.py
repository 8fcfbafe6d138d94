"""`make deploy` and `make destroy` against moto: what they make is read back and judged.

The real tools deploy the real package, from a copy of the project. One story is told once: deploy,
the same again from another machine, again with a change after a deployment that was not written
down and after the queue was deleted by hand, destroy, deploy again.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.aws import REGION
from tests.e2e.artefact import NEEDS_312
from tests.e2e.aws_state import AwsState
from tests.e2e.clone import Clone, Step
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.infra.support import ROOT
from tools.deploy.account import Account
from tools.deploy.project import render_policy
from tools.deploy.stage import Stage, read_config

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]

API, INGEST, SWEEP, TELL = (
    "leaderboard-api-dev",
    "leaderboard-api-dev-ingest_players",
    "leaderboard-api-dev-sweep_inbox",
    "leaderboard-api-dev-tell_uploader",
)
STATE_KEY = "deploy/dev.json"
SCAN_KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"

OLD_KEY = "curated/source=rok_players/kingdom=51/dt=2026-01-26/players.parquet"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Step]]:
    """Every step of the story, by name."""
    with MotoForChalice() as moto:
        clone = Clone(tmp_path_factory.mktemp("clone"), moto.url)
        steps = {"first": clone.run("dev", "--bucket", "my-kingdom-lake")}
        s3, sqs = clone.aws.of("s3"), clone.aws.of("sqs")
        s3.put_object(Bucket="my-kingdom-lake", Key=SCAN_KEY, Body=b"a scan")
        clone.forget()
        steps["again"] = clone.run("dev")
        clone.change()
        # As when the deployment before had ended just before it was written down.
        s3.delete_object(Bucket="my-kingdom-lake", Key=STATE_KEY)
        queue = sqs.get_queue_url(QueueName="leaderboard-api-dev-ingest-failures")["QueueUrl"]
        sqs.delete_queue(QueueUrl=queue)
        # As a version from before there was a catalog had left it.
        s3.put_object(Bucket="my-kingdom-lake", Key=OLD_KEY, Body=b"players")
        steps["changed"] = clone.run(
            *("dev", "--alarm-email", "someone@example.org"),
            *("--uploads-email", "officer@example.org"),
        )
        s3.delete_object(Bucket="my-kingdom-lake", Key=OLD_KEY)
        steps["domain alone"] = clone.run(
            *("dev", "--edge-domain", "boards.example.org"),
            *("--edge-certificate", "arn:aws:acm:us-east-1:111111111111:certificate/1-a"),
        )
        steps["told nobody"] = clone.run("dev", "--alarm-email", "none", "--budget", "5")
        steps["other bucket"] = clone.run("dev", "--bucket", "another-lake")
        steps["destroyed"] = clone.run("dev", "--destroy")
        steps["destroyed twice"] = clone.run("dev", "--destroy")
        steps["returned"] = clone.run("dev")
        steps["no credentials"] = clone.run("dev", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        steps["no region"] = clone.run("dev", AWS_REGION="")
        steps["no such stage"] = clone.run("prod")
        steps["nothing there"] = clone.run("dev", "--destroy", AWS_REGION="eu-west-1")
        for key in (STATE_KEY, SCAN_KEY):
            s3.delete_object(Bucket="my-kingdom-lake", Key=key)
        s3.delete_bucket(Bucket="my-kingdom-lake")
        steps["no bucket"] = clone.run("dev")
        steps["destroyed without"] = clone.run("dev", "--destroy")
        yield steps


@pytest.fixture(params=["first", "again", "changed", "returned"])
def up(request: pytest.FixtureRequest, story: dict[str, Step]) -> AwsState:
    """What is on AWS while the stage is up, at each time of the story."""
    step = story[request.param]
    assert step.code == 0, step.errors
    return step.aws


def arn(aws: AwsState, name: str) -> str:
    return str(aws.functions[name]["FunctionArn"])


class TestUp:
    """What is there after every deployment."""

    def test_four_functions_run_the_checked_package(self, up: AwsState) -> None:
        assert up.functions.keys() == {API, INGEST, SWEEP, TELL}
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        handlers = {
            API: "app.app",
            INGEST: "app.ingest_players",
            SWEEP: "app.sweep_inbox",
            TELL: "app.tell_uploader",
        }
        for name, function in up.functions.items():
            assert function["Runtime"] == version
            assert function["Handler"] == handlers[name]
            assert function["Architectures"] == ["x86_64"]
            assert function["CodeSize"] <= 33_554_432
            assert function.get("TracingConfig", {}).get("Mode", "PassThrough") == "PassThrough"
        assert len({function["CodeSha256"] for function in up.functions.values()}) == 1

    def test_they_have_the_memory_and_time_that_the_configuration_says(
        self, up: AwsState, story: dict[str, Step]
    ) -> None:
        wanted = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
        for short, settings in wanted["lambda_functions"].items():
            function = up.functions[API if short == "api_handler" else f"{API}-{short}"]
            changed = up is story["changed"].aws or up is story["returned"].aws
            memory = 1536 if changed and short == "sweep_inbox" else settings["lambda_memory_size"]
            assert function["MemorySize"] == memory
            assert function["Timeout"] == settings["lambda_timeout"]
            assert function["Reserved"] == settings.get("reserved_concurrency")

    def test_they_know_the_lake_and_nothing_secret(self, up: AwsState) -> None:
        for function in up.functions.values():
            variables = function["Environment"]["Variables"]
            assert variables["LAKE_URI"] == "s3://my-kingdom-lake"
            assert variables["ATHENA_DATABASE"] == "rok"
            assert variables["UPLOADS_TOPIC"].endswith(":leaderboard-api-dev-uploads")
            assert variables["QUERY_ENGINE"] in ("athena", "arrow")
            assert not [name for name in variables if re.search("KEY|SECRET|TOKEN", name)]

    def test_each_has_a_role_of_its_own_with_exactly_its_policy(self, up: AwsState) -> None:
        account = Account(boto3.Session(), arn(up, API).split(":")[4], "aws", REGION)
        stage = Stage.of(read_config(ROOT), "dev", account, "my-kingdom-lake")
        assert len(up.roles) == 4
        for short in ("api_handler", "ingest_players", "sweep_inbox", "tell_uploader"):
            role = up.functions[API if short == "api_handler" else f"{API}-{short}"]["Role"]
            policy = render_policy(ROOT / ".chalice" / f"policy-{short}.json", stage)
            assert ":role/leaderboard-api/dev/leaderboard-api-dev-" in role
            assert up.roles[role.rpartition("/")[2]] == {"rights": policy}

    @pytest.mark.parametrize(
        ("name", "filters"),
        [
            (INGEST, {"prefix": "inbox/"}),
            (TELL, {"prefix": "reports/", "suffix": ".json"}),
        ],
    )
    def test_an_upload_calls_ingestion_and_a_report_who_tells_of_it(
        self, up: AwsState, name: str, filters: dict[str, str]
    ) -> None:
        notifications = up.buckets["my-kingdom-lake"]["Notifications"]
        assert len(notifications) == 2
        (notification,) = (
            one for one in notifications if one["LambdaFunctionArn"] == arn(up, name)
        )
        assert notification["Events"] == ["s3:ObjectCreated:*"]
        rules = notification["Filter"]["Key"]["FilterRules"]
        assert {rule["Name"].lower(): rule["Value"] for rule in rules} == filters
        (statement,) = up.functions[name]["Policy"]
        assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
        assert "my-kingdom-lake" in json.dumps(statement["Condition"])

    @pytest.mark.parametrize(
        ("name", "own"), [(INGEST, "ingest-failures"), (TELL, "tell-failures")]
    )
    def test_what_fails_ends_in_the_function_s_dead_letter_queue(
        self, up: AwsState, name: str, own: str
    ) -> None:
        names = ["leaderboard-api-dev-ingest-failures", "leaderboard-api-dev-tell-failures"]
        assert sorted(up.queues) == names
        settings = up.functions[name]["Invoke"]
        assert settings["MaximumRetryAttempts"] == 2
        assert settings["MaximumEventAgeInSeconds"] == 21600
        queue = settings["DestinationConfig"]["OnFailure"]["Destination"]
        assert queue.endswith(f":leaderboard-api-dev-{own}")
        sending = [
            statement["Resource"]
            for statement in up.roles[up.functions[name]["Role"].rpartition("/")[2]]["rights"][
                "Statement"
            ]
            if statement["Action"] == "sqs:SendMessage"
        ]
        assert sending == [queue]
        assert up.functions[SWEEP]["Invoke"]["MaximumRetryAttempts"] == 0
        assert up.functions[API]["Invoke"] is None

    def test_the_sweep_runs_every_quarter_of_an_hour(self, up: AwsState) -> None:
        assert up.rules == {
            "leaderboard-api-dev-sweep_inbox-event": {
                "Schedule": "rate(15 minutes)",
                "Targets": [arn(up, SWEEP)],
            }
        }

    def test_there_is_one_regional_api_with_every_route(self, up: AwsState) -> None:
        from chalicelib.api.routes import all_operations

        (api,) = up.apis.values()
        assert api["name"] == "leaderboard-api-dev"
        assert api["endpointConfiguration"]["types"] == ["REGIONAL"]
        assert set(api["stages"]) == {"api"}
        paths = {operation.path for operation in all_operations()}
        # Where a path ends in a variable part, that part carries `.csv`.
        lists = {one.path for one in all_operations() if one.table and not one.path.endswith("}")}
        paths |= {f"{path}.csv" for path in lists} | {"/", "/docs", "/static/{name}"}
        routes = {path: {"GET", "OPTIONS"} for path in paths}
        assert {path: api["paths"].get(path) for path in routes} == routes
        assert set(api["paths"]) - routes.keys() <= {"/v1/more"}

    def test_logs_end_after_a_month(self, up: AwsState) -> None:
        assert up.logs == {f"/aws/lambda/{name}": 30 for name in (API, INGEST, SWEEP, TELL)}

    def test_both_stacks_are_complete_and_the_lake_is_the_only_bucket(self, up: AwsState) -> None:
        assert up.buckets.keys() == {"my-kingdom-lake"}
        assert up.stacks.keys() >= {"leaderboard-api-dev-data", "leaderboard-api-dev"}
        assert up.stacks["leaderboard-api-dev-data"].endswith("_COMPLETE")


def test_the_output_says_where_the_api_is_and_what_to_do_next(story: dict[str, Step]) -> None:
    step = story["first"]
    (api,) = step.aws.apis
    assert f"https://{api}.execute-api.{REGION}.amazonaws.com/api/v1/health" in step.said
    assert "aws s3 cp FILE s3://my-kingdom-lake/inbox/source=rok_players/" in step.said


def test_the_topic_of_uploads_is_there_until_the_stage_goes(story: dict[str, Step]) -> None:
    names = {"leaderboard-api-dev-alarms", "leaderboard-api-dev-uploads"}
    for step in ("first", "again", "changed", "returned"):
        assert set(story[step].aws.topics) == names
    assert story["destroyed"].aws.topics == []


def test_another_machine_deploys_the_same_stage_and_not_a_second_one(
    story: dict[str, Step],
) -> None:
    first, again = story["first"].aws, story["again"].aws
    assert again.functions[API]["Environment"]["Variables"]["QUERY_ENGINE"] == "athena"
    assert again.apis.keys() == first.apis.keys()
    assert again.functions[API]["CodeSha256"] == first.functions[API]["CodeSha256"]
    assert again.roles == first.roles


def test_a_change_arrives_and_the_url_stays(story: dict[str, Step]) -> None:
    before, after = story["again"].aws, story["changed"].aws
    assert after.apis.keys() == before.apis.keys()
    (api,) = after.apis.values()
    assert "/v1/more" in api["paths"]
    for name in (API, INGEST, SWEEP, TELL):
        assert after.functions[name]["CodeSha256"] != before.functions[name]["CodeSha256"]
        assert after.functions[name]["Environment"]["Variables"]["QUERY_ENGINE"] == "arrow"


@pytest.mark.parametrize("name", ["first", "again", "changed", "returned"])
def test_what_is_found_by_its_names_is_what_chalice_remembers(
    story: dict[str, Step], name: str
) -> None:
    step = story[name]
    assert step.remembered is not None
    assert len(step.found) == 8
    assert sorted(step.found, key=str) == sorted(step.remembered["resources"], key=str)


def test_a_queue_that_was_deleted_by_hand_is_there_again_and_the_user_is_told(
    story: dict[str, Step],
) -> None:
    told = [name for name, step in story.items() if "deleted by hand" in step.said]
    assert told == ["changed"]
    assert sorted(story["changed"].aws.queues) == sorted(story["again"].aws.queues)


def test_a_lake_with_snapshots_that_no_catalog_lists_is_told_in_a_line_and_no_other_one_is(
    story: dict[str, Step],
) -> None:
    command = "LAKE_URI=s3://my-kingdom-lake python -m chalicelib rebuild"
    told = [name for name, step in story.items() if "rebuil" in step.said]
    assert told == ["changed"]
    last = story["changed"].said.splitlines()[-1]
    assert "1 snapshot of 1 kingdom" in last
    assert last.endswith(command)


def test_destroying_leaves_the_data_and_says_so(story: dict[str, Step]) -> None:
    for name in ("destroyed", "destroyed twice"):
        step = story[name]
        assert step.code == 0, step.errors
        aws = step.aws
        made = (aws.functions, aws.roles, aws.rules, aws.apis, aws.queues)
        assert not any(made)
        assert (step.found, step.remembered) == ([], None)
        assert "leaderboard-api-dev" not in aws.stacks
        assert "leaderboard-api-dev-data" in aws.stacks
        assert aws.buckets["my-kingdom-lake"]["Keys"] == [SCAN_KEY]
        assert aws.buckets["my-kingdom-lake"]["Notifications"] == []
        assert "its data is not: the bucket my-kingdom-lake" in step.said


def test_a_stage_whose_bucket_was_deleted_by_hand_is_taken_down_too(
    story: dict[str, Step],
) -> None:
    step = story["destroyed without"]
    assert step.code == 0, step.errors
    aws = step.aws
    assert not any((aws.functions, aws.roles, aws.rules, aws.apis, aws.queues, step.found))
    assert "its bucket my-kingdom-lake was gone before" in step.said


def test_a_stage_that_returns_finds_its_data(story: dict[str, Step]) -> None:
    keys = story["returned"].aws.buckets["my-kingdom-lake"]["Keys"]
    assert keys == [STATE_KEY, SCAN_KEY]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("other bucket", "the stage dev has its data in the bucket my-kingdom-lake"),
        ("domain alone", "EDGE_DOMAIN is a name of CloudFront, which this stage has not"),
        ("told nobody", "BUDGET_USD=5 needs ALARM_EMAIL"),
        ("no credentials", "no AWS credentials are found; set AWS_PROFILE"),
        ("no region", "no AWS region is set; set AWS_REGION"),
        ("no such stage", "there is no stage 'prod' for AWS"),
        ("nothing there", "there is no stage dev in eu-west-1 to destroy"),
        ("no bucket", "the bucket my-kingdom-lake of the stack leaderboard-api-dev-data was del"),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(
    story: dict[str, Step], name: str, sentence: str
) -> None:
    step = story[name]
    assert step.code == 1
    assert step.errors.startswith(f"error: {sentence}")
    assert len(step.errors.splitlines()) == 1
    assert step.said == ""


def test_nothing_in_the_source_tree_is_changed_by_a_deployment(story: dict[str, Step]) -> None:
    del story
    done: Any = subprocess.run(
        ["git", "status", "--porcelain", "--", ".chalice"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "deployed" not in done.stdout
