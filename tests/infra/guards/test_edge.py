"""CloudFront: what the template makes of it, and when a deployment applies it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.support import account, rendered, stage, template
from tools.deploy.errors import DeployError
from tools.deploy.guards import edge
from tools.deploy.guards.options import AS_BEFORE, Options
from tools.deploy.stacks import Stacks, Template

HOST = "a1b2c3.execute-api.eu-central-1.amazonaws.com"
URL = f"https://{HOST}/api"
CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/12345678-abcd"
DOMAIN = Options(edge="1", edge_domain="boards.example.org", edge_certificate=CERTIFICATE)


class FakeStacks(Stacks):
    """Stacks that remember what they are asked for; this one's outputs are CloudFront's."""

    def __init__(self, *, there: bool) -> None:
        super().__init__(account(), Path())
        self.there = there
        self.applied: list[Template] = []
        self.domain: str | None = None

    def output(self, stack: str, name: str) -> str | None:
        assert stack == "leaderboard-api-dev-edge"
        host = "d111111abcdef8.cloudfront.net"
        found = {"DistributionHost": host, "Url": f"https://{self.domain or host}"}
        return found[name] if self.there else None

    def apply(self, template: Template) -> bool:
        self.there = True
        self.domain = template.parameters["DomainName"] or self.domain
        self.applied.append(template)
        return True

    def delete(self, stack: str) -> bool:
        assert stack == "leaderboard-api-dev-edge"
        there, self.there = self.there, False
        return there


def distribution() -> dict[str, Any]:
    """CloudFront's configuration, as `make deploy EDGE=1` with a domain would make it."""
    parameters = edge.template(stage(), URL, DOMAIN).parameters
    given = {name: value for name, value in parameters.items() if value is not None}
    resources = rendered("edge.yaml", {**given, "Distribution.DomainName": "x.cloudfront.net"})
    made: dict[str, Any] = resources["Distribution"]["Properties"]["DistributionConfig"]
    return made


def cache_policy() -> dict[str, Any]:
    given = {"Stage": "dev"}
    made: dict[str, Any] = rendered("edge.yaml", {**given, "ApiHost": HOST, "ApiStage": "api"})[
        "CachePolicy"
    ]["Properties"]["CachePolicyConfig"]
    return made


