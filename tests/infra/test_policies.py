"""What the roles and the bucket refuse: a policy that is too wide is a fault too."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest
from chalice.cli.factory import CLIFactory

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition
from chalicelib.views import registry
from chalicelib.views.dated import DatedView
from chalicelib.views.registry import folders
from chalicelib.views.view import Body, SnapshotMaker
from tests.infra.iam import Call, Policy, is_allowed
from tests.infra.roles import as_role, bucket_policy, may, role_policy
from tests.infra.support import ACCOUNT, REGION, ROOT, lint, stage
from tools.deploy.stage import API, FUNCTIONS, INGEST, SWEEP, TELL

LAKE = "arn:aws:s3:::the-lake"
CREATING = {"s3:if-none-match": "*", "s3:ObjectCreationOperation": "true"}
REPLACING = {"s3:ObjectCreationOperation": "true"}
KEPT = ("raw", "rejected", "withdrawn", "reports")
ARCHIVE = ("inbox", *KEPT, "sweep")
LAKE_FOLDERS = (*ARCHIVE, *folders())


class TestWhatMustFail:
    """No function may do more than its code does."""

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize(
        "action",
        [
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:PutObjectAcl",
            "s3:BypassGovernanceRetention",
        ],
    )
    @pytest.mark.parametrize("view", [*LAKE_FOLDERS, "query-results", "deploy"])
    def test_no_function_deletes_anything(self, function: str, action: str, view: str) -> None:
        assert not may(function, Call(action, f"{LAKE}/{view}/x"))

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize(
        "action",
        [
            "s3:DeleteBucket",
            "s3:PutBucketPolicy",
            "s3:PutLifecycleConfiguration",
            "s3:PutBucketVersioning",
            "s3:PutBucketNotification",
            "s3:ListBucketVersions",
        ],
    )
    def test_no_function_changes_the_bucket(self, function: str, action: str) -> None:
        assert not may(function, Call(action, LAKE))

    @pytest.mark.parametrize("view", [*LAKE_FOLDERS, "deploy"])
    @pytest.mark.parametrize("context", [CREATING, REPLACING])
    def test_the_api_writes_nothing_but_query_results(
        self, view: str, context: dict[str, str]
    ) -> None:
        assert not may(API, Call("s3:PutObject", f"{LAKE}/{view}/x", context))
        assert may(API, Call("s3:PutObject", f"{LAKE}/query-results/x", REPLACING))

    @pytest.mark.parametrize("view", [*ARCHIVE, "deploy"])
    def test_the_api_reads_nothing_but_views(self, view: str) -> None:
        assert not may(API, Call("s3:GetObject", f"{LAKE}/{view}/x"))
        assert not may(API, Call("s3:ListBucket", LAKE, {"s3:prefix": f"{view}/"}))

    @pytest.mark.parametrize("function", [INGEST, SWEEP])
    @pytest.mark.parametrize("view", ["inbox", "query-results", "deploy"])
    def test_ingestion_never_writes_where_it_should_not(self, function: str, view: str) -> None:
        assert not may(function, Call("s3:PutObject", f"{LAKE}/{view}/x", CREATING))

    def test_the_sweep_alone_has_a_state(self) -> None:
        for context in (CREATING, REPLACING):
            call = Call("s3:PutObject", f"{LAKE}/sweep/state.json", context)
            assert [function for function in FUNCTIONS if may(function, call)] == [SWEEP]
        call = Call("s3:GetObject", f"{LAKE}/sweep/state.json")
        assert [function for function in FUNCTIONS if may(function, call)] == [SWEEP]

    @pytest.mark.parametrize("function", [INGEST, SWEEP])
    @pytest.mark.parametrize("view", KEPT)
    def test_what_is_kept_is_written_once(self, function: str, view: str) -> None:
        assert may(function, Call("s3:PutObject", f"{LAKE}/{view}/x", CREATING))
        assert not may(function, Call("s3:PutObject", f"{LAKE}/{view}/x", REPLACING))

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
    @pytest.mark.parametrize(
        "item",
        ["other/raw/x", "other/curated/x", "the-lake-2/curated/x", "the-lake/x", "the-lake/rawx/y"],
    )
    def test_no_function_touches_anything_else(self, function: str, action: str, item: str) -> None:
        assert not may(function, Call(action, f"arn:aws:s3:::{item}", CREATING))

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_nothing_beside_the_lake_below_a_prefix(self, function: str) -> None:
        for view in LAKE_FOLDERS:
            call = Call("s3:GetObject", f"{LAKE}/{view}/x")
            assert not may(function, call, key_prefix="lakes/one/")

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize("prefix", ["", "deploy/", "inbox", "r", "lakes/"])
    def test_a_listing_names_what_it_wants(self, function: str, prefix: str) -> None:
        assert not may(function, Call("s3:ListBucket", LAKE, {"s3:prefix": prefix}))

    @pytest.mark.parametrize("key_prefix", ["", "lakes/one/"])
    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_a_listing_without_a_prefix_is_refused(self, function: str, key_prefix: str) -> None:
        assert not may(function, Call("s3:ListBucket", LAKE), key_prefix=key_prefix)
        assert not may(function, Call("s3:ListBucket", LAKE, {"s3:delimiter": "/"}))

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_nobody_speaks_without_tls(self, function: str) -> None:
        plain = {"aws:SecureTransport": "false"}
        for view in LAKE_FOLDERS:
            assert not may(function, Call("s3:GetObject", f"{LAKE}/{view}/x", plain))

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_a_function_writes_its_own_log_only(self, function: str) -> None:
        logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda"
        own = stage().function(function)
        for name in map(stage().function, FUNCTIONS):
            call = Call("logs:PutLogEvents", f"{logs}/{name}:log-stream:x")
            assert may(function, call) is (name == own)

    def test_only_the_api_queries_and_only_its_own_table(self) -> None:
        start = "athena:StartQueryExecution"
        athena = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup"
        glue = f"arn:aws:glue:{REGION}:{ACCOUNT}"
        assert may(API, Call(start, f"{athena}/rok"))
        assert may(API, Call("glue:GetTable", f"{glue}:table/rok/rok_players"))
        for function in (INGEST, SWEEP, TELL):
            assert not may(function, Call(start, f"{athena}/rok"))
        assert not may(API, Call(start, f"{athena}/primary"))
        assert not may(API, Call("glue:GetTable", f"{glue}:table/other/players"))
        assert not may(API, Call("glue:UpdateTable", f"{glue}:table/rok/rok_players"))
        assert not may(API, Call("athena:UpdateWorkGroup", f"{athena}/rok"))

    @pytest.mark.parametrize(
        ("function", "name"), [(INGEST, "ingest-failures"), (TELL, "tell-failures")]
    )
    def test_a_dead_letter_queue_is_filled_by_its_own_function_alone(
        self, function: str, name: str
    ) -> None:
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:leaderboard-api-dev-{name}"
        sending = Call("sqs:SendMessage", queue)
        assert [other for other in FUNCTIONS if may(other, sending)] == [function]
        assert not may(function, Call("sqs:ReceiveMessage", queue))

    def test_who_tells_of_uploads_reads_reports_and_views_and_writes_nothing(self) -> None:
        assert may(TELL, Call("s3:GetObject", f"{LAKE}/reports/x"))
        for view in (*ARCHIVE, "deploy", "query-results"):
            if view != "reports":
                assert not may(TELL, Call("s3:GetObject", f"{LAKE}/{view}/x"))
        for view in (*LAKE_FOLDERS, "deploy", "query-results"):
            for context in (CREATING, REPLACING):
                assert not may(TELL, Call("s3:PutObject", f"{LAKE}/{view}/x", context))

    def test_only_who_tells_of_uploads_publishes_and_knows_the_chats(self) -> None:
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:leaderboard-api-dev-uploads"
        parameter = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/leaderboard-api/dev/webhooks"
        for call in (Call("sns:Publish", topic), Call("ssm:GetParameter", parameter)):
            assert [function for function in FUNCTIONS if may(function, call)] == [TELL]
        for call in (
            Call("sns:Subscribe", topic),
            Call("sns:Publish", topic.replace("uploads", "alarms")),
            Call("ssm:GetParameter", f"{parameter}/more"),
            Call("ssm:PutParameter", parameter),
        ):
            assert not may(TELL, call)


class TestItems:
    """What the roles may do with the table of the engine `dynamodb`."""

    TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/rok"

    def who_may(self, action: str, resource: str = TABLE, table: str | None = "rok") -> list[str]:
        call = Call(f"dynamodb:{action}", resource)
        return [function for function in FUNCTIONS if may(function, call, table=table)]

    def test_the_api_reads_and_ingestion_and_the_sweep_write(self) -> None:
        assert self.who_may("GetItem") == [API, INGEST, SWEEP]
        assert self.who_may("Query") == [API, SWEEP]
        assert self.who_may("BatchGetItem") == [API]
        for action in ("PutItem", "BatchWriteItem"):
            assert self.who_may(action) == [INGEST, SWEEP]

    @pytest.mark.parametrize("action", ["GetItem", "Query", "PutItem", "BatchWriteItem"])
    def test_nothing_of_it_is_allowed_with_another_engine_or_on_another_table(
        self, action: str
    ) -> None:
        assert self.who_may(action, table=None) == []
        for other in (f"{self.TABLE}-2", f"{self.TABLE}/index/x", self.TABLE[:-1]):
            assert self.who_may(action, other) == []

    @pytest.mark.parametrize("action", ["Scan", "DeleteTable", "UpdateTable", "PartiQLSelect"])
    def test_nobody_reads_it_whole_or_changes_the_table(self, action: str) -> None:
        assert self.who_may(action) == []


class ToyView(DatedView):
    """A view that somebody adds: one object a date."""

    folder = "toys/"
    table: GlueTable | None = None

    def key(self, partition: Partition) -> str:
        return f"{self.folder}{partition.path}/toy.json"

    def made(self, maker: SnapshotMaker, event: ArchiveKey) -> Body:
        raise AssertionError("nothing is made here")


class TestViews:
    """What the roles may do with views follows from the registry."""

    @pytest.fixture(params=[*folders(), "toys"])
    def folder(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
        """A view's folder, one that was added by a line in the registry among them."""
        if request.param not in folders():
            monkeypatch.setattr(registry, "VIEWS", [*registry.VIEWS, ToyView()])
        return str(request.param)

    @pytest.mark.parametrize("key_prefix", ["", "lakes/one/"])
    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_every_function_reads_it_and_ingestion_alone_writes_it(
        self, folder: str, function: str, key_prefix: str
    ) -> None:
        item = f"{LAKE}/{key_prefix}{folder}/source=rok_players/kingdom=51/x"
        ingests = function in (INGEST, SWEEP)
        assert may(function, Call("s3:GetObject", item), key_prefix=key_prefix)
        for context in (CREATING, REPLACING):
            call = Call("s3:PutObject", item, context)
            assert may(function, call, key_prefix=key_prefix) is ingests

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_it_is_listed_from_a_folder_of_its_own_on(self, folder: str, function: str) -> None:
        for prefix, allowed in (
            (f"{folder}/source=rok_players/kingdom=", True),
            (f"{folder}/", True),
            (folder, False),
            (f"other/{folder}/", False),
        ):
            call = Call("s3:ListBucket", LAKE, {"s3:prefix": prefix})
            assert may(function, call) is allowed, prefix

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_what_is_no_view_s_folder_is_out_of_reach(self, function: str) -> None:
        for action in ("s3:GetObject", "s3:PutObject"):
            assert not may(function, Call(action, f"{LAKE}/toys/x", CREATING))
        assert not may(function, Call("s3:ListBucket", LAKE, {"s3:prefix": "toys/"}))

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_no_policy_file_names_one_by_hand(self, function: str) -> None:
        text = (ROOT / ".chalice" / f"policy-{function}.json").read_text("utf-8")
        assert not [folder for folder in (*folders(), "changes") if f"{folder}/" in text]


