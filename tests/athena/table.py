"""The deployed Glue table and Athena workgroup, made on a moto server from `infra/app.yaml`."""

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.infra.support import rendered

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_glue import GlueClient


@dataclass(frozen=True)
class Deployed:
    """The names of what was made."""

    database: str
    table: str
    workgroup: str


def deploy_table(
    glue: "GlueClient", athena: "AthenaClient", bucket: str, suffix: str, key_prefix: str = ""
) -> Deployed:
    """Make a database, the tables over a bucket, and a workgroup.

    CloudFormation would make them from the same properties, which are shaped as boto3's; moto's
    CloudFormation leaves them all out.

    Args:
        glue: a client.
        athena: a client.
        bucket: the lake's.
        suffix: makes the names of the database and the workgroup the only ones.
        key_prefix: what stands before every key; empty, or ends with a slash.
    """
    names = Deployed(f"rok_{suffix}", "rok_players", f"leaderboard-{suffix}")
    resources = _resources(
        {
            "Stage": "dev",
            "BucketName": bucket,
            "KeyPrefix": key_prefix,
            "AthenaDatabase": names.database,
            "AthenaTable": names.table,
            "AthenaWorkgroup": names.workgroup,
        }
    )
    glue.create_database(DatabaseInput=resources["Database"]["Properties"]["DatabaseInput"])
    for resource in resources.values():
        if resource["Type"] == "AWS::Glue::Table":
            table = resource["Properties"]["TableInput"]
            glue.create_table(DatabaseName=names.database, TableInput=table)
    workgroup = resources["Workgroup"]["Properties"]
    athena.create_work_group(
        Name=workgroup["Name"],
        Description=workgroup["Description"],
        Configuration=_configuration(workgroup["WorkGroupConfiguration"]),
    )
    return names


def _resources(parameters: dict[str, str]) -> Any:
    """The template's resources with parameters filled in."""
    text = _template(tuple(parameters))
    for name, value in parameters.items():
        text = text.replace(f"<{name}>", value)
    return json.loads(text)


@functools.cache
def _template(parameters: tuple[str, ...]) -> str:
    """Read once, with marks in the parameters' places: parsing it takes longer than most tests."""
    return json.dumps(rendered("app.yaml", {name: f"<{name}>" for name in parameters}))


def _configuration(properties: dict[str, Any]) -> Any:
    """As `CreateWorkGroup` takes it; a parameter of a template is always text."""
    cutoff = int(properties["BytesScannedCutoffPerQuery"])
    return {**properties, "BytesScannedCutoffPerQuery": cutoff}
