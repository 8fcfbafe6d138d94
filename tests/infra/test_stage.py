"""A stage is made of the configuration, an account and a region; what cannot work is told."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from chalice.cli.factory import CLIFactory

from chalicelib.views.registry import folders
from tests.infra.support import ACCOUNT, REGION, ROOT, account, template
from tools.deploy import project, roles
from tools.deploy.account import Account
from tools.deploy.deploy import with_remedy
from tools.deploy.errors import DeployError
from tools.deploy.stage import (
    API,
    FUNCTIONS,
    INGEST,
    SWEEP,
    Stage,
    check_apart,
    check_name,
    read_config,
)

BUCKET_ARN = "arn:aws:s3:::the-lake/"


@pytest.fixture
def config() -> dict[str, Any]:
    """The real configuration."""
    return read_config(ROOT)


def with_lake(config: dict[str, Any], lake: str) -> dict[str, Any]:
    """The configuration with another lake of the stage `dev`."""
    made = copy.deepcopy(config)
    made["stages"]["dev"]["environment_variables"]["LAKE_URI"] = lake
    return made


def test_bucket_names_are_global_so_the_default_has_account_and_region_in_it(
    config: dict[str, Any],
) -> None:
    stage = Stage.of(config, "dev", account())
    assert stage.bucket == f"rok-leaderboards-dev-{ACCOUNT}-{REGION}"
    assert stage.lake_uri == f"s3://{stage.bucket}"


@pytest.mark.parametrize(
    ("lake", "bucket", "uri", "prefix"),
    [
        ("s3://mine", None, "s3://mine", ""),
        ("s3://mine/a/b", None, "s3://mine/a/b", "a/b/"),
        ("s3://mine/a/b", "yours", "s3://yours/a/b", "a/b/"),
        ("s3://x-ACCOUNT", "yours", "s3://yours", ""),
    ],
)
def test_another_bucket_takes_the_place_of_the_configured_one(
    config: dict[str, Any], lake: str, bucket: str | None, uri: str, prefix: str
) -> None:
    stage = Stage.of(with_lake(config, lake), "dev", account(), bucket)
    assert (stage.lake_uri, stage.key_prefix) == (uri, prefix)
    assert stage.config["stages"]["dev"]["environment_variables"]["LAKE_URI"] == uri


def test_uploads_are_told_to_the_topic_of_the_stage_unless_another_is_named(
    config: dict[str, Any],
) -> None:
    variables = config["stages"]["dev"]["environment_variables"]
    own = f"arn:aws:sns:{REGION}:{ACCOUNT}:leaderboard-api-dev-uploads"
    made = Stage.of(config, "dev", account())
    assert made.config["stages"]["dev"]["environment_variables"]["UPLOADS_TOPIC"] == own
    assert made.placeholders["TOPIC"] == own
    assert "UPLOADS_TOPIC" not in variables
    variables["UPLOADS_TOPIC"] = f"arn:aws:sns:{REGION}:{ACCOUNT}:others"
    assert Stage.of(config, "dev", account()).placeholders["TOPIC"] == variables["UPLOADS_TOPIC"]


def test_who_tells_may_read_just_the_parameter_that_the_setting_names(
    config: dict[str, Any],
) -> None:
    variables = config["stages"]["dev"]["environment_variables"]
    assert Stage.of(config, "dev", account()).placeholders["PARAMETER"] == (
        "/leaderboard-api/dev/webhooks"
    )
    variables["UPLOADS_WEBHOOKS"] = "ssm:/rok/chats"
    assert Stage.of(config, "dev", account()).placeholders["PARAMETER"] == "/rok/chats"
    variables["UPLOADS_WEBHOOKS"] = '{"51": "http://x/T0KEN"}'
    with pytest.raises(DeployError, match="UPLOADS_WEBHOOKS") as raised:
        Stage.of(config, "dev", account())
    assert "T0KEN" not in str(raised.value)


def test_the_stages_answer_by_the_engines_that_the_contract_names(config: dict[str, Any]) -> None:
    engines = {
        name: stage["environment_variables"]["QUERY_ENGINE"]
        for name, stage in config["stages"].items()
    }
    assert engines == {"local": "arrow", "dev": "athena"}


def test_the_configuration_itself_is_left_alone(config: dict[str, Any]) -> None:
    before = copy.deepcopy(config)
    Stage.of(config, "dev", account(), "yours")
    assert config == before


@pytest.mark.parametrize("bucket", ["A", "my_lake", "x", "-lake", "s3://lake", "a" * 64, "lake/a"])
def test_what_cannot_be_a_bucket_is_refused_in_one_sentence(
    config: dict[str, Any], bucket: str
) -> None:
    with pytest.raises(DeployError, match="cannot be a bucket's name") as caught:
        Stage.of(config, "dev", account(), bucket)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["local", "prod", "", "../dev"])
def test_only_a_stage_for_aws_can_be_deployed(config: dict[str, Any], name: str) -> None:
    with pytest.raises(DeployError, match="there is: dev"):
        check_name(name, config)


@pytest.mark.parametrize("name", ["My_Stage", "a" * 21, "dev-data", "dev-edge"])
def test_a_stage_needs_a_name_that_fits_into_those_of_its_parts(
    config: dict[str, Any], name: str
) -> None:
    config["stages"][name] = config["stages"]["dev"]
    with pytest.raises(DeployError, match="another name"):
        check_name(name, config)


def test_a_table_is_made_before_its_engine_is_chosen_and_its_rights_come_with_the_engine(
    config: dict[str, Any],
) -> None:
    variables = config["stages"]["dev"]["environment_variables"]
    assert Stage.of(config, "dev", account()).dynamodb_table == ""
    variables["DYNAMODB_TABLE"] = " rok "
    for engine, rights in (("boards", 0), ("dynamodb", 3)):
        variables["QUERY_ENGINE"] = engine
        made = Stage.of(config, "dev", account())
        assert made.dynamodb_table == "rok"
        policies = json.dumps(roles.rights(ROOT, made))
        assert policies.count(f'"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/rok"') == rights
        assert project.ENGINE not in policies


@pytest.mark.parametrize(
    "setting", ["LAKE_URI", "ATHENA_DATABASE", "ATHENA_WORKGROUP", "DYNAMODB_TABLE"]
)
def test_two_stages_that_would_share_something_are_told(
    config: dict[str, Any], setting: str
) -> None:
    variables = {"LAKE_URI": "s3://x", "ATHENA_DATABASE": "x", "ATHENA_WORKGROUP": "x"}
    config["stages"]["prod"] = {"environment_variables": variables}
    check_apart("prod", config)
    dev = config["stages"]["dev"]["environment_variables"]
    variables[setting] = dev.setdefault(setting, "rok")
    for name, other in (("prod", "dev"), ("dev", "prod")):
        with pytest.raises(DeployError, match=f"{name} and {other} have the same {setting}"):
            check_apart(name, config)


def test_a_stage_without_variables_shares_nothing(config: dict[str, Any]) -> None:
    config["stages"]["empty"] = {}
    check_apart("dev", config)
    check_apart("empty", config)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ATHENA_DATABASE", ""),
        ("ATHENA_WORKGROUP", ""),
        ("QUERY_ENGINE", "excel"),
        ("DYNAMODB_TABLE", "a/b"),
    ],
)
def test_a_wrong_setting_is_named(config: dict[str, Any], setting: str, value: str) -> None:
    config["stages"]["dev"]["environment_variables"][setting] = value
    with pytest.raises(DeployError, match=setting):
        Stage.of(config, "dev", account())


def test_stages_for_aws_share_neither_lake_nor_database_nor_workgroup(
    config: dict[str, Any],
) -> None:
    for setting in ("LAKE_URI", "ATHENA_DATABASE", "ATHENA_WORKGROUP"):
        values = [
            variables[setting]
            for stage in config["stages"].values()
            if (variables := stage["environment_variables"])["LAKE_URI"].startswith("s3:")
        ]
        assert len(values) == len(set(values))


def test_a_configuration_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"config\.json cannot be read"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("said", "is_the_name"),
    [
        ("applying failed: An error occurred (BucketAlreadyExists) when calling", True),
        ("the stack x could not be made so: Bucket: the-lake already exists", True),
        ("the stack x could not be made so: IngestFailuresQueue: q already exists", False),
        ("the stack x could not be made so: Bucket: Access Denied", False),
    ],
)
def test_a_bucket_name_that_is_taken_is_told_with_what_to_type(
    config: dict[str, Any], said: str, is_the_name: bool
) -> None:
    stage = Stage.of(config, "dev", account())
    told = str(with_remedy(DeployError(said), stage, ours=False))
    assert told.startswith(said)
    assert ("take it back" in str(with_remedy(DeployError(said), stage, ours=True))) is is_the_name
    assert ("; `make deploy STAGE=dev BUCKET=another-name`" in told) is is_the_name


class TestProject:
    """The chalice project that is deployed: a copy with everything filled in."""

    @pytest.fixture
    def made(self, config: dict[str, Any], tmp_path: Path) -> Path:
        for name in project.SOURCES:
            project._copy(ROOT / name, tmp_path / name)
        project._copy(ROOT / ".chalice", tmp_path / ".chalice")
        return project.make(tmp_path, Stage.of(config, "dev", account(), "the-lake"))

    def test_no_placeholder_is_left_in_it(self, made: Path) -> None:
        for path in (made / ".chalice").iterdir():
            text = path.read_text("utf-8")
            assert json.loads(text)
            assert not re.search(r"\$|(?<!_)ACCOUNT|REGION(?!AL)", text), path

    def test_each_function_has_the_role_that_it_is_given_and_chalice_makes_none(
        self, made: Path
    ) -> None:
        root = made.parent.parent.parent
        arns = {name: f"arn:aws:iam::{ACCOUNT}:role/x/{name}" for name in FUNCTIONS}
        again = project.make(root, Stage.of(read_config(root), "dev", account()), arns)
        assert [path.name for path in (again / ".chalice").iterdir()] == ["config.json"]
        config = CLIFactory(str(again), environ={}).create_config_obj(chalice_stage_name="dev")
        for function, arn in arns.items():
            scope = config.scope("dev", function)
            assert (scope.manage_iam_role, scope.iam_role_arn) == (False, arn)
            assert scope.iam_policy_file is None

    def test_it_has_the_source_and_no_byte_code(self, made: Path) -> None:
        assert (made / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()
        assert (made / "chalicelib" / "players" / "schema.json").is_file()
        assert not [*made.rglob("__pycache__")]

    def test_the_reservations_are_those_that_the_account_has_room_for(
        self, made: Path, config: dict[str, Any]
    ) -> None:
        stage = Stage.of(config, "dev", account(), "the-lake")

        def reserved(made: Path) -> dict[str, int]:
            text = (made / ".chalice" / "config.json").read_text("utf-8")
            return project.reservations(json.loads(text))

        assert reserved(made) == project.reservations(config) != {}
        root = made.parent.parent.parent
        for places in ({}, {"sweep_inbox": 1, "ingest_players": 2}):
            assert reserved(project.make(root, stage, places=places)) == places


class TestAlone:
    """Deployments at once from one clone share nothing, or do not both go on."""

    def of(self, config: dict[str, Any], region: str) -> Stage:
        own = account()
        there = Account(own.session, own.number, own.partition, region)
        return Stage.of(config, "dev", there, f"lake-{region}")

    def test_two_regions_have_projects_of_their_own(
        self, config: dict[str, Any], tmp_path: Path
    ) -> None:
        for name in project.SOURCES:
            project._copy(ROOT / name, tmp_path / name)
        here, there = (self.of(config, region) for region in (REGION, "us-west-2"))
        with project.alone(tmp_path, here), project.alone(tmp_path, there):
            made = [project.make(tmp_path, stage) for stage in (here, there)]
        for path, stage in zip(made, (here, there), strict=True):
            text = (path / ".chalice" / "config.json").read_text("utf-8")
            assert f"s3://lake-{stage.account.region}" in text

    def test_the_same_stage_and_region_are_refused_until_the_other_has_ended(
        self, config: dict[str, Any], tmp_path: Path
    ) -> None:
        stage = self.of(config, REGION)
        with (
            project.alone(tmp_path, stage),
            pytest.raises(DeployError, match=f"dev in {REGION} is being deployed"),
            project.alone(tmp_path, stage),
        ):
            raise AssertionError("it was let in")
        with project.alone(tmp_path, stage):
            pass


class TestRights:
    """The policies of the functions, with everything filled in."""

    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        """A folder with the policy files."""
        project._copy(ROOT / ".chalice", tmp_path / ".chalice")
        return tmp_path

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_an_entry_with_a_view_in_it_is_one_for_each_view(
        self, config: dict[str, Any], function: str
    ) -> None:
        policy = roles.rights(ROOT, Stage.of(config, "dev", account(), "the-lake"))[function]
        of_sid = {statement["Sid"]: statement for statement in policy["Statement"]}
        writes = function in (INGEST, SWEEP)
        read = of_sid["CreateAndReadBack" if writes else "ReadViews"]["Resource"]
        listing = of_sid["ListViews" if function == API else "List"]["Condition"]
        prefixes = listing["StringLike"]["s3:prefix"]
        views = [f"{folder}/*" for folder in folders()]
        assert [item for item in read if item.removeprefix(BUCKET_ARN) in views] == [
            f"{BUCKET_ARN}{view}" for view in views
        ]
        assert [prefix for prefix in prefixes if prefix in views] == views
        assert not re.search(r"\$|(?<!_)ACCOUNT|REGION(?!AL)", json.dumps(policy))

    @pytest.mark.parametrize("text", ["x/${VIEW}/*", "$BUKKET"])
    def test_a_placeholder_that_is_not_known_there_is_told_in_one_sentence(
        self, copy: Path, config: dict[str, Any], text: str
    ) -> None:
        path = copy / ".chalice" / "policy-sweep_inbox.json"
        path.write_text(json.dumps({"Resource": text}))
        with pytest.raises(DeployError, match=r"policy-sweep_inbox\.json cannot be used.*[A-Z]{4}"):
            roles.rights(copy, Stage.of(config, "dev", account()))


def test_what_the_functions_may_use_is_set_and_nothing_is_traced(config: dict[str, Any]) -> None:
    functions = config["lambda_functions"]
    assert functions.keys() == set(FUNCTIONS)
    assert config["xray"] is False
    # The API gives up, with its own message, before API Gateway does at 29 s.
    assert functions["api_handler"]["lambda_timeout"] < 29
    # A sweep ends before the next one starts, and two never run at once.
    assert functions["sweep_inbox"]["lambda_timeout"] < 15 * 60
    assert functions["sweep_inbox"]["reserved_concurrency"] == 1
    # A chat that hangs takes ten seconds of it; no more than ten e-mails a second are sent.
    assert functions["tell_uploader"]["lambda_timeout"] >= 30
    assert functions["tell_uploader"]["reserved_concurrency"] == 2
    # What API Gateway lets through at once, and what comes while that is answered, finds a place.
    defaults = {name: of.get("Default") for name, of in template("app.yaml")["Parameters"].items()}
    room = functions["api_handler"]["reserved_concurrency"] - defaults["ThrottleBurst"]
    assert 2 * room >= defaults["ThrottleRate"]
