"""The templates are valid, and say what the design asks of bucket, table, workgroup and alarms."""

import importlib
import json
import re
from typing import Any

import pytest

from chalicelib.changes.table import CHANGES_SCHEMA
from chalicelib.engines.athena import tables as glue
from chalicelib.players.arrow import CURATED_SCHEMA
from chalicelib.roster.ledger import FIELDS
from chalicelib.views.registry import folders
from tests.infra.support import INFRA, ROOT, lint, rendered, stage, template
from tools.deploy import roles
from tools.deploy.deploy import app_template, data_template
from tools.deploy.guards.options import Options
from tools.deploy.stage import FUNCTIONS

pytestmark = pytest.mark.slow

PREFIXES = ["", "lakes/one/"]


def app(key_prefix: str = "") -> dict[str, Any]:
    """The resources of the app's stack, as `make deploy` would make them."""
    parameters = app_template(stage(key_prefix=key_prefix), "someone@example.org").parameters
    given = {name: value for name, value in parameters.items() if value is not None}
    return rendered("app.yaml", given)


def data(key_prefix: str = "") -> dict[str, Any]:
    """The resources of the lake's stack."""
    parameters = data_template(stage(key_prefix=key_prefix)).parameters
    return rendered("data.yaml", {name: value or "" for name, value in parameters.items()})


@pytest.mark.parametrize("file", sorted(path.name for path in INFRA.glob("*.yaml")))
def test_a_template_passes_cfn_lint(file: str) -> None:
    assert lint((INFRA / file).read_text("utf-8")) == []


def test_the_linter_is_at_work() -> None:
    text = (INFRA / "data.yaml").read_text("utf-8")
    assert lint(text.replace("PublicAccessBlockConfiguration", "PublicAccess"))


@pytest.mark.parametrize("file", ["app.yaml", "data.yaml"])
def test_a_template_fits_into_a_request_and_all_its_parameters_are_given(file: str) -> None:
    assert (INFRA / file).stat().st_size <= 51_200
    given = data_template(stage()) if file == "data.yaml" else app_template(stage(), None)
    assert given.file == file
    parameters = template(file)["Parameters"]
    assert parameters.keys() - given.parameters.keys() <= {"BytesScannedCutoff"}
    assert given.parameters.keys() <= parameters.keys()


TABLES = {
    "Table" if label == "players" else f"{label.capitalize()}Table": table
    for label, table in glue.TABLES.items()
}


