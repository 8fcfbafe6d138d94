"""An `aws` for the commands of docs/, by boto3: the real one needs a botocore of its own.

It knows `s3api`, with options of its operations' own names, and `s3 cp`, and shows what `--query`
selects. What it does not know fails; so does what our bucket policy denies to whoever may do all.
"""

import importlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3

from tests.infra.iam import Call, is_allowed
from tests.infra.roles import bucket_policy
from tests.infra.support import ACCOUNT

_OPERATOR = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}

_select: Any = importlib.import_module("jmespath").search


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit code is 0, or an exception ends the process."""
    match arguments:
        case ["s3", "cp", source, target]:
            _copy(source, target)
        case ["s3api", command, *options]:
            _call(command.replace("-", "_"), options)
        case _:
            raise SystemExit(f"no command that is known: {arguments}")
    return 0


def _copy(source: str, target: str) -> None:
    client = boto3.client("s3")
    if source.startswith("s3://"):
        bucket, _, key = source.removeprefix("s3://").partition("/")
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        if target == "-":
            sys.stdout.buffer.write(body)
        else:
            Path(target).write_bytes(body)
        return
    bucket, _, key = target.removeprefix("s3://").partition("/")
    _judge("put_object", {"Bucket": bucket, "Key": key})
    client.put_object(Bucket=bucket, Key=key, Body=Path(source).read_bytes())


def _call(command: str, options: Sequence[str]) -> None:
    client: Any = boto3.client("s3")
    pairs = dict(zip(options[::2], options[1::2], strict=False))
    query, output = pairs.pop("--query", None), pairs.pop("--output", "json")
    request = _request(client, command, pairs)
    _judge(command, request)
    answer = _answer(client, command, request)
    if len(options) % 2:
        Path(options[-1]).write_bytes(answer.pop("Body").read())
    if answer.get("Errors"):
        raise SystemExit(str(answer["Errors"]))
    shown = answer if query is None else _select(query, answer)
    if output == "text":
        for line in shown or ():
            print("\t".join(map(str, line)))
    elif shown:
        print(json.dumps(shown, default=str, indent=4))


def _judge(command: str, request: dict[str, Any]) -> None:
    """Let nobody past the bucket policy; what only reads is nothing to it."""
    calls: list[tuple[str, str, dict[str, str]]] = []
    match command:
        case "put_object" | "copy_object" | "create_multipart_upload":
            context = {"s3:ObjectCreationOperation": "true"}
            if "IfNoneMatch" in request:
                context["s3:if-none-match"] = request["IfNoneMatch"]
            calls = [("s3:PutObject", request["Key"], context)]
        case "delete_object":
            calls = [_deletion(request)]
        case "delete_objects":
            calls = [_deletion(item) for item in request["Delete"]["Objects"]]
    who = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/x", "aws:SecureTransport": "true"}
    for action, key, context in calls:
        call = Call(action, f"arn:aws:s3:::{request['Bucket']}/{key}", {**who, **context})
        if not is_allowed(call, [_OPERATOR, bucket_policy(request["Bucket"])]):
            raise SystemExit(f"AccessDenied: {call}")


def _deletion(item: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    action = "s3:DeleteObjectVersion" if item.get("VersionId") else "s3:DeleteObject"
    return action, item["Key"], {}


def _request(client: Any, command: str, options: dict[str, str]) -> dict[str, Any]:
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[command])
    shapes = {_dashed(name): (name, shape) for name, shape in model.input_shape.members.items()}
    named = {shapes[option][0]: (shapes[option][1], text) for option, text in options.items()}
    return {name: _value(shape.type_name, text) for name, (shape, text) in named.items()}


def _answer(client: Any, command: str, request: dict[str, Any]) -> dict[str, Any]:
    if client.can_paginate(command):
        pages = client.get_paginator(command).paginate(**request)
        return dict(pages.build_full_result())
    answer = dict(getattr(client, command)(**request))
    answer.pop("ResponseMetadata", None)
    return answer


def _value(kind: str, value: str) -> Any:
    text = Path(value.removeprefix("file://")).read_text() if value.startswith("file://") else value
    if kind == "blob":
        return Path(value).read_bytes()
    if kind in ("structure", "list", "integer", "boolean"):
        return json.loads(text)
    return text


def _dashed(name: str) -> str:
    return "--" + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
