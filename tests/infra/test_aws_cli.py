"""The `aws` of the tests of docs/ refuses an operator what the bucket's policy refuses."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.infra import aws_cli
from tests.infra.versioned import keep_versions

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RAW = "raw/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=x/players.csv"


@pytest.mark.parametrize("folder", ["raw", "rejected", "withdrawn", "reports"])
def test_no_plain_write_replaces_what_is_kept_so_an_older_version_cannot_be_copied_back(
    s3_bucket: str, s3_client: "S3Client", tmp_path: Path, folder: str
) -> None:
    key = RAW.replace("raw", folder)
    s3_client.put_object(Bucket=s3_bucket, Key=key, Body=b"damaged")
    (tmp_path / "right").write_bytes(b"right")
    copied = ["--bucket", s3_bucket, "--key", key, "--copy-source", f"{s3_bucket}/{key}"]
    for command in (
        ["s3", "cp", str(tmp_path / "right"), f"s3://{s3_bucket}/{key}"],
        ["s3api", "copy-object", *copied],
    ):
        with pytest.raises(SystemExit, match="AccessDenied"):
            aws_cli.main(command)
    assert s3_client.get_object(Bucket=s3_bucket, Key=key)["Body"].read() == b"damaged"


def test_newer_versions_can_be_deleted_so_the_older_one_is_the_current_one_again(
    s3_bucket: str, s3_client: "S3Client"
) -> None:
    keep_versions(s3_client, s3_bucket)
    s3_client.put_object(Bucket=s3_bucket, Key=RAW, Body=b"right")
    wrong = s3_client.put_object(Bucket=s3_bucket, Key=RAW, Body=b"damaged")["VersionId"]
    where = ["--bucket", s3_bucket, "--key", RAW]
    assert aws_cli.main(["s3api", "delete-object", *where, "--version-id", wrong]) == 0
    assert s3_client.get_object(Bucket=s3_bucket, Key=RAW)["Body"].read() == b"right"