class TestRoles:
    """Each function has a role of its own, which no other stage and no other region has."""

    def test_each_function_has_one_that_aws_names_and_only_lambda_takes(self) -> None:
        declared = {
            name: of["Properties"] for name, of in app().items() if of["Type"] == "AWS::IAM::Role"
        }
        assert declared.keys() == {roles.resource(function) for function in FUNCTIONS}
        for properties in declared.values():
            assert "RoleName" not in properties
            assert properties["Path"] == "/leaderboard-api/dev/"
            (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
            assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
        outputs = template("app.yaml")["Outputs"]
        for function in FUNCTIONS:
            wanted = {"Fn::GetAtt": [roles.resource(function), "Arn"]}
            assert outputs[roles.output(function)]["Value"] == wanted

    def test_nothing_is_allowed_until_the_rights_are_filled_in(self) -> None:
        text = (INFRA / "app.yaml").read_text("utf-8")
        assert "Effect: Allow" not in text.replace('Allow, Action: "sts:AssumeRole"', "")
        denied = 'Statement: [{Effect: Deny, Action: "*", Resource: "*"}]'
        assert text.count(denied) == len(FUNCTIONS)

    @pytest.mark.parametrize("left_out", [(), FUNCTIONS, (FUNCTIONS[1],)])
    def test_what_is_deployed_has_each_function_s_rights_in_its_role(
        self, left_out: tuple[str, ...]
    ) -> None:
        rights = roles.rights(ROOT, stage())
        whole = roles.with_roles(app_template(stage(), None), rights, without=left_out)
        body = whole.body(INFRA)
        assert lint(body) == []
        assert len(body) <= 51_200
        made = _parsed(body)
        for function in FUNCTIONS:
            role = made["Resources"].get(roles.resource(function))
            assert (role is None) is (function in left_out)
            assert (roles.output(function) in made["Outputs"]) is (role is not None)
            if role is not None:
                (policy,) = role["Properties"]["Policies"]
                assert policy == {"PolicyName": roles.POLICY, "PolicyDocument": rights[function]}


def _parsed(body: str) -> dict[str, Any]:
    loaded: dict[str, Any] = importlib.import_module("cfnlint.decode.cfn_yaml").loads(body)
    return loaded


class TestTables:
    """The Athena tables follow from the registry of views, and their columns from the schema."""

    def test_every_view_that_has_a_table_has_it_and_there_are_no_others(self) -> None:
        declared = {name for name, of in app().items() if of["Type"] == "AWS::Glue::Table"}
        assert declared == TABLES.keys()

    @pytest.mark.parametrize("key_prefix", PREFIXES)
    @pytest.mark.parametrize("resource", TABLES)
    def test_each_is_the_one_that_the_schema_gives(self, resource: str, key_prefix: str) -> None:
        declared = app(key_prefix)[resource]["Properties"]["TableInput"]
        table = TABLES[resource]
        location = table.location("the-lake", key_prefix)
        parameters = {"EXTERNAL": "TRUE", "classification": "parquet"}
        assert declared["Name"] == table.name("rok_players")
        assert declared["Description"] == table.comment
        assert declared["StorageDescriptor"]["Location"] == location
        assert declared["Parameters"] == {**parameters, **table.projection(location)}
        assert _pairs(declared["PartitionKeys"]) == table.partition_keys
        columns = _pairs(declared["StorageDescriptor"]["Columns"])
        wanted = "\n".join(f"{{Name: {name}, Type: {kind}}}" for name, kind in table.columns)
        assert columns == table.columns, f"infra/app.yaml wants\n{wanted}"

    def test_its_columns_are_those_of_the_files_in_types_that_athena_reads(self) -> None:
        types = {
            "int64": "bigint",
            "string": "string",
            "date32[day]": "date",
            "timestamp[ms, tz=UTC]": "timestamp",
        }
        curated = tuple(
            (field.name, types[str(field.type)])
            for field in CURATED_SCHEMA
            if field.name != "kingdom"
        )
        assert curated == glue.PLAYERS.columns
        changes = tuple(
            (field.name, types[str(field.type)])
            for field in CHANGES_SCHEMA
            if field.name != "kingdom"
        )
        assert changes == glue.CHANGES_TABLE.columns
        plain = tuple(
            (field.name, types[str(field.type)]) for field in FIELDS if field.name != "former"
        )
        assert plain == glue.ROSTER.columns

    def test_no_partition_key_is_also_a_column(self) -> None:
        for table in TABLES.values():
            assert not dict(table.partition_keys).keys() & dict(table.columns).keys()

    def test_each_is_where_its_keys_are(self) -> None:
        from datetime import date

        from chalicelib.lake.keys import Partition
        from chalicelib.lake.view_keys import changes_table_key, curated_key, roster_key

        partition = Partition(51, date(2026, 1, 26))
        for table, key in (
            (glue.PLAYERS, curated_key(partition)),
            (glue.CHANGES_TABLE, changes_table_key(partition)),
            (glue.ROSTER, roster_key(51)),
        ):
            where = table.projection(table.location("b", "p/"))["storage.location.template"]
            folder = where.replace("${kingdom}", "51").replace("${dt}", "2026-01-26")
            assert f"s3://b/p/{key.rpartition('/')[0]}" == folder

    def test_glue_takes_them(self, moto_endpoint: str) -> None:
        import boto3

        client: Any = boto3.client("glue", endpoint_url=moto_endpoint)
        resources = app()
        client.create_database(DatabaseInput=resources["Database"]["Properties"]["DatabaseInput"])
        for resource, of in TABLES.items():
            declared = resources[resource]["Properties"]["TableInput"]
            client.create_table(DatabaseName="rok", TableInput=declared)
            found = client.get_table(DatabaseName="rok", Name=of.name("rok_players"))["Table"]
            assert found["StorageDescriptor"] == declared["StorageDescriptor"]


class TestItemsTable:
    """The table of the engine `dynamodb`: a view, so nothing is paid for to bring it back."""

    def test_there_is_one_only_where_it_is_asked_for_whichever_the_engine(self) -> None:
        source = template("app.yaml")
        assert source["Resources"]["ItemsTable"]["Condition"] == "HasDynamodbTable"
        empty = {"Fn::Equals": [{"Ref": "DynamodbTable"}, ""]}
        assert source["Conditions"]["HasDynamodbTable"] == {"Fn::Not": [empty]}
        assert app_template(stage(), None).parameters["DynamodbTable"] == ""
        assert app_template(stage(table="rok"), None).parameters["DynamodbTable"] == "rok"

    def test_it_has_the_app_s_keys_costs_by_use_and_may_be_deleted(self) -> None:
        parameters = app_template(stage(table="rok"), None).parameters
        given = {name: value for name, value in parameters.items() if value is not None}
        declared = rendered("app.yaml", given)["ItemsTable"]
        assert (declared["DeletionPolicy"], declared["UpdateReplacePolicy"]) == ("Delete",) * 2
        kinds = [("pk", "HASH"), ("sk", "RANGE")]
        assert declared["Properties"] == {
            "TableName": "rok",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name, _ in kinds
            ],
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in kinds],
            # Encrypted by DynamoDB's own key: that is the default, and costs nothing.
            "DeletionProtectionEnabled": False,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        }


