"""What chalice remembers of a deployment, kept in the lake's bucket.

Chalice writes down what it made (the API's id above all) in `.chalice/deployed/STAGE.json`. Here
that file is never believed: what it names may be gone, and what it lacks may be there. It is made
anew of what is found on AWS, and says only which of that was the stage's before: which API's URL
people use, and which functions an older version had. Its home is the bucket, and the one in the
source tree is a copy for `chalice logs`, `chalice url` and the like.
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
        """Give the project what there is of the stage; whether there is anything."""
        return self._give(self._there())

    def restore_all(self) -> bool:
        """The same, and every further API that calls the stage's function: it is to go too."""
        there = self._there()
        known = {resource.get("rest_api_id") for resource in there}
        more = [api for api in orphans.rest_apis(self._stage) if api["rest_api_id"] not in known]
        numbered = [{**api, "name": f"rest_api_{n}"} for n, api in enumerate(more, 2)]
        return self._give([*there, *numbered])

    def _give(self, resources: list[orphans.Resource]) -> bool:
        if not resources:
            return False
        record = {"resources": resources, "schema_version": "2.0", "backend": "api"}
        self._used.parent.mkdir(parents=True, exist_ok=True)
        self._used.write_text(json.dumps(record), "utf-8")
        return True

    def _there(self) -> list[orphans.Resource]:
        """What is found by its name, and what is remembered and is there."""
        found = orphans.find(self._stage)
        names = {resource["name"] for resource in found if not _is_api(resource)}
        before = [
            resource
            for resource in self._remembered()
            if resource["name"] not in names and orphans.is_there(self._stage, resource)
        ]
        apis = [resource for resource in (*before, *found) if _is_api(resource)]
        # Chalice removes the last one first: what calls a function before the function.
        return [*(one for one in (*before, *found) if not _is_api(one)), *apis[:1]]

    def _remembered(self) -> list[orphans.Resource]:
        try:
            text = self._client.get_object(**self._place)["Body"].read()
        except ClientError as error:
            if code_of(error) not in ("NoSuchKey", "NoSuchBucket"):
                raise
            return []
        try:
            resources: list[orphans.Resource] = json.loads(text)["resources"]
        except (ValueError, KeyError):
            return []
        return resources

    def keep(self) -> None:
        """Remember what the project's chalice has just made."""
        text = self._used.read_bytes()
        self._client.put_object(**self._place, Body=text, ContentType="application/json")
        self._local.parent.mkdir(parents=True, exist_ok=True)
        # Another region's deployment may write it at the same time.
        new = self._local.with_name(f".{self._local.name}.{self._stage.account.region}")
        new.write_bytes(text)
        new.replace(self._local)

    def forget(self) -> None:
        """Remember nothing any more."""
        if bucket_exists(self._stage):
            self._client.delete_object(**self._place)
        # The copy may be of the same stage in another region, which stays.
        if self._local.exists() and f":{self._stage.account.region}:" in self._local.read_text():
            self._local.unlink()

    def api_url(self) -> str:
        """The URL of the API that was deployed, without a slash at its end."""
        resources = json.loads(self._used.read_text("utf-8"))["resources"]
        urls = [item["rest_api_url"] for item in resources if item["resource_type"] == "rest_api"]
        return str(urls[0]).rstrip("/")


def _is_api(resource: orphans.Resource) -> bool:
    return resource["resource_type"] == "rest_api"
