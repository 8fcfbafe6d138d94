"""Addresses from the setting or from a parameter, which is asked for once in a while."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.chats import Chats, Secret
from chalicelib.errors import ConfigError
from chalicelib.telling.addresses import KEPT_SECONDS, Addresses
from chalicelib.telling.faults import TellingError
from tests.aws import REGION
from tests.telling.support import TOKEN

NAME = "/rok/webhooks"
VALUE = json.dumps({"51": f"https://chat.example/{TOKEN}"})


def answer(value: str) -> dict[str, Any]:
    return {"Parameter": {"Name": NAME, "Value": value}}


@pytest.fixture
def ssm() -> Iterator[Stubber]:
    """Systems Manager's client, answering what it is told to, once each."""
    with Stubber(boto3.client("ssm", region_name=REGION)) as stubber:
        yield stubber


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def asked(ssm: Stubber, value: str) -> None:
    ssm.add_response("get_parameter", answer(value), {"Name": NAME, "WithDecryption": True})


def test_the_setting_s_own_addresses_need_no_parameter(ssm: Stubber) -> None:
    address = Secret("https://x/y")
    addresses = Addresses(Chats((("51", address),)), None, ssm.client)
    assert addresses.of(51) == address
    assert addresses.of(52) is None


def test_a_parameter_is_asked_for_once_in_five_minutes(ssm: Stubber) -> None:
    clock = Clock()
    addresses = Addresses(Chats(), NAME, ssm.client, clock)
    asked(ssm, VALUE)
    for _ in range(3):
        found = addresses.of(51)
        assert found is not None
        assert found.reveal() == f"https://chat.example/{TOKEN}"
        clock.now += KEPT_SECONDS / 4
    clock.now += KEPT_SECONDS / 4
    asked(ssm, '{"52": "https://chat.example/other"}')
    assert addresses.of(51) is None
    assert addresses.of(52) is not None
    ssm.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ParameterNotFound", "AccessDenied", "Throttling"])
def test_a_parameter_that_cannot_be_read_is_told_by_its_name(ssm: Stubber, code: str) -> None:
    addresses = Addresses(Chats(), NAME, ssm.client)
    ssm.add_client_error("get_parameter", code, "why")
    with pytest.raises(TellingError, match=f"the parameter {NAME}: why .{code}."):
        addresses.of(51)
    asked(ssm, VALUE)
    assert addresses.of(51) is not None


@pytest.mark.parametrize("value", [TOKEN, f"https://x/{TOKEN}", f'{{"51": "http://x/{TOKEN}"}}'])
def test_a_parameter_with_something_else_in_it_is_not_shown(ssm: Stubber, value: str) -> None:
    addresses = Addresses(Chats(), NAME, ssm.client)
    asked(ssm, value)
    with pytest.raises(ConfigError, match=f"the parameter {NAME}") as raised:
        addresses.of(51)
    assert TOKEN not in str(raised.value)


@pytest.mark.slow  # moto starts three services for it
def test_an_encrypted_parameter_is_read_and_shown_at_no_log_level(
    s3_bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    ssm: Any = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name=NAME, Value=VALUE, Type="SecureString", Overwrite=True)
    caplog.set_level(logging.DEBUG)
    found = Addresses(Chats(), NAME).of(51)
    assert found is not None
    assert found.reveal().endswith(TOKEN)
    assert TOKEN not in caplog.text
