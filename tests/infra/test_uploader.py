"""What a kingdom's officers may do: all that an upload takes, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from chalicelib.views.registry import folders
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.infra.iam import Call, is_allowed
from tests.infra.roles import bucket_policy
from tests.infra.support import ACCOUNT, ROOT, rendered, stage
from tools.deploy import uploader
from tools.deploy.account import Account
from tools.deploy.deploy import data_template
from tools.deploy.stacks import Stacks
from tools.deploy.stage import Stage, read_config

pytestmark = pytest.mark.slow

LAKE = "arn:aws:s3:::the-lake"
INBOX = "inbox/source=rok_players/kingdom=51/"
REPORTS = "reports/source=rok_players/kingdom=51/"
SCAN, REPORT = f"{INBOX}dt=2026-01-26/players.csv", f"{REPORTS}dt=2026-01-26/run_ts=x/p.csv.json"
REJECTED = SCAN.replace("inbox/", "rejected/")
PREFIXES = ["", "lakes/one/"]


@pytest.fixture(params=PREFIXES)
def key_prefix(request: pytest.FixtureRequest) -> str:
    """Where in its bucket the lake is."""
    return str(request.param)


@pytest.fixture
def may(key_prefix: str) -> Callable[..., bool]:
    """Whether an officer of kingdom 51 may do something with a key of the lake."""
    parameters = uploader.uploader_template(stage(key_prefix=key_prefix), "51").parameters
    resources = rendered("uploader.yaml", {name: value or "" for name, value in parameters.items()})
    policy = resources["Uploader"]["Properties"]["PolicyDocument"]

    def ask(action: str, key: str | None = None, **context: str) -> bool:
        resource = LAKE if key is None else f"{LAKE}/{key_prefix}{key}"
        user = f"arn:aws:iam::{ACCOUNT}:user/officer"
        call = Call(action, resource, {"aws:PrincipalArn": user, "aws:SecureTransport": "true"})
        call = replace(call, context={**call.context, **context})
        return is_allowed(call, [policy, bucket_policy("the-lake", key_prefix)])

    return ask


def test_all_that_the_console_does_for_an_upload(may: Callable[..., bool], key_prefix: str) -> None:
    def lists(prefix: str) -> bool:
        where = {"s3:prefix": f"{key_prefix}{prefix}", "s3:delimiter": "/"}
        return may("s3:ListBucket", **where)

    creating = {"s3:ObjectCreationOperation": "true"}
    part = {"s3:ObjectCreationOperation": "false"}
    assert may("s3:GetBucketLocation")
    assert lists(INBOX)
    assert may("s3:PutObject", f"{INBOX}dt=2026-01-26/", **creating)
    assert lists(f"{INBOX}dt=2026-01-26/")
    assert may("s3:PutObject", SCAN, **creating)
    for action in ("s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"):
        assert may(action, SCAN, **part)
    assert lists(REPORTS)
    assert lists(f"{REPORTS}dt=2026-01-26/")
    assert may("s3:GetObject", REPORT)


@pytest.mark.parametrize(
    "key",
    [
        "inbox/source=rok_players/kingdom=5/dt=2026-01-26/p.csv",
        "inbox/source=rok_players/kingdom=510/dt=2026-01-26/p.csv",
        "inbox/source=rok_players/kingdom=51",
        "inbox/source=other/kingdom=51/dt=2026-01-26/p.csv",
        "inbox/p.csv",
        REPORT,
        SCAN.replace("inbox/", "raw/"),
        REJECTED,
        SCAN.replace("inbox/", "withdrawn/"),
        *(SCAN.replace("inbox/", f"{folder}/") for folder in folders()),
        "deploy/dev.json",
        "sweep/state.json",
    ],
)
def test_nothing_is_put_anywhere_else(may: Callable[..., bool], key: str) -> None:
    for context in ({"s3:if-none-match": "*"}, {}):
        assert not may("s3:PutObject", key, **context)
    if key not in {REPORT, REJECTED}:
        assert not may("s3:GetObject", key)


def test_a_mended_file_is_found_read_and_put_into_the_inbox(
    may: Callable[..., bool], key_prefix: str
) -> None:
    mended = REJECTED.replace("players.csv", "run_ts=x/players.repaired.csv")
    folder = mended.rpartition("/")[0]
    where = {"s3:prefix": f"{key_prefix}{folder}/", "s3:delimiter": "/"}
    assert may("s3:ListBucket", **where)
    assert may("s3:GetObject", mended)
    copy = SCAN.replace("players.csv", "players.repaired.csv")
    assert may("s3:PutObject", copy, **{"s3:ObjectCreationOperation": "true"})
    for other in ("kingdom=5/", "kingdom=510/"):
        assert not may("s3:GetObject", mended.replace("kingdom=51/", other))
    assert not may("s3:GetObject", "rejected/unrecognised/run_ts=x/notes.txt")


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "inbox/",
        "inbox/source=rok_players/",
        "inbox/source=rok_players/kingdom=5",
        "inbox/source=rok_players/kingdom=51",
        "inbox/source=rok_players/kingdom=510/",
        "reports/",
        "reports/unrecognised/",
        "raw/source=rok_players/kingdom=51/",
    ],
)
def test_nothing_else_is_listed(may: Callable[..., bool], key_prefix: str, prefix: str) -> None:
    assert not may("s3:ListBucket", **{"s3:prefix": f"{key_prefix}{prefix}"})
    assert not may("s3:ListBucket", **{"s3:prefix": prefix})
    assert not may("s3:ListBucket")
    assert not may("s3:ListBucketVersions", **{"s3:prefix": f"{key_prefix}{INBOX}"})


@pytest.mark.parametrize(
    "action",
    ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl", "s3:RestoreObject"],
)
def test_nothing_is_deleted(may: Callable[..., bool], action: str) -> None:
    assert not any(may(action, key) for key in (SCAN, REPORT))


def test_the_bucket_and_the_account_are_out_of_reach(may: Callable[..., bool]) -> None:
    for action in ("s3:PutBucketPolicy", "s3:DeleteBucket", "s3:PutBucketNotification"):
        assert not may(action)
    assert not may("s3:GetObject", REPORT, **{"aws:SecureTransport": "false"})


class TestTool:
    """`make uploader`, on a fake AWS."""

    @pytest.fixture
    def lake(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
        """The stage's bucket, in its stack."""
        with MotoForChalice() as moto:
            monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
            account = Account.connect()
            made = Stage.of(read_config(ROOT), "dev", account, "my-kingdom-lake")
            Stacks(account, ROOT).apply(data_template(made))
            yield made

    def policies(self) -> dict[str, Any]:
        """The account's own policies, by the kingdom in their names."""
        listed = boto3.client("iam").list_policies(Scope="Local")["Policies"]
        return {policy["PolicyName"].split("-")[3]: policy for policy in listed}

    def kingdoms(self) -> set[str]:
        """Those that have a stack; moto leaves the policy of a removed one where it is."""
        listed = boto3.client("cloudformation").describe_stacks()["Stacks"]
        names = {stack["StackName"].rpartition("-")[2] for stack in listed}
        return {name for name in names if name.startswith("Kingdom")}

    @pytest.mark.slow
    def test_each_kingdom_has_a_policy_of_its_own_until_it_is_removed(
        self, lake: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert uploader.main(["dev", "51, 52"]) == 0
        said = capsys.readouterr().out
        found = self.policies()
        assert found.keys() == {"Kingdom51", "Kingdom52"}
        for kingdom, policy in found.items():
            assert policy["Path"] == "/leaderboard-api/dev/"
            assert policy["Arn"] in said
            for prefix in ("inbox", "reports"):
                number = kingdom.removeprefix("Kingdom")
                link = uploader.link(lake, f"{prefix}/", number)
                assert link in said
                assert urlsplit(link).path == f"/s3/buckets/{lake.bucket}"
                asked = parse_qs(urlsplit(link).query)
                assert asked["prefix"] == [f"{prefix}/source=rok_players/kingdom={number}/"]
        assert uploader.main(["dev", "51"]) == 0
        assert uploader.main(["dev", "51", "--remove"]) == 0
        assert "Kingdom 51: its policy is gone" in capsys.readouterr().out
        assert self.kingdoms() == {"Kingdom52"}
        assert uploader.main(["dev", "52 51", "--remove"]) == 0
        assert "Kingdom 51: it has no policy" in capsys.readouterr().out
        assert self.kingdoms() == set()

    @pytest.mark.parametrize("kingdom", ["0", "051", "100000", "x", "5*", ""])
    def test_what_is_no_kingdom_is_refused(
        self, kingdom: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert uploader.main(["dev", kingdom]) == 1
        assert "is no kingdom" in capsys.readouterr().err

    def test_without_a_lake_there_is_nothing_to_upload_to(
        self,
        moto_endpoint: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
        monkeypatch.setenv("AWS_REGION", "eu-west-3")
        assert uploader.main(["dev", "51"]) == 1
        error = capsys.readouterr().err
        assert error.startswith(
            "error: there is no stage dev in eu-west-3; `make deploy STAGE=dev`"
        )
