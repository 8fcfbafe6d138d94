"""What chalice remembers of a deployment, kept in the lake's bucket.

Chalice writes down what it made (the API's id above all) in `.chalice/deployed/STAGE.json`. A
second machine without that file would make a second API. So the file's home is the bucket, and
the one in the source tree is a copy for `chalice logs`, `chalice url` and the like.
"""

import json
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy import orphans
from tools.deploy.bucket import bucket_exists
from tools.deploy.errors import code_of
from tools.deploy.stage import Stage

_DEPLOYED: Final = ".chalice/deployed"


class State:
    """A stage's `deployed` file."""

    def __init__(self, stage: Stage, root: Path, project: Path) -> None:
        """Nothing is read yet.

        Args:
            stage: whose.
            root: the source tree.
            project: the chalice project that is deployed.
        """
        self._stage = stage
        self._client: Any = stage.account.session.client("s3")
        self._place = {"Bucket": stage.bucket, "Key": f"{stage.key_prefix}deploy/{stage.name}.json"}
        self._local = root / _DEPLOYED / f"{stage.name}.json"
        self._used = project / _DEPLOYED / f"{stage.name}.json"

    def restore(self) -> bool:
        """Give the project what is remembered, or else found; whether there was anything."""
        text = self._remembered() or self._found()
        if text is None:
            return False
        self._used.parent.mkdir(parents=True, exist_ok=True)
        self._used.write_bytes(text)
        return True

    def _remembered(self) -> bytes | None:
        try:
            text: bytes = self._client.get_object(**self._place)["Body"].read()
        except ClientError as error:
            if code_of(error) not in ("NoSuchKey", "NoSuchBucket"):
                raise
            return None
        return text

    def _found(self) -> bytes | None:
        resources = orphans.find(self._stage)
        record = {"resources": resources, "schema_version": "2.0", "backend": "api"}
        return json.dumps(record).encode() if resources else None

    def keep(self) -> None:
        """Remember what the project's chalice has just made."""
        text = self._used.read_bytes()
        self._client.put_object(**self._place, Body=text, ContentType="application/json")
        self._local.parent.mkdir(parents=True, exist_ok=True)
        self._local.write_bytes(text)

    def forget(self) -> None:
        """Remember nothing any more."""
        if bucket_exists(self._stage):
            self._client.delete_object(**self._place)
        self._local.unlink(missing_ok=True)

    def api_url(self) -> str:
        """The URL of the API that was deployed, without a slash at its end."""
        resources = json.loads(self._used.read_text("utf-8"))["resources"]
        urls = [item["rest_api_url"] for item in resources if item["resource_type"] == "rest_api"]
        return str(urls[0]).rstrip("/")
