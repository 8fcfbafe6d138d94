"""Settings: what they mean, and that a wrong one is told in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.config import DEFAULT_DKP_WEIGHTS, aws_region, load
from chalicelib.errors import ConfigError

ROOT = Path(__file__).parent.parent


def test_without_settings_the_lake_is_local() -> None:
    settings = load({})
    assert settings.lake_uri == "file:.lake"
    assert settings.query_engine == "arrow"
    assert settings.dkp_weights == tuple(DEFAULT_DKP_WEIGHTS.items())
    assert settings.max_upload_bytes == 256 * 1024 * 1024


def test_in_lambda_the_lake_must_be_named() -> None:
    with pytest.raises(ConfigError, match="LAKE_URI"):
        load({"AWS_LAMBDA_FUNCTION_NAME": "leaderboard-api-dev"})


@pytest.mark.parametrize(
    ("uri", "bucket", "prefix"),
    [
        ("s3://lake", "lake", ""),
        ("s3://lake/", "lake", ""),
        ("s3://lake/some/where/", "lake", "some/where/"),
        ("file:.lake", "local", ""),
        ("file:/var/lake", "local", ""),
    ],
)
def test_a_lake_has_a_bucket_and_a_prefix(uri: str, bucket: str, prefix: str) -> None:
    settings = load({"LAKE_URI": uri})
    assert (settings.bucket, settings.key_prefix) == (bucket, prefix)


def test_weights_keep_their_order() -> None:
    settings = load({"DKP_WEIGHTS": '{"deaths": 5, "t5_kills": 2}'})
    assert settings.dkp_weights == (("deaths", 5), ("t5_kills", 2))


def test_a_kingdom_may_count_otherwise_than_all_others() -> None:
    settings = load({"DKP_WEIGHTS": '{"*": {"deaths": 5}, "51": {"t5_kills": 2, "kills": 1}}'})
    assert settings.dkp_weights == (("deaths", 5),)
    assert settings.weights_of(51) == (("t5_kills", 2), ("kills", 1))
    assert settings.weights_of(52) == settings.weights_of(None) == (("deaths", 5),)
    one = load({"DKP_WEIGHTS": '{"51": {"kills": 1}}'})
    assert one.weights_of(52) == tuple(DEFAULT_DKP_WEIGHTS.items())
    assert one.with_weights((("kills", 3),)).weights_of(51) == (("kills", 3),)


def test_without_settings_nobody_is_told() -> None:
    settings = load({})
    assert settings.uploads_topic is None
    assert settings.uploads_parameter is None
    assert settings.uploads_chats.of(51) is None


TOPIC = "arn:aws:sns:eu-central-1:123456789012:leaderboard-api-dev-uploads"


def test_a_topic_and_chats_are_named_by_settings() -> None:
    given = {
        "UPLOADS_TOPIC": TOPIC,
        "UPLOADS_WEBHOOKS": '{"51": "https://discord.com/api/webhooks/1/x", "*": "https://b/c"}',
    }
    settings = load(given)
    assert settings.uploads_topic == TOPIC
    told = {kingdom: settings.uploads_chats.of(kingdom) for kingdom in (51, 5, None)}
    assert {kingdom: address.reveal() for kingdom, address in told.items() if address} == {
        51: "https://discord.com/api/webhooks/1/x",
        5: "https://b/c",
        None: "https://b/c",
    }
    assert hash(settings) == hash(load(given))
    assert settings == load(given)


def test_the_chats_may_lie_in_a_parameter() -> None:
    settings = load({"UPLOADS_WEBHOOKS": "ssm:/rok/dev/webhooks"})
    assert settings.uploads_parameter == "/rok/dev/webhooks"
    assert settings.uploads_chats.of(51) is None


SECRET = "T0KEN"


def test_an_address_shows_itself_nowhere() -> None:
    settings = load({"UPLOADS_WEBHOOKS": f'{{"51": "https://hooks.slack.com/{SECRET}"}}'})
    address = settings.uploads_chats.of(51)
    assert address is not None
    assert SECRET in address.reveal()
    for shown in (repr(settings), str(settings), f"{address}", f"{address!r}", str([address])):
        assert SECRET not in shown
        assert "slack" not in shown


@pytest.mark.parametrize(
    "value",
    [
        f"https://x/{SECRET}",
        f'["https://x/{SECRET}"]',
        f'[["51", "https://x/{SECRET}"]]',
        "{}",
        f'{{"51": "https://x/{SECRET}"',
        f'{{"51": "http://x/{SECRET}"}}',
        f'{{"051": "https://x/{SECRET}"}}',
        f'{{"https://x/{SECRET}": "51"}}',
        f'{{"51": ["https://x/{SECRET}"]}}',
        f'{{"51": {{"url": "https://x/{SECRET}"}}}}',
        f'{{"51": "https:///{SECRET}"}}',
        f'{{"51": "https://[x/{SECRET}"}}',
        f'{{"51": "https://x:port/{SECRET}"}}',
        f'{{"51": "https://x/ {SECRET}"}}',
        f'{{"51": "https://x/{SECRET}\\n"}}',
        f'{{"51": "https://ü/{SECRET}"}}',
        f'{{"51": "https://me:{SECRET}@x/"}}',
        f'{{"51": "https://x/{SECRET}", "51": "https://y/{SECRET}"}}',
        f"ssm:{SECRET}",
        f"ssm:/a b/{SECRET}",
        f"ssm:/{SECRET}/",
        "ssm:",
        f"ssm:/{SECRET * 300}",
        "[" * 100_000 + SECRET,
    ],
)
def test_a_wrong_address_is_named_and_not_shown(value: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load({"UPLOADS_WEBHOOKS": value})
    assert str(raised.value).startswith("UPLOADS_WEBHOOKS")
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UPLOADS_TOPIC", "leaderboard-api-dev-uploads"),
        ("UPLOADS_TOPIC", "arn:aws:sqs:eu-central-1:123456789012:q"),
        ("UPLOADS_TOPIC", f"{TOPIC}.fifo"),
        ("DKP_WEIGHTS", '{"51": 1}'),
        ("DKP_WEIGHTS", '{"51": {}}'),
        ("DKP_WEIGHTS", '{"51": {"wins": 1}}'),
        ("DKP_WEIGHTS", '{"51": {"deaths": 1}, "deaths": 2}'),
        ("DKP_WEIGHTS", '{"*": {"deaths": 1}, "051": {"deaths": 2}}'),
        ("DKP_WEIGHTS", '{"51": {"deaths": 1}, "51": {"deaths": 2}}'),
        ("DKP_WEIGHTS", '{"51": {"deaths": 1, "deaths": 2}}'),
        ("LAKE_URI", "lake"),
        ("LAKE_URI", "s3:lake"),
        ("LAKE_URI", "s3://"),
        ("LAKE_URI", "file:"),
        ("LAKE_URI", "https://lake"),
        ("LAKE_URI", "s3://Bad_Bucket!/lake"),
        ("LAKE_URI", "s3://my bucket"),
        ("QUERY_ENGINE", "mysql"),
        ("DYNAMODB_TABLE", "ab"),
        ("DYNAMODB_TABLE", "a" * 256),
        ("DYNAMODB_TABLE", "rok/boards"),
        ("DYNAMODB_TABLE", "arn:aws:dynamodb:eu-central-1:123456789012:table/rok"),
        ("ATHENA_DATABASE", "rok-lake"),
        ("ATHENA_TABLE", 'players" UNION SELECT'),
        ("ATHENA_TABLE", "Players"),
        ("ATHENA_TABLE", "1players"),
        ("ATHENA_WORKGROUP", "two words"),
        ("ATHENA_WORKGROUP", "w" * 129),
        ("DKP_WEIGHTS", "10"),
        ("DKP_WEIGHTS", "{"),
        ("DKP_WEIGHTS", "{}"),
        ("DKP_WEIGHTS", '{"wins": 1}'),
        ("DKP_WEIGHTS", '{"deaths": 1, "deaths": 2}'),
        ("DKP_WEIGHTS", '{"dkp": 1}'),
        ("DKP_WEIGHTS", '{"deaths": 1.5}'),
        ("DKP_WEIGHTS", '{"deaths": -1}'),
        ("DKP_WEIGHTS", '{"deaths": true}'),
        ("DKP_WEIGHTS", '{"deaths": 1000001}'),
        ("MAX_UPLOAD_BYTES", "0"),
        ("MAX_UPLOAD_BYTES", "-1"),
        ("MAX_UPLOAD_BYTES", "1e6"),
        ("MAX_UPLOAD_BYTES", "256 MiB"),
        ("MAX_UPLOAD_BYTES", "9" * 30),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load({name: value})
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_athena_has_names_that_need_no_setting() -> None:
    names = load({"LAKE_URI": "s3://lake", "QUERY_ENGINE": "athena"}).athena
    assert (names.database, names.table, names.workgroup) == ("rok", "rok_players", "rok")
    given = {"ATHENA_DATABASE": "a", "ATHENA_TABLE": "b_2", "ATHENA_WORKGROUP": "C.d-e"}
    names = load(given).athena
    assert (names.database, names.table, names.workgroup) == ("a", "b_2", "C.d-e")


def test_athena_needs_a_lake_in_s3() -> None:
    with pytest.raises(ConfigError, match=r"QUERY_ENGINE athena .*LAKE_URI"):
        load({"QUERY_ENGINE": "athena"})


@pytest.mark.parametrize("name", ["rok", "a.b_C-9", "t" * 255])
def test_the_table_is_that_of_the_engine_dynamodb_alone(name: str) -> None:
    given = {"DYNAMODB_TABLE": f" {name} "}
    assert load({**given, "QUERY_ENGINE": "dynamodb"}).dynamodb_table == name
    assert load({**given, "QUERY_ENGINE": "boards"}).dynamodb_table is None
    asked = load({**given, "QUERY_ENGINE": "boards"}, engine="dynamodb")
    assert (asked.query_engine, asked.dynamodb_table) == ("dynamodb", name)


@pytest.mark.parametrize("engine", ["QUERY_ENGINE", None])
def test_the_engine_dynamodb_needs_its_table(engine: str | None) -> None:
    with pytest.raises(ConfigError, match=r"^the engine dynamodb needs DYNAMODB_TABLE"):
        load({engine: "dynamodb"}) if engine else load({}, engine="dynamodb")


@pytest.mark.parametrize("command", [["-c", "import app"], ["-m", "chalicelib", "sweep"]])
def test_a_wrong_setting_stops_the_process_with_that_line(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"QUERY_ENGINE": "mysql", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "QUERY_ENGINE" in done.stderr


def test_the_region_is_that_of_aws_region_or_else_left_to_boto3() -> None:
    assert aws_region({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}) == "eu-west-1"
    others: list[dict[str, str]] = [{}, {"AWS_REGION": " "}, {"AWS_DEFAULT_REGION": "us-east-1"}]
    for environ in others:
        assert aws_region(environ) is None
