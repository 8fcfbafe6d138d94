"""Limits, errors, logs and CloudFront of a stage, through real deployments against moto.

Moto forgets what was set on the API's stage at each deployment, and its API's gateway responses.
"""

from collections.abc import Iterator
from typing import Any

import pytest

import app as app_module
from tests.e2e.artefact import NEEDS_312
from tests.e2e.clone import Clone, Step
from tests.e2e.moto_for_chalice import MotoForChalice
from tools.deploy.guards.gateway import gateway_responses

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]

STACK, EDGE = "leaderboard-api-dev", "leaderboard-api-dev-edge"
ROLE = "leaderboard-api-gateway-logs-eu-central-1"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Step]]:
    """Every step of the story, by name."""
    with MotoForChalice() as moto:
        clone = Clone(tmp_path_factory.mktemp("clone"), moto.url)
        yield {
            "first": clone.run("dev", "--bucket", "my-kingdom-lake"),
            "wrong": clone.run("dev", "--rate", "many"),
            "set": clone.run(
                "dev", "--rate", "7", "--burst", "9", "--access-logs", "1", "--edge", "1"
            ),
            "kept": clone.run("dev"),
            "off": clone.run("dev", "--access-logs", "0", "--edge", "0"),
            "with edge": clone.run("dev", "--edge", "1"),
            "destroyed": clone.run("dev", "--destroy"),
        }


def stage_of(step: Step) -> dict[str, Any]:
    """The API's stage after a step."""
    assert step.code == 0, step.errors
    (api,) = step.aws.apis.values()
    stage: dict[str, Any] = api["stages"]["api"]
    return stage


@pytest.mark.parametrize(
    ("name", "rate", "burst"),
    [("first", 20, 40), ("set", 7, 9), ("kept", 7, 9), ("off", 7, 9)],
)
def test_the_api_is_held_to_its_limits_after_every_deployment(
    story: dict[str, Step], name: str, rate: int, burst: int
) -> None:
    settings = stage_of(story[name])["methodSettings"]["*/*"]
    found = (settings["throttlingRateLimit"], settings["throttlingBurstLimit"])
    assert found == (float(rate), burst)
    assert f"The API takes {rate} requests a second, {burst} at once" in story[name].said


@pytest.mark.parametrize("name", ["first", "set", "kept", "off"])
def test_the_function_has_room_for_what_the_api_lets_through(
    story: dict[str, Step], name: str
) -> None:
    assert story[name].aws.functions["leaderboard-api-dev"]["Reserved"] == 50


@pytest.mark.parametrize("name", ["first", "set", "kept", "off"])
def test_api_gateway_answers_in_our_words_after_every_deployment(
    story: dict[str, Step], name: str
) -> None:
    (api,) = story[name].aws.apis.values()
    wanted = gateway_responses(app_module.app)
    assert api["responses"].keys() == wanted.keys()
    for kind, response in wanted.items():
        assert api["responses"][kind].get("statusCode") == response.get("statusCode")
        for of in ("responseParameters", "responseTemplates"):
            assert api["responses"][kind][of] == response[of]


def test_requests_are_logged_from_when_it_is_asked_for_until_it_is_not_wanted(
    story: dict[str, Step],
) -> None:
    logged = {
        name: stage_of(story[name]).get("accessLogSettings")
        for name in ("first", "set", "kept", "off")
    }
    assert not logged["first"]
    assert not logged["off"]
    log = logged["set"]
    assert log == logged["kept"]
    assert log is not None
    group = log["destinationArn"].rpartition(":")[2]
    assert group == "/aws/apigateway/leaderboard-api-dev"
    assert story["set"].aws.logs[group] == 30


def test_the_role_that_api_gateway_logs_by_is_told_once_and_stays(story: dict[str, Step]) -> None:
    told = [name for name, step in story.items() if ROLE in step.said]
    assert told == ["set"]
    assert ROLE not in story["first"].aws.roles
    assert ROLE in story["destroyed"].aws.roles


def test_cloudfront_is_there_from_when_it_is_asked_for_until_it_is_not_wanted(
    story: dict[str, Step],
) -> None:
    there = {name for name, step in story.items() if EDGE in step.aws.stacks}
    assert there == {"set", "kept", "with edge"}
    assert f"Stack {EDGE}: deleted" in story["off"].said
    boards = "/v1/kingdoms/51/leaderboards/dkp"
    for name, step in story.items():
        assert (f".cloudfront.net{boards}" in step.said) is (name in there)


def test_destroying_takes_cloudfront_down_before_the_api(story: dict[str, Step]) -> None:
    said = story["destroyed"].said
    assert story["destroyed"].code == 0, story["destroyed"].errors
    assert 0 <= said.index(f"Stack {EDGE}: deleted") < said.index("Deleting Rest API")
    assert not story["destroyed"].aws.apis


def test_a_wrong_value_is_told_before_anything_is_touched(story: dict[str, Step]) -> None:
    step = story["wrong"]
    assert (step.code, step.said) == (1, "")
    assert step.errors == "error: RATE must be requests a second, 1 to 10000, not 'many'\n"
