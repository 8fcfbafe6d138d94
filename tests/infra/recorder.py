"""Records what the handlers ask of AWS, and refuses them what their policy does not allow.

moto allows everything. Here every request is first put to the function's policy, in IAM's terms,
and a missing object is told as S3 tells it: with 404 only to those who may list the whole bucket.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.infra.iam import Call
from tests.infra.support import ACCOUNT, REGION

_NOT_FOUND: Final = 404


class Recorder:
    """Notes and judges every request of every boto3 client in this process while it records.

    Attributes:
        calls: what was asked, in IAM's terms.
        refused: those of them that the policy does not allow, which failed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, may: Callable[[Call], bool]) -> None:
        """Hook into boto3; nothing is recorded yet.

        Args:
            monkeypatch: undoes it.
            may: whether a call is allowed.
        """
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self._may = may
        self._recording = False
        self._workgroups: dict[str, str] = {}
        self._whole = cast(Any, BaseClient)._make_api_call

        def make_api_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            return self._make(client, operation, parameters)

        monkeypatch.setattr(BaseClient, "_make_api_call", make_api_call)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record and judge what happens in the block."""
        self._recording = True
        try:
            yield
        finally:
            self._recording = False

    def _make(self, client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if not self._recording or service == "glue":  # the tests' Athena asks it, in this process
            return self._whole(client, operation, parameters)
        if service == "athena":
            return self._ask_athena(client, operation, parameters)
        if service in ("sns", "ssm"):
            self._judge([tell_call(operation, parameters)], operation)
            return self._whole(client, operation, parameters)
        if service == "dynamodb":
            self._judge(item_calls(operation, parameters), operation)
            return self._whole(client, operation, parameters)
        assert service == "s3", f"the recorder does not know {service}"
        self._judge(s3_calls(operation, parameters), operation)
        try:
            return self._whole(client, operation, parameters)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            # To tell that an object is not there is to list the bucket, without a prefix.
            whole = Call("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}")
            if status == _NOT_FOUND and not self._may(whole):
                raise access_denied(operation) from error
            raise

    def _judge(self, calls: list[Call], operation: str) -> None:
        """Note calls.

        Raises:
            ClientError: one of them is not allowed.
        """
        self.calls += calls
        refused = [call for call in calls if not self._may(call)]
        self.refused += refused
        if refused:
            raise access_denied(operation)

    def _ask_athena(self, client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        """A query's calls are all checked for the workgroup that it was started in."""
        answer = self._whole(client, operation, parameters)
        if operation == "StartQueryExecution":
            self._workgroups[answer["QueryExecutionId"]] = parameters["WorkGroup"]
        query = parameters.get("QueryExecutionId") or answer["QueryExecutionId"]
        workgroup = f"workgroup/{self._workgroups[query]}"
        call = Call(f"athena:{operation}", f"arn:aws:athena:{REGION}:{ACCOUNT}:{workgroup}")
        self._judge([call], operation)
        return answer


def access_denied(operation: str) -> ClientError:
    """S3's refusal; to a HEAD there is no body, so that its code is the status."""
    code = "403" if operation.startswith("Head") else "AccessDenied"
    error: Any = {
        "Error": {"Code": code, "Message": "Access Denied"},
        "ResponseMetadata": {"HTTPStatusCode": 403},
    }
    return ClientError(error, operation)


def tell_call(operation: str, parameters: dict[str, Any]) -> Call:
    """What SNS and Systems Manager check for a request."""
    match operation:
        case "Publish":
            # moto's topics are of an account of its own.
            name = parameters["TopicArn"].rpartition(":")[2]
            return Call("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}")
        case "GetParameter":
            arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{parameters['Name']}"
            return Call("ssm:GetParameter", arn)
    raise AssertionError(f"the recorder does not know {operation}: teach it, and the policies")


def item_calls(operation: str, parameters: dict[str, Any]) -> list[Call]:
    """What DynamoDB checks for a request: the operation, on each table that it is about."""
    tables = parameters.get("RequestItems", {parameters.get("TableName"): None})
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
    return [Call(f"dynamodb:{operation}", f"{arn}/{table}") for table in tables]


def s3_calls(operation: str, parameters: dict[str, Any]) -> list[Call]:
    """What S3 checks for a request, from its service authorization reference."""
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    item = f"{bucket}/{parameters.get('Key')}"
    match operation:
        case "GetObject" | "HeadObject":
            return [Call("s3:GetObject", item)]
        case "ListObjectsV2":
            prefix = {"s3:prefix": parameters["Prefix"]} if "Prefix" in parameters else {}
            return [Call("s3:ListBucket", bucket, prefix)]
        case "PutObject":
            context = {"s3:ObjectCreationOperation": "true"}
            if "IfNoneMatch" in parameters:
                context["s3:if-none-match"] = parameters["IfNoneMatch"]
            # A compare-and-swap looks at what is there.
            looks = [Call("s3:GetObject", item)] if "IfMatch" in parameters else []
            return [*looks, Call("s3:PutObject", item, context)]
    raise AssertionError(f"the recorder does not know {operation}: teach it, and the policies")