class TestTemplate:
    """The distribution keeps what the API says, and nothing else."""

    def test_every_parameter_is_given(self) -> None:
        given = edge.template(stage(), URL, DOMAIN)
        assert given.file == "edge.yaml"
        assert given.parameters.keys() == template("edge.yaml")["Parameters"].keys()

    def test_the_api_alone_says_how_long_an_answer_is_kept(self) -> None:
        policy = cache_policy()
        assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
        # The longest that the API says is a day.
        assert policy["MaxTTL"] >= 86_400

    def test_an_answer_is_named_by_its_path_and_whole_query_and_by_nothing_that_a_client_sends(
        self,
    ) -> None:
        key = cache_policy()["ParametersInCacheKeyAndForwardedToOrigin"]
        assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
        assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
        assert key["CookiesConfig"] == {"CookieBehavior": "none"}
        assert (key["EnableAcceptEncodingGzip"], key["EnableAcceptEncodingBrotli"]) == (True, False)

    def test_two_stages_and_two_regions_have_policies_of_their_own(self) -> None:
        assert cache_policy()["Name"] == "leaderboard-api-dev-eu-central-1"

    def test_no_error_is_kept(self) -> None:
        kept = {error["ErrorCode"]: error for error in distribution()["CustomErrorResponses"]}
        # Those that CloudFront keeps for 10 s of its own accord.
        assert kept.keys() == {404, 405, 414, 500, 501, 502, 503, 504}
        for error in kept.values():
            assert error.keys() == {"ErrorCode", "ErrorCachingMinTTL"}
            assert error["ErrorCachingMinTTL"] == 0

    def test_it_asks_the_api_s_own_stage_by_tls_and_waits_longer_than_api_gateway(self) -> None:
        (origin,) = distribution()["Origins"]
        assert (origin["DomainName"], origin["OriginPath"]) == (HOST, "/api")
        how = origin["CustomOriginConfig"]
        assert (how["OriginProtocolPolicy"], how["OriginSSLProtocols"]) == (
            "https-only",
            ["TLSv1.2"],
        )
        assert how["OriginReadTimeout"] > 29

    def test_it_only_reads_and_a_preflight_is_passed_on(self) -> None:
        behavior = distribution()["DefaultCacheBehavior"]
        assert behavior["AllowedMethods"] == ["GET", "HEAD", "OPTIONS"]
        assert behavior["CachedMethods"] == ["GET", "HEAD"]
        assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
        # Else the viewer's host would be sent, and API Gateway knows only its own.
        assert "OriginRequestPolicyId" not in behavior
        assert "ForwardedValues" not in behavior

    def test_a_domain_of_one_s_own_comes_with_its_certificate(self) -> None:
        made = distribution()
        assert made["Aliases"] == ["boards.example.org"]
        assert made["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
        source = template("edge.yaml")["Resources"]["Distribution"]["Properties"]
        otherwise = source["DistributionConfig"]["ViewerCertificate"]["Fn::If"][2]
        assert otherwise == {"CloudFrontDefaultCertificate": True}


class TestApply:
    """A stage has it when it is asked for, and keeps it until it is told not to."""

    def apply(self, stacks: FakeStacks, options: Options) -> tuple[str | None, list[str]]:
        said: list[str] = []
        return edge.apply(stacks, stage(), URL, options, said.append), said

    def test_who_does_not_ask_has_none(self) -> None:
        stacks = FakeStacks(there=False)
        assert self.apply(stacks, AS_BEFORE) == (None, [])
        assert stacks.applied == []

    def test_who_asks_is_told_where_it_is(self) -> None:
        stacks = FakeStacks(there=False)
        url, said = self.apply(stacks, Options(edge="1"))
        assert url == "https://d111111abcdef8.cloudfront.net"
        assert "Stack leaderboard-api-dev-edge: applied" in said

    def test_one_that_is_there_is_brought_up_to_date_with_the_domain_that_it_had(self) -> None:
        stacks = FakeStacks(there=True)
        self.apply(stacks, AS_BEFORE)
        (applied,) = stacks.applied
        assert applied.parameters["ApiHost"] == HOST
        assert applied.parameters["DomainName"] is None

    def test_a_domain_is_told_with_the_record_that_it_needs(self) -> None:
        url, said = self.apply(FakeStacks(there=False), DOMAIN)
        assert url == "https://boards.example.org"
        record = "boards.example.org must lead to d111111abcdef8.cloudfront.net"
        assert any(line.startswith(record) for line in said)

    def test_it_is_removed_when_it_is_not_wanted_any_more(self) -> None:
        stacks = FakeStacks(there=True)
        assert self.apply(stacks, Options(edge="0")) == (
            None,
            ["Stack leaderboard-api-dev-edge: deleted"],
        )
        assert self.apply(stacks, Options(edge="0")) == (None, [])

    def test_a_domain_without_it_is_told_in_one_sentence(self) -> None:
        with pytest.raises(DeployError, match="add EDGE=1"):
            edge.check(FakeStacks(there=False), stage(), DOMAIN._replace(edge=None))
        edge.check(FakeStacks(there=True), stage(), DOMAIN._replace(edge=None))
        edge.check(FakeStacks(there=False), stage(), DOMAIN)
        edge.check(FakeStacks(there=False), stage(), AS_BEFORE)


def test_the_outputs_are_those_that_the_deployment_asks_for() -> None:
    outputs = template("edge.yaml")["Outputs"]
    assert outputs.keys() == {"DistributionHost", "Url"}
    assert "https://${DomainName}" in json.dumps(outputs["Url"])
