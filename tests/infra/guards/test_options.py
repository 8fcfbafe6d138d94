"""What may be said to `make deploy`, and what is told about the rest, in one sentence."""

import argparse
import re

import pytest

from tests.infra.support import ROOT
from tools.deploy.errors import DeployError
from tools.deploy.guards.options import AS_BEFORE, Options, add_arguments, check_budget

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/12345678-abcd"


def parsed(*arguments: str) -> Options:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return Options.of(parser.parse_args(arguments))


def test_nothing_and_empty_values_leave_all_as_it_is() -> None:
    assert parsed() == AS_BEFORE
    assert parsed("--rate", "", "--edge", "", "--edge-domain", "") == AS_BEFORE


def test_what_is_said_is_taken() -> None:
    said = parsed(
        *("--rate", "5", "--burst", "10", "--access-logs", "1", "--budget", "0", "--edge", "1"),
        *("--edge-domain", "boards.example.org", "--edge-certificate", CERTIFICATE),
        *("--uploads-email", "me@example.org"),
    )
    domain = "boards.example.org"
    assert said == Options("5", "10", "1", "0", "1", domain, CERTIFICATE, "me@example.org")


@pytest.mark.parametrize(
    ("said", "email"), [((), None), (("me@example.org",), "me@example.org"), (("none",), "")]
)
def test_who_is_told_of_uploads_stays_until_another_or_nobody_is_named(
    said: tuple[str, ...], email: str | None
) -> None:
    given = [part for address in said for part in ("--uploads-email", address)]
    assert parsed(*given).uploads_email_or_nobody == email


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rate", "0"], "RATE must be requests a second, 1 to 10000, not '0'"),
        (["--rate", "1.5"], "RATE must be"),
        (["--rate", "٣"], "RATE must be"),
        (["--burst", "5001"], "BURST must be requests at once, 1 to 5000, not '5001'"),
        (["--access-logs", "yes"], "ACCESS_LOGS must be 1 or 0, not 'yes'"),
        (["--budget", "-1"], "BUDGET_USD must be whole USD a month"),
        (["--uploads-email", "me"], "UPLOADS_EMAIL must be an e-mail address, or none, not 'me'"),
        (["--edge", "true"], "EDGE must be 1 or 0, not 'true'"),
        (["--edge-domain", "https://x.org"], "EDGE_DOMAIN must be a name such as"),
        (["--edge-certificate", "x"], "EDGE_CERTIFICATE must be the ARN of a certificate in us-ea"),
        (
            ["--edge-certificate", CERTIFICATE.replace("us-east-1", "eu-central-1")],
            "EDGE_CERTIFICATE must be the ARN of a certificate in us-east-1",
        ),
        (["--edge-domain", "x.org"], "EDGE_DOMAIN and EDGE_CERTIFICATE go together"),
        (["--edge-certificate", CERTIFICATE], "EDGE_DOMAIN and EDGE_CERTIFICATE go together"),
        (
            ["--edge", "0", "--edge-domain", "x.org", "--edge-certificate", CERTIFICATE],
            "EDGE_DOMAIN is a name of CloudFront, which EDGE=0 removes",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(arguments: list[str], told: str) -> None:
    with pytest.raises(DeployError, match=re.escape(told)) as caught:
        parsed(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", Options._fields)
def test_make_passes_each_on_and_the_docs_tell_of_it(name: str) -> None:
    variable = "BUDGET_USD" if name == "budget" else name.upper()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert f'--{name.replace("_", "-")} "$({variable})"' in makefile
    assert f"| `{variable}` |" in (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("had", "email", "budget", "is_told"),
    [
        ({}, None, None, True),
        ({}, None, "0", True),
        ({}, None, "20", False),
        ({}, "me@example.org", "20", True),
        ({"AlarmEmail": "me@example.org"}, None, "20", True),
        ({"AlarmEmail": "me@example.org", "BudgetUsd": "20"}, "", None, False),
        ({"AlarmEmail": "me@example.org", "BudgetUsd": "20"}, "", "0", True),
        ({"AlarmEmail": "", "BudgetUsd": "0"}, None, None, True),
    ],
)
def test_a_budget_needs_somebody_who_is_told(
    had: dict[str, str], email: str | None, budget: str | None, is_told: bool
) -> None:
    options = Options(budget=budget)
    if is_told:
        check_budget(had, email, options)
        return
    with pytest.raises(DeployError, match="BUDGET_USD=20 needs ALARM_EMAIL"):
        check_budget(had, email, options)
