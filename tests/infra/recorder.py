"""Records what the handlers ask of AWS, as calls that a policy can be asked about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.infra.iam import Call
from tests.infra.support import ACCOUNT, REGION

_NOT_FOUND = 404


class Recorder:
    """Notes every request of every boto3 client in this process while it records.

    Attributes:
        calls: what was asked, in IAM's terms.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hook into boto3; nothing is recorded yet."""
        self.calls: list[Call] = []
        self._recording = False
        self._workgroups: dict[str, str] = {}
        self._whole = cast(Any, BaseClient)._make_api_call

        def make_api_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            return self._make(client, operation, parameters)

        monkeypatch.setattr(BaseClient, "_make_api_call", make_api_call)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what happens in the block."""
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
        assert service == "s3", f"the recorder does not know {service}"
        self.calls += s3_calls(operation, parameters)
        try:
            return self._whole(client, operation, parameters)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == _NOT_FOUND:
                # S3 says 404 only to those who may list; to others a missing object is a 403.
                self.calls.append(Call("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}"))
            raise

    def _ask_athena(self, client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        """A query's calls are all checked for the workgroup that it was started in."""
        answer = self._whole(client, operation, parameters)
        if operation == "StartQueryExecution":
            self._workgroups[answer["QueryExecutionId"]] = parameters["WorkGroup"]
        query = parameters.get("QueryExecutionId") or answer["QueryExecutionId"]
        workgroup = f"workgroup/{self._workgroups[query]}"
        self.calls.append(
            Call(f"athena:{operation}", f"arn:aws:athena:{REGION}:{ACCOUNT}:{workgroup}")
        )
        return answer


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
