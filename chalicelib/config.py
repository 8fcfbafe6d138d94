"""The settings (contract, section 2), and the only module that reads the environment."""

import json
import os
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, cast, get_args

from chalicelib.chats import ALL, Chats, is_kingdom, parse_webhooks
from chalicelib.errors import ConfigError

QueryEngine = Literal["arrow", "boards", "athena", "dynamodb"]

DEFAULT_LAKE_URI = "file:.lake"
DEFAULT_MAX_UPLOAD_BYTES = 256 * 1024 * 1024
DEFAULT_DKP_WEIGHTS: Mapping[str, int] = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}
MAX_DKP_WEIGHT = 1_000_000

# The bucket names that boto3 accepts; whether the bucket exists is not checked here.
_BUCKET = r"[a-zA-Z0-9._-]{1,255}"
# The identifiers that Athena accepts without quotes, and its workgroup names.
_IDENTIFIER = r"[a-z_][a-z0-9_]{0,254}"
_WORKGROUP = r"[a-zA-Z0-9._-]{1,128}"
# The names that DynamoDB gives a table.
_DYNAMODB_TABLE = r"[a-zA-Z0-9_.-]{3,255}"
_TOPIC = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}"

# The counters that may have a weight: those that count a player's actions.
WEIGHABLE = (
    *(f"t{tier}_{count}" for count in ("kills", "deaths") for tier in range(1, 6)),
    "kills",
    "deaths",
    "kill_points",
    "ranged_points",
    "rss_gathered",
    "rss_assistance",
    "helps",
    "acclaim",
)


Weights = tuple[tuple[str, int], ...]
"""Points per unit, as (counter, weight) pairs in the setting's order."""


class Athena(NamedTuple):
    """Athena's names, validated so that they are safe in SQL.

    Attributes:
        database: the Glue database.
        table: the table over `curated/` in it.
        workgroup: the workgroup of the queries; it must enforce its own configuration.
    """

    database: str
    table: str
    workgroup: str


class Settings(NamedTuple):
    """One stage's settings, validated.

    Attributes:
        lake_uri: `s3://bucket[/prefix]` or `file:DIR`.
        query_engine: the engine that answers the boards.
        athena: the database, table and workgroup of the engine `athena`.
        dkp_weights: the weights for every kingdom that has none of its own.
        max_upload_bytes: larger inbox objects are rejected.
        kingdom_weights: the kingdoms with weights of their own.
        uploads_topic: the ARN of the SNS topic that is told of each upload; None: no topic.
        uploads_chats: the chats that are told.
        uploads_parameter: the parameter of AWS Systems Manager that names the chats instead.
        dynamodb_table: the table of the engine `dynamodb`, which is read and kept up to date; None
            with every other engine, whatever `DYNAMODB_TABLE` says.
    """

    lake_uri: str
    query_engine: QueryEngine
    athena: Athena
    dkp_weights: Weights
    max_upload_bytes: int
    kingdom_weights: tuple[tuple[int, Weights], ...] = ()
    uploads_topic: str | None = None
    uploads_chats: Chats = Chats()
    uploads_parameter: str | None = None
    dynamodb_table: str | None = None

    def weights_of(self, kingdom: int | None) -> Weights:
        """The DKP weights of a kingdom.

        Args:
            kingdom: None where it is not known: the weights of all others.
        """
        return dict(self.kingdom_weights).get(kingdom or 0, self.dkp_weights)

    def with_weights(self, weights: Weights) -> "Settings":
        """The same settings with these weights for every kingdom."""
        return self._replace(dkp_weights=weights, kingdom_weights=())

    @property
    def bucket(self) -> str:
        """The bucket whose uploads trigger ingestion; `local` for a lake in a directory."""
        if self.lake_uri.startswith("s3://"):
            return self.lake_uri.removeprefix("s3://").partition("/")[0]
        return "local"

    @property
    def key_prefix(self) -> str:
        """The prefix of every key in the bucket: empty, or ends with a slash."""
        if not self.lake_uri.startswith("s3://"):
            return ""
        prefix = self.lake_uri.removeprefix("s3://").partition("/")[2].strip("/")
        return f"{prefix}/" if prefix else ""