class TestWorkgroup:
    """What every query of the API is bound to."""

    def test_a_query_cannot_choose_where_results_go_nor_read_without_end(self) -> None:
        settings = app("p/")["Workgroup"]["Properties"]["WorkGroupConfiguration"]
        assert settings["EnforceWorkGroupConfiguration"] is True
        assert settings["BytesScannedCutoffPerQuery"] == "1073741824"
        results = settings["ResultConfiguration"]
        assert results["OutputLocation"] == "s3://the-lake/p/query-results/"
        assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}

    def test_results_expire(self) -> None:
        rules = data("p/")["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        expiring = {rule["Prefix"] for rule in rules if "ExpirationInDays" in rule}
        assert expiring == {"p/query-results/"}


class TestBucket:
    """The bucket outlives everything, and nothing in it is lost."""

    def test_it_is_versioned_encrypted_and_private(self) -> None:
        bucket = data()["Bucket"]["Properties"]
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert "AES256" in json.dumps(bucket["BucketEncryption"])
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketOwnerEnforced" in json.dumps(bucket["OwnershipControls"])

    def test_its_notification_is_left_to_chalice(self) -> None:
        assert "NotificationConfiguration" not in data()["Bucket"]["Properties"]

    def test_deleting_the_stack_leaves_it(self) -> None:
        for resource in template("data.yaml")["Resources"].values():
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
            assert resource["UpdateReplacePolicy"] == "Retain"

    @pytest.mark.parametrize("key_prefix", PREFIXES)
    def test_old_versions_of_every_view_end_after_a_while(self, key_prefix: str) -> None:
        rules = data(key_prefix)["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        old = [rule for rule in rules if rule["Id"].startswith("old-")]
        for rule in old:
            assert rule["Status"] == "Enabled"
            assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
            assert rule.keys() == {"Id", "Status", "Prefix", "NoncurrentVersionExpiration"}
        assert [rule["Prefix"] for rule in old] == [f"{key_prefix}{of}/" for of in folders()]

    @pytest.mark.parametrize("key_prefix", PREFIXES)
    @pytest.mark.parametrize("folder", ["sweep", "deploy"])
    def test_old_versions_of_what_is_written_again_and_again_end(
        self, key_prefix: str, folder: str
    ) -> None:
        rules = data(key_prefix)["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        (rule,) = (rule for rule in rules if rule.get("Prefix") == f"{key_prefix}{folder}/")
        assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] <= 30
        assert rule["Status"] == "Enabled"
        assert "ExpirationInDays" not in rule

    @pytest.mark.parametrize("key_prefix", PREFIXES)
    def test_no_rule_ever_ends_what_cannot_be_made_again(self, key_prefix: str) -> None:
        archive = ("inbox", "raw", "reports", "rejected", "withdrawn")
        kept = [f"{key_prefix}{view}/" for view in archive]
        for rule in data(key_prefix)["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]:
            if rule.keys() & {"ExpirationInDays", "NoncurrentVersionExpiration"}:
                assert rule["Prefix"] not in kept
                assert rule["Prefix"].startswith(key_prefix)
                assert rule["Prefix"] != key_prefix


class TestTelling:
    """Who is told what became of uploads."""

    def test_the_topic_is_the_one_that_the_function_is_told_of(self) -> None:
        topic = app()["UploadsTopic"]["Properties"]
        assert stage().environment["UPLOADS_TOPIC"].endswith(f":{topic['TopicName']}")
        assert topic["KmsMasterKeyId"] == "alias/aws/sns"

    def test_nobody_is_let_in_by_the_topic_itself(self) -> None:
        policy = app()["UploadsTopicPolicy"]["Properties"]["PolicyDocument"]
        (statement,) = policy["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}

    @pytest.mark.parametrize(
        ("said", "email"), [(None, None), ("none", ""), ("me@example.org", "me@example.org")]
    )
    def test_an_address_is_told_where_one_is_named(
        self, said: str | None, email: str | None
    ) -> None:
        given = app_template(stage(), None, Options(uploads_email=said)).parameters
        assert given["UploadsEmail"] == email
        source = template("app.yaml")
        assert source["Resources"]["UploadsMail"]["Condition"] == "HasUploadsEmail"
        assert source["Parameters"]["UploadsEmail"]["Default"] == ""

    def test_what_could_not_be_told_is_kept_as_a_failed_upload_is(self) -> None:
        made = app()
        failed, untold = (
            made[name]["Properties"] for name in ("IngestFailuresQueue", "TellFailuresQueue")
        )
        assert untold["QueueName"] == "leaderboard-api-dev-tell-failures"
        for setting in ("MessageRetentionPeriod", "SqsManagedSseEnabled"):
            assert failed[setting] == untold[setting]


class TestAlarms:
    """Somebody is told when something needs a person."""

    def alarms(self) -> dict[str, dict[str, Any]]:
        return {
            name: resource["Properties"]
            for name, resource in app().items()
            if resource["Type"] == "AWS::CloudWatch::Alarm"
        }

    def test_each_function_is_watched_by_the_name_that_chalice_gives_it(self) -> None:
        of = stage()
        watched = {
            (alarm["MetricName"], alarm["Dimensions"][0]["Value"])
            for alarm in self.alarms().values()
            if alarm.get("Namespace") == "AWS/Lambda"
        }
        assert watched == {
            ("Invocations", of.function("sweep_inbox")),
            ("Errors", of.function("sweep_inbox")),
            ("Throttles", of.function("ingest_players")),
            ("DestinationDeliveryFailures", of.function("ingest_players")),
        }

    def test_an_upload_is_told_of_when_its_retries_have_run_out_and_not_before(self) -> None:
        alarms = self.alarms()
        assert alarms["IngestFailures"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for alarm in alarms.values():
            of_ingestion = "ingest_players" in json.dumps(alarm.get("Dimensions", []))
            assert not (of_ingestion and alarm["MetricName"] == "Errors")

    def test_a_sweep_that_fails_once_is_no_alarm_and_one_that_does_not_run_is(self) -> None:
        failing, missing = self.alarms()["SweepErrors"], self.alarms()["SweepMissing"]
        # It runs every 15 minutes, so a period of 30 has one at least, wherever it begins.
        assert (failing["Period"], failing["EvaluationPeriods"]) == (1800, 2)
        assert missing["ComparisonOperator"] == "LessThanThreshold"
        assert missing["TreatMissingData"] == "breaching"
        assert missing["Period"] * missing["EvaluationPeriods"] == 3600

    @pytest.mark.parametrize(
        ("failed", "requests", "alarming"),
        [(1, 1, False), (9, 9, False), (1, 10, True), (1, 100, False), (10, 100, True)],
    )
    def test_the_gateway_is_watched_by_its_rate_of_5xx_and_not_for_a_few_requests(
        self, failed: int, requests: int, alarming: bool
    ) -> None:
        alarm = self.alarms()["Api5xx"]
        (rate,) = [one for one in alarm["Metrics"] if one["ReturnData"]]
        found = re.fullmatch(r"IF\((.*), (.*), (.*)\)", rate["Expression"])
        assert found is not None
        counts = {"failed": failed, "requests": requests}
        least, percent, other = (eval(part, counts.copy()) for part in found.groups())
        assert ((percent if least else other) >= alarm["Threshold"]) is alarming

    def test_the_gateway_s_two_counts_are_of_this_api_and_one_bad_period_is_no_alarm(self) -> None:
        alarm = self.alarms()["Api5xx"]
        counts = {one["Id"]: one["MetricStat"] for one in alarm["Metrics"] if "MetricStat" in one}
        assert {name: of["Metric"]["MetricName"] for name, of in counts.items()} == {
            "failed": "5XXError",
            "requests": "Count",
        }
        for count in counts.values():
            assert (count["Stat"], count["Period"]) == ("Sum", 300)
            dimensions = {item["Name"]: item["Value"] for item in count["Metric"]["Dimensions"]}
            assert dimensions == {"ApiName": stage().api_name, "Stage": stage().api_stage}
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (2, 3)

    def test_silence_is_no_alarm_but_of_the_sweep_and_an_address_is_told(self) -> None:
        for name, alarm in self.alarms().items():
            silent = "breaching" if name == "SweepMissing" else "notBreaching"
            assert alarm["TreatMissingData"] == silent
            assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]

    def test_they_stay_within_the_ten_metrics_that_cost_nothing(self) -> None:
        metrics = [
            sum("MetricStat" in one for one in alarm.get("Metrics", [])) or 1
            for alarm in self.alarms().values()
        ]
        assert sum(metrics) <= 10


class TestBudget:
    """Costs of the whole account, for whoever wants to be told."""

    def test_there_is_one_only_where_it_is_asked_for_and_somebody_can_be_told(self) -> None:
        source = template("app.yaml")
        none = {"Fn::Equals": [{"Ref": "BudgetUsd"}, "0"]}
        assert source["Resources"]["Budget"]["Condition"] == "HasBudget"
        assert source["Conditions"]["HasBudget"] == {"Fn::Not": [none]}
        assert source["Parameters"]["BudgetUsd"]["Default"] == 0
        rule = source["Rules"]["ABudgetNeedsAnAddress"]
        assert rule["RuleCondition"] == {"Fn::Not": [none]}
        assert "AlarmEmail" in json.dumps(rule["Assertions"])

    def test_it_has_no_name_so_that_another_address_can_take_its_place(self) -> None:
        # Who is told cannot be changed, only replaced; and two of one name cannot be there.
        assert "BudgetName" not in app()["Budget"]["Properties"]["Budget"]

    def test_the_address_is_told_before_the_month_is_over(self) -> None:
        budget = app()["Budget"]["Properties"]
        assert (budget["Budget"]["TimeUnit"], budget["Budget"]["BudgetType"]) == ("MONTHLY", "COST")
        told = {
            (of["Notification"]["NotificationType"], of["Notification"]["Threshold"])
            for of in budget["NotificationsWithSubscribers"]
        }
        assert told == {("ACTUAL", 80), ("FORECASTED", 100)}
        for of in budget["NotificationsWithSubscribers"]:
            subscriber = {"SubscriptionType": "EMAIL", "Address": "someone@example.org"}
            assert of["Subscribers"] == [subscriber]


def _pairs(columns: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((column["Name"], column["Type"]) for column in columns)
