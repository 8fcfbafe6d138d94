"""CloudFront in front of a stage's API: a stack of its own, for who asks for it (docs/cache.md).

It is applied after chalice, since it is told where the API is, and remembers what it was told: once
there, it is brought up to date by every deployment until EDGE=0.
"""

from collections.abc import Callable
from typing import Final

from tools.deploy.errors import DeployError
from tools.deploy.guards.options import Options
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import APP, Stage

_HINT: Final = "EDGE_DOMAIN is a name of CloudFront, which this stage has not: add EDGE=1"


def stack(stage: Stage) -> str:
    """The name of the stack."""
    return f"{APP}-{stage.name}-edge"


def template(stage: Stage, url: str, options: Options) -> Template:
    """The stack that holds the distribution.

    Args:
        stage: the stage.
        url: its API's own URL.
        options: domain and certificate; as they were when None.
    """
    return Template(
        stack(stage),
        "edge.yaml",
        {
            "Stage": stage.name,
            "ApiHost": url.removeprefix("https://").partition("/")[0],
            "ApiStage": stage.api_stage,
            "DomainName": options.edge_domain,
            "CertificateArn": options.edge_certificate,
        },
    )


def check(stacks: Stacks, stage: Stage, options: Options) -> None:
    """See that a domain is said of a distribution that there is or will be.

    Args:
        stacks: the stacks of the stage's account and region.
        stage: the stage.
        options: what was said.

    Raises:
        DeployError: there is none.
    """
    said = options.edge is None and options.edge_domain is not None
    if said and stacks.output(stack(stage), "Url") is None:
        raise DeployError(_HINT)


def apply(
    stacks: Stacks, stage: Stage, url: str, options: Options, say: Callable[[str], None]
) -> str | None:
    """Have the distribution, or not, as the options say; as before when they say nothing.

    Args:
        stacks: the stacks of the stage's account and region.
        stage: the stage.
        url: its API's own URL.
        options: what was said.
        say: tells the user.

    Returns:
        The URL of the distribution, without a slash at its end; None if there is none.

    Raises:
        DeployError: it cannot be made so.
    """
    name = stack(stage)
    if options.edge == "0":
        if stacks.delete(name):
            say(f"Stack {name}: deleted")
        return None
    if options.edge is None and stacks.output(name, "Url") is None:
        return None
    if options.edge is not None:
        say("CloudFront takes some minutes to reach all places that it answers from")
    changed = stacks.apply(template(stage, url, options))
    say(f"Stack {name}: {'applied' if changed else 'nothing to change'}")
    edge_url = stacks.output(name, "Url")
    host = stacks.output(name, "DistributionHost")
    say(f"Behind CloudFront the API itself is at {url}")
    if edge_url is not None and host is not None and not edge_url.endswith(f"//{host}"):
        say(f"{edge_url.removeprefix('https://')} must lead to {host} (a CNAME or ALIAS record)")
    return edge_url