def load(
    environ: Mapping[str, str] | None = None, *, engine: QueryEngine | None = None
) -> Settings:
    """Read and validate the settings.

    Args:
        environ: where to read them; the process environment when None.
        engine: the engine, whatever `QUERY_ENGINE` says.

    Raises:
        ConfigError: a setting is wrong. Its text is one line that names the setting.
    """
    env = os.environ if environ is None else environ
    weights, kingdom_weights = _dkp_weights(env)
    chats, parameter = parse_webhooks(_value(env, "UPLOADS_WEBHOOKS"), "UPLOADS_WEBHOOKS")
    query_engine = engine or _query_engine(env)
    return Settings(
        lake_uri=_lake_uri(env),
        query_engine=query_engine,
        athena=_athena(env),
        dkp_weights=weights,
        max_upload_bytes=_max_upload_bytes(env),
        kingdom_weights=kingdom_weights,
        uploads_topic=_uploads_topic(env),
        uploads_chats=chats,
        uploads_parameter=parameter,
        dynamodb_table=_dynamodb_table(env, query_engine),
    )


def aws_region(environ: Mapping[str, str] | None = None) -> str | None:
    """The AWS region for every client: `AWS_REGION`; None leaves it to boto3's own settings.

    boto3 reads `AWS_DEFAULT_REGION` and profiles alone, unlike AWS's other SDKs and command line.

    Args:
        environ: where to read it; the process environment when None.
    """
    env = os.environ if environ is None else environ
    return _value(env, "AWS_REGION") or None


def _value(env: Mapping[str, str], name: str) -> str:
    return env.get(name, "").strip()


def _lake_uri(env: Mapping[str, str]) -> str:
    uri = _value(env, "LAKE_URI")
    if not uri:
        if "AWS_LAMBDA_FUNCTION_NAME" in env:
            raise ConfigError("LAKE_URI is not set; in Lambda it must be s3://bucket[/prefix]")
        return DEFAULT_LAKE_URI
    scheme, separator, rest = uri.partition(":")
    if scheme == "file" and rest:
        return uri
    if scheme == "s3" and separator and rest.startswith("//"):
        bucket = rest[2:].partition("/")[0]
        if re.fullmatch(_BUCKET, bucket):
            return uri.rstrip("/")
        if bucket:
            raise ConfigError(
                f"LAKE_URI must name a bucket with letters, digits, dots and dashes, not {bucket!r}"
            )
    raise ConfigError(f"LAKE_URI must be s3://bucket[/prefix] or file:DIR, not {uri!r}")


def _query_engine(env: Mapping[str, str]) -> QueryEngine:
    engine = _value(env, "QUERY_ENGINE") or "arrow"
    if engine not in get_args(QueryEngine):
        known = ", ".join(get_args(QueryEngine))
        raise ConfigError(f"QUERY_ENGINE must be one of {known}, not {engine!r}")
    if engine == "athena" and not _lake_uri(env).startswith("s3://"):
        raise ConfigError(
            "QUERY_ENGINE athena reads S3 only: LAKE_URI must be s3://bucket[/prefix]"
        )
    return cast(QueryEngine, engine)


def _athena(env: Mapping[str, str]) -> Athena:
    return Athena(
        database=_athena_name(env, "ATHENA_DATABASE", "rok", _IDENTIFIER),
        table=_athena_name(env, "ATHENA_TABLE", "rok_players", _IDENTIFIER),
        workgroup=_athena_name(env, "ATHENA_WORKGROUP", "rok", _WORKGROUP),
    )


