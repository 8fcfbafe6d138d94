"""Clients of AWS: one place makes them, and `AWS_REGION` alone says where."""

import re
from pathlib import Path

import pytest

import chalicelib
from chalicelib.lake.aws import LazyClient


@pytest.mark.parametrize("service", ["s3", "athena", "dynamodb"])
@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({"AWS_REGION": "eu-west-3"}, "eu-west-3"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        ({"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "us-east-2"}, "eu-west-3"),
    ],
)
def test_a_client_is_of_the_region_that_the_environment_says(
    service: str, variables: dict[str, str], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    lazy = LazyClient(service, connect_timeout=1, read_timeout=1, attempts=1)
    assert lazy.get().meta.region_name == region


def test_no_other_module_makes_clients() -> None:
    root = Path(chalicelib.__file__).parent
    makers = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"^ *(import boto3|from boto3)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert makers == {"lake/aws.py"}
