"""A bucket that keeps versions, and in which uploads may have come at other times."""

from datetime import datetime
from typing import TYPE_CHECKING

from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def keep_versions(client: "S3Client", bucket: str) -> None:
    """Set a bucket as infra/data.yaml does."""
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def put_at(client: "S3Client", bucket: str, key: str, body: bytes, moment: datetime) -> None:
    """Write an object as of another moment, which moto knows only from within.

    Args:
        client: of the moto server of these tests.
        bucket: its name.
        key: where.
        body: what.
        moment: when it is to have been written, aware.
    """
    client.put_object(Bucket=bucket, Key=key, Body=body)
    offset = moment.utcoffset()
    assert offset is not None
    for backends in s3_backends.values():
        for backend in backends.values():
            if bucket in backend.buckets:
                version = backend.buckets[bucket].keys.getlist(key)[-1]
                version.last_modified = (moment - offset).replace(tzinfo=None)