def _athena_name(env: Mapping[str, str], setting: str, default: str, pattern: str) -> str:
    name = _value(env, setting)
    if name and not re.fullmatch(pattern, name):
        raise ConfigError(f"{setting} must match {pattern}, not {name!r}")
    return name or default


def _dkp_weights(
    env: Mapping[str, str],
) -> tuple[Weights, tuple[tuple[int, Weights], ...]]:
    """The weights of all others, and those of single kingdoms."""
    text = _value(env, "DKP_WEIGHTS")
    default = tuple(DEFAULT_DKP_WEIGHTS.items())
    if not text:
        return default, ()
    try:
        given = json.loads(text, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"DKP_WEIGHTS is not JSON: {error}") from None
    if not (isinstance(given, dict) and any(is_kingdom(name) for name in given)):
        return _weights(given, "DKP_WEIGHTS"), ()
    for name in given:
        if not is_kingdom(name):
            raise ConfigError(
                f"DKP_WEIGHTS has kingdoms, and {name!r} is none: 1 to 99999, or {ALL} for all "
                "others"
            )
    read = {name: _weights(one, f"DKP_WEIGHTS of {name}") for name, one in given.items()}
    others = read.pop(ALL, default)
    return others, tuple((int(kingdom), weights) for kingdom, weights in read.items())


def _weights(given: object, setting: str) -> Weights:
    if not isinstance(given, dict) or not given:
        raise ConfigError(f'{setting} must be an object like {{"t4_kills":10,"deaths":40}}')
    for name, weight in given.items():
        if name not in WEIGHABLE:
            raise ConfigError(f"{setting} has {name!r}; it may have {', '.join(WEIGHABLE)}")
        if type(weight) is not int or not 0 <= weight <= MAX_DKP_WEIGHT:
            raise ConfigError(
                f"{setting}: {name} must be a whole number from 0 to {MAX_DKP_WEIGHT}, "
                f"not {json.dumps(weight)}"
            )
    return tuple(given.items())


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; repeated keys are refused, because it is unknown which one is meant."""
    names = [name for name, _ in pairs]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ConfigError(f"DKP_WEIGHTS has {repeated!r} twice")
    return dict(pairs)


def _max_upload_bytes(env: Mapping[str, str]) -> int:
    text = _value(env, "MAX_UPLOAD_BYTES")
    if not text:
        return DEFAULT_MAX_UPLOAD_BYTES
    if not (text.isascii() and text.isdigit() and int(text[:18]) > 0 and len(text) <= 18):
        raise ConfigError(f"MAX_UPLOAD_BYTES must be a whole number of bytes, not {text!r}")
    return int(text)


def _uploads_topic(env: Mapping[str, str]) -> str | None:
    topic = _value(env, "UPLOADS_TOPIC")
    if topic and not re.fullmatch(_TOPIC, topic):
        raise ConfigError(
            f"UPLOADS_TOPIC must be a topic's ARN, arn:aws:sns:REGION:ACCOUNT:NAME, not {topic!r}"
        )
    return topic or None


def _dynamodb_table(env: Mapping[str, str], engine: QueryEngine) -> str | None:
    table = _value(env, "DYNAMODB_TABLE")
    if table and not re.fullmatch(_DYNAMODB_TABLE, table):
        raise ConfigError(f"DYNAMODB_TABLE must match {_DYNAMODB_TABLE}, not {table!r}")
    if engine != "dynamodb":
        return None
    if not table:
        raise ConfigError("the engine dynamodb needs DYNAMODB_TABLE, the name of its table")
    return table


def lambda_function(environ: Mapping[str, str] | None = None) -> str | None:
    """The function in `app.py` that this process is started for; None outside of Lambda.

    Args:
        environ: where to read it; the process environment when None.
    """
    env = os.environ if environ is None else environ
    if "AWS_LAMBDA_FUNCTION_NAME" not in env:
        return None
    return env.get("_HANDLER", "").rpartition(".")[2] or None
