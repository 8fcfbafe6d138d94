"""The templates and policies as AWS would see them, for one made-up stage."""

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3

from tools.deploy.account import Account
from tools.deploy.stage import Stage, read_config

if TYPE_CHECKING:
    from tests.athena.table import Deployed

ROOT: Final = Path(__file__).resolve().parent.parent.parent
INFRA: Final = ROOT / "infra"
REGION: Final = "eu-central-1"
ACCOUNT: Final = "1" * 12


def account() -> Account:
    """An account that is not asked anything."""
    session = boto3.Session("testing", "testing", region_name=REGION)
    return Account(session, ACCOUNT, "aws", REGION)


def stage(
    bucket: str = "the-lake",
    key_prefix: str = "",
    athena: "Deployed | None" = None,
    table: str | None = None,
) -> Stage:
    """The stage `dev` of the real configuration, with its lake below a prefix of a bucket.

    Args:
        bucket: the lake's bucket.
        key_prefix: what stands before every key.
        athena: other names than the configuration's.
        table: the table of the engine `dynamodb`, which is chosen then.
    """
    config = read_config(ROOT)
    variables = config["stages"]["dev"]["environment_variables"]
    variables["LAKE_URI"] = f"s3://{bucket}/{key_prefix}".rstrip("/")
    if athena is not None:
        variables |= athena_variables(athena)
    if table is not None:
        variables |= {"QUERY_ENGINE": "dynamodb", "DYNAMODB_TABLE": table}
    return Stage.of(config, "dev", account())


def athena_variables(athena: "Deployed") -> dict[str, str]:
    """The environment variables that name what was made."""
    return {
        "ATHENA_DATABASE": athena.database,
        "ATHENA_TABLE": athena.table,
        "ATHENA_WORKGROUP": athena.workgroup,
    }


def template(file: str) -> dict[str, Any]:
    """A template as it is written; a tag such as `!Sub` is its long form."""
    # Here, since it takes a second to import: most runs read no template.
    load: Any = importlib.import_module("cfnlint.decode.cfn_yaml").load
    loaded: dict[str, Any] = load(str(INFRA / file))
    return loaded


def rendered(file: str, parameters: dict[str, str]) -> dict[str, Any]:
    """A template's resources with all parameters and names filled in.

    Conditions count as true; what AWS alone knows (`Fn::GetAtt`) stays as it is.
    """
    source = template(file)
    values = {
        "AWS::Partition": "aws",
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": REGION,
        **{
            name: str(parameter["Default"])
            for name, parameter in source["Parameters"].items()
            if "Default" in parameter
        },
        **parameters,
    }
    # A reference to one of these resources is its name.
    names = {"Bucket": "BucketName", "Database": "AthenaDatabase"}
    values |= {name: values[of] for name, of in names.items() if of in values}
    resources: dict[str, Any] = _fill(source["Resources"], values)
    return resources


def _fill(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_fill(item, values) for item in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"}:
        return values.get(node["Ref"], node)
    if node.keys() == {"Fn::Sub"}:
        text = re.sub(r"\$\{([A-Za-z:]+)\}", lambda found: values[found[1]], node["Fn::Sub"])
        return text.replace("${!", "${")
    if node.keys() == {"Fn::If"}:
        return _fill(node["Fn::If"][1], values)
    return {key: _fill(value, values) for key, value in node.items()}


def lint(text: str) -> list[str]:
    """What cfn-lint finds wrong with a template, one line each."""
    linter: Any = importlib.import_module("cfnlint.api").lint
    return [f"{found.linenumber}: {found.rule.id} {found.message}" for found in linter(text)]
