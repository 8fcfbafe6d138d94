"""A stage: what `.chalice/config.json` says of it, made concrete for one account and region."""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from chalicelib import config as settings
from chalicelib.errors import ConfigError
from tools.deploy.account import Account
from tools.deploy.errors import DeployError

APP: Final = "leaderboard-api"
CONFIG: Final = ".chalice/config.json"
API, INGEST, SWEEP = "api_handler", "ingest_players", "sweep_inbox"
TELL: Final = "tell_uploader"
FUNCTIONS: Final = (API, INGEST, SWEEP, TELL)

# `leaderboard-api-dev-data` is the stack of the lake of `dev`, `…-edge` that of CloudFront.
_OF_ANOTHER: Final = ("-data", "-edge")
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_OWN: Final = ("LAKE_URI", "ATHENA_DATABASE", "ATHENA_WORKGROUP", "DYNAMODB_TABLE")
_NAMES: Final = ("ATHENA_DATABASE", "ATHENA_TABLE", "ATHENA_WORKGROUP")


def read_config(root: Path) -> dict[str, Any]:
    """The project's chalice configuration.

    Raises:
        DeployError: it cannot be read.
    """
    try:
        config: dict[str, Any] = json.loads((root / CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DeployError(f"{CONFIG} cannot be read: {error}") from error
    return config


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that can be deployed.

    Attributes:
        name: as `.chalice/config.json` has it.
        account: where it is deployed to.
        bucket: the lake's bucket.
        key_prefix: what stands before every key in it; empty, or ends with a slash.
        environment: the functions' environment variables.
        config: the chalice configuration of this deployment.
    """

    name: str
    account: Account
    bucket: str
    key_prefix: str
    environment: dict[str, str]
    config: dict[str, Any]

    @classmethod
    def of(
        cls, config: dict[str, Any], name: str, account: Account, bucket: str | None = None
    ) -> Self:
        """The stage as it would be deployed.

        Args:
            config: see `read_config`.
            name: the stage's name.
            account: where to.
            bucket: the lake's bucket, instead of the one that `LAKE_URI` names.

        Raises:
            DeployError: the stage is not there, or a setting of it is wrong.
        """
        check_name(name, config)
        made = copy.deepcopy(config)
        environment = made["stages"][name].setdefault("environment_variables", {})
        _set_lake(environment, name, account, bucket)
        environment["UPLOADS_TOPIC"] = environment.get("UPLOADS_TOPIC") or _topic(name, account)
        try:
            checked = settings.load(environment)
        except ConfigError as error:
            raise DeployError(f"{CONFIG}, stage {name}: {error}") from error
        for setting in _NAMES:
            if not environment.get(setting):
                raise DeployError(f"{CONFIG}, stage {name}: {setting} is not set")
        return cls(name, account, checked.bucket, checked.key_prefix, environment, made)

    @property
    def lake_uri(self) -> str:
        """Where the lake is."""
        return self.environment["LAKE_URI"]

    @property
    def api_stage(self) -> str:
        """The name of the stage within API Gateway, the last part of the API's URL."""
        own = self.config["stages"][self.name].get("api_gateway_stage")
        return str(own or self.config.get("api_gateway_stage") or "api")

    @property
    def api_name(self) -> str:
        """The API's name on API Gateway, by which CloudWatch knows it."""
        return f"{APP}-{self.name}"

    @property
    def data_stack(self) -> str:
        """The stack that holds the bucket."""
        return data_stack(self.name)

    @property
    def app_stack(self) -> str:
        """The stack that holds all else which chalice does not make."""
        return app_stack(self.name)

    def function(self, name: str) -> str:
        """The name of a function on AWS; chalice calls the API's own like the app."""
        return f"{APP}-{self.name}" if name == API else f"{APP}-{self.name}-{name}"

    @property
    def placeholders(self) -> dict[str, str]:
        """What stands for what in the policy files."""
        return {
            "PARTITION": self.account.partition,
            "REGION": self.account.region,
            "ACCOUNT": self.account.number,
            "STAGE": self.name,
            "BUCKET": self.bucket,
            "PREFIX": self.key_prefix,
            "DATABASE": self.environment["ATHENA_DATABASE"],
            "TABLE": self.environment["ATHENA_TABLE"],
            "WORKGROUP": self.environment["ATHENA_WORKGROUP"],
            "DYNAMODB_TABLE": self.dynamodb_table,
            "TOPIC": self.environment["UPLOADS_TOPIC"],
            "PARAMETER": self.webhooks_parameter,
        }

    @property
    def query_engine(self) -> str:
        """The engine, which decides on some of the functions' rights."""
        return settings.load(self.environment).query_engine

    @property
    def dynamodb_table(self) -> str:
        """The table that is made, whichever the engine: it may be filled before it is chosen. Empty
        for none."""
        return self.environment.get("DYNAMODB_TABLE", "").strip()

    @property
    def webhooks_parameter(self) -> str:
        """The parameter with the chats' addresses; where the setting names none, one that may be
        made and named later."""
        named = settings.load(self.environment).uploads_parameter
        return named or f"/{APP}/{self.name}/webhooks"


def app_stack(stage: str) -> str:
    """The name of the stack that holds all else of a stage which chalice does not make."""
    return f"{APP}-{stage}"


def data_stack(stage: str) -> str:
    """The name of the stack that holds a stage's bucket."""
    return f"{APP}-{stage}-data"


def check_name(name: str, config: dict[str, Any]) -> None:
    """See that a stage is there and is meant for AWS.

    Raises:
        DeployError: it is not.
    """
    stages = config.get("stages", {})
    for_aws = [other for other in stages if _lake(stages[other]).startswith("s3:")]
    if name not in for_aws:
        known = ", ".join(for_aws) or "none"
        raise DeployError(f"there is no stage {name!r} for AWS in {CONFIG}; there is: {known}")
    if not _STAGE.fullmatch(name) or name.endswith(_OF_ANOTHER):
        raise DeployError(
            f"the stage {name!r} needs another name: up to 20 lower-case letters, digits and "
            f"dashes, without {' or '.join(_OF_ANOTHER)} at its end"
        )


def check_apart(name: str, config: dict[str, Any]) -> None:
    """See that a stage shares nothing with another stage for AWS.

    Raises:
        DeployError: both have the same lake, database, workgroup or table.
    """
    stages = {of: stage.get("environment_variables", {}) for of, stage in config["stages"].items()}
    for other, variables in stages.items():
        for setting in _OWN:
            value = stages[name].get(setting)
            if other != name and value and value == variables.get(setting):
                raise DeployError(
                    f"{CONFIG}: the stages {name} and {other} have the same {setting}, {value}; "
                    "they would take it from each other"
                )


def _topic(stage: str, account: Account) -> str:
    """The topic that infra/app.yaml makes."""
    return f"arn:{account.partition}:sns:{account.region}:{account.number}:{APP}-{stage}-uploads"


def _lake(stage: dict[str, Any]) -> str:
    return str(stage.get("environment_variables", {}).get("LAKE_URI", ""))


def _set_lake(
    environment: dict[str, str], stage: str, account: Account, bucket: str | None
) -> None:
    """Make `LAKE_URI` concrete: the bucket that is asked for, or the account in its name."""
    scheme, _, rest = environment["LAKE_URI"].partition("://")
    named, slash, prefix = rest.partition("/")
    used = bucket or named.replace("ACCOUNT", account.number).replace("REGION", account.region)
    if not _BUCKET.fullmatch(used):
        raise DeployError(
            f"{used!r} cannot be a bucket's name: 3 to 63 lower-case letters, digits, dots and "
            f"dashes; `make deploy STAGE={stage} BUCKET=name` sets it"
        )
    environment["LAKE_URI"] = f"{scheme}://{used}{slash}{prefix}"
