"""What whoever deploys may say of limits, logs, costs and the cache in front; stacks keep it."""

import argparse
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Self

MAX_RATE: Final = 10_000
MAX_BURST: Final = 5_000
"""What API Gateway gives an account in a region, unless AWS was asked for more."""

NOBODY: Final = "none"
"""What an address is to be when nobody is told any more; empty leaves it as it was."""

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_CERTIFICATE: Final = re.compile(
    r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[\w-]+", re.ASCII
)
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)


class Options(NamedTuple):
    """What was said; None is: as at the last deployment, or else the default.

    All are texts, as AWS takes a stack's parameters.

    Attributes:
        rate: requests a second that the API takes in the long run (RATE=…).
        burst: requests that it takes at once (BURST=…).
        access_logs: `1` for a log of all requests, `0` for none (ACCESS_LOGS=…).
        budget: USD a month, of the whole account; `0` for no budget (BUDGET_USD=…).
        edge: `1` for CloudFront in front of the API, `0` for none (EDGE=…).
        edge_domain: a name of one's own for it; empty for CloudFront's (EDGE_DOMAIN=…).
        edge_certificate: the ARN of that name's certificate (EDGE_CERTIFICATE=…).
        uploads_email: who is told what became of each upload; `none` for nobody (UPLOADS_EMAIL=…).
    """

    rate: str | None = None
    burst: str | None = None
    access_logs: str | None = None
    budget: str | None = None
    edge: str | None = None
    edge_domain: str | None = None
    edge_certificate: str | None = None
    uploads_email: str | None = None

    @property
    def uploads_email_or_nobody(self) -> str | None:
        """The address as the stack takes it, where nobody is an empty one."""
        return "" if self.uploads_email == NOBODY else self.uploads_email

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Self:
        """The options of a command line that `add_arguments` has prepared.

        Raises:
            DeployError: a value cannot be used.
        """
        # It brings botocore, which takes a while; the command line is read before.
        from tools.deploy.errors import DeployError  # noqa: PLC0415

        given = {name: getattr(arguments, name) or None for name in cls._fields}
        for name, check in _CHECKS.items():
            value = given[name]
            if value is not None and not check.is_good(value):
                variable = _VARIABLES[name]
                raise DeployError(f"{variable} must be {check.must_be}, not {value!r}")
        if (given["edge_domain"] is None) != (given["edge_certificate"] is None):
            raise DeployError("EDGE_DOMAIN and EDGE_CERTIFICATE go together: name and certificate")
        if given["edge"] == "0" and given["edge_domain"] is not None:
            raise DeployError("EDGE_DOMAIN is a name of CloudFront, which EDGE=0 removes")
        return cls(**given)


def check_budget(had: Mapping[str, str], alarm_email: str | None, options: Options) -> None:
    """See that somebody is told of a budget, before anything is made.

    Args:
        had: the parameters of the stage's stack, as they were last.
        alarm_email: who is told of alarms; empty for nobody, as it was when None.
        options: what was said.

    Raises:
        DeployError: there would be a budget and nobody to tell.
    """
    from tools.deploy.errors import DeployError  # noqa: PLC0415 - as above

    budget = had.get("BudgetUsd", "0") if options.budget is None else options.budget
    email = had.get("AlarmEmail", "") if alarm_email is None else alarm_email
    if float(budget) and not email:
        raise DeployError(
            f"BUDGET_USD={budget} needs ALARM_EMAIL, who is told of it; BUDGET_USD=0 is no budget"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command take the options."""
    for name, variable in _VARIABLES.items():
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, help=f"{_CHECKS[name].must_be} ({variable}=…)")


class _Check(NamedTuple):
    must_be: str
    is_good: Callable[[str], bool]


def _number(most: int, least: int = 1) -> Callable[[str], bool]:
    def is_good(text: str) -> bool:
        return text.isascii() and text.isdigit() and least <= int(text) <= most

    return is_good


_SWITCH: Final = _Check("1 or 0", ("1", "0").__contains__)
_CHECKS: Final = {
    "rate": _Check(f"requests a second, 1 to {MAX_RATE}", _number(MAX_RATE)),
    "burst": _Check(f"requests at once, 1 to {MAX_BURST}", _number(MAX_BURST)),
    "access_logs": _SWITCH,
    "uploads_email": _Check(
        f"an e-mail address, or {NOBODY}",
        lambda text: text == NOBODY or bool(_EMAIL.fullmatch(text)),
    ),
    "budget": _Check("whole USD a month, 0 for no budget", _number(10**9, least=0)),
    "edge": _SWITCH,
    "edge_domain": _Check(
        "a name such as api.example.org", lambda text: bool(_DOMAIN.fullmatch(text))
    ),
    "edge_certificate": _Check(
        "the ARN of a certificate in us-east-1, where CloudFront looks for it",
        lambda text: bool(_CERTIFICATE.fullmatch(text)),
    ),
}
_VARIABLES: Final = {
    name: "BUDGET_USD" if name == "budget" else name.upper() for name in Options._fields
}

AS_BEFORE: Final = Options()
"""Nothing was said."""