EVERYTHING: Final[Policy] = {
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class TestBucketPolicy:
    """What the bucket refuses whoever asks, an administrator with all rights too."""

    def admin_may(self, call: Call) -> bool:
        context = {
            "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin",
            "aws:SecureTransport": "true",
            **call.context,
        }
        return is_allowed(replace(call, context=context), [EVERYTHING, bucket_policy("the-lake")])

    @pytest.mark.parametrize("view", KEPT)
    def test_kept_bytes_are_never_replaced(self, view: str) -> None:
        assert not self.admin_may(Call("s3:PutObject", f"{LAKE}/{view}/x", REPLACING))
        assert self.admin_may(Call("s3:PutObject", f"{LAKE}/{view}/x", CREATING))

    def test_an_upload_in_parts_passes(self) -> None:
        part = {"s3:ObjectCreationOperation": "false"}
        assert self.admin_may(Call("s3:PutObject", f"{LAKE}/raw/x", part))

    def test_uploads_and_views_are_written_freely(self) -> None:
        for view in ("inbox", "sweep", *folders()):
            assert self.admin_may(Call("s3:PutObject", f"{LAKE}/{view}/x", REPLACING))

    def test_a_person_may_delete_what_a_function_may_not(self) -> None:
        assert self.admin_may(Call("s3:DeleteObject", f"{LAKE}/raw/x"))

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize("action", ["s3:DeleteObject", "s3:DeleteObjectVersion"])
    def test_a_function_could_not_delete_even_with_all_rights(
        self, function: str, action: str
    ) -> None:
        call = as_role(Call(action, f"{LAKE}/raw/x"), function)
        assert not is_allowed(call, [EVERYTHING, bucket_policy("the-lake")])
        # And a role of an older version.
        old = f"arn:aws:iam::{ACCOUNT}:role/leaderboard-api-dev-{function}"
        call = replace(call, context={**call.context, "aws:PrincipalArn": old})
        assert not is_allowed(call, [EVERYTHING, bucket_policy("the-lake")])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_is_one_that_iam_takes(function: str) -> None:
    policy = role_policy(function, "b" * 63, "p" * 100 + "/", table="t" * 255)
    role: dict[str, Any] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "p", "Roles": ["r"], "PolicyDocument": policy},
    }
    text = json.dumps({"Resources": {"Policy": role}})
    assert lint(text) == []
    # Of all inline policies of a role together.
    assert len(json.dumps(policy, separators=(",", ":"))) <= 10_240


def test_every_policy_file_is_some_functions() -> None:
    files = {path.name for path in (ROOT / ".chalice").glob("policy-*")}
    assert files == {f"policy-{function}.json" for function in FUNCTIONS}


@pytest.mark.parametrize("stage_name", ["local", "dev"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_stage_gives_each_function_its_own_policy(stage_name: str, function: str) -> None:
    config = CLIFactory(str(ROOT), environ={}).create_config_obj(chalice_stage_name=stage_name)
    scope = config.scope(stage_name, function)
    assert scope.autogen_policy is False
    assert scope.iam_policy_file == f"policy-{function}.json"
