"""The table of the engine `dynamodb` comes, goes and is made anew by deployments."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.artefact import NEEDS_312
from tests.e2e.clone import Clone
from tests.e2e.moto_for_chalice import MotoForChalice

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """A clone with nothing deployed."""
    with MotoForChalice() as moto:
        made = Clone(tmp_path, moto.url)
        made.lighten()
        yield made


def run(clone: Clone, *arguments: str) -> str:
    done = clone.call("dev", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tables(clone: Clone) -> list[str]:
    found: list[str] = clone.aws.of("dynamodb").list_tables()["TableNames"]
    return found


def who_has_rights(clone: Clone) -> list[str]:
    """The roles that have a right to a table, by a word of their names."""
    iam, words = clone.aws.of("iam"), ("ApiHandler", "IngestPlayers", "SweepInbox", "TellUploader")
    names = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    documents = {
        name: json.dumps(iam.get_role_policy(RoleName=name, PolicyName="rights")["PolicyDocument"])
        for name in names
    }
    having = [name for name, document in documents.items() if "dynamodb:" in document]
    return [word for word in words if any(word in name for name in having)]


def test_the_table_comes_goes_and_is_made_anew(clone: Clone) -> None:
    run(clone)
    assert (tables(clone), who_has_rights(clone)) == ([], [])
    clone.set(DYNAMODB_TABLE="rok")
    run(clone)
    assert (tables(clone), who_has_rights(clone)) == (["rok"], [])
    clone.set(QUERY_ENGINE="dynamodb")
    run(clone)
    assert who_has_rights(clone) == ["ApiHandler", "IngestPlayers", "SweepInbox"]
    clone.aws.of("dynamodb").delete_table(TableName="rok")
    assert "Deleted by hand, so that it is made anew, with nothing in it: the table" in run(clone)
    assert tables(clone) == ["rok"]
    assert "by hand" not in run(clone)
    clone.set(QUERY_ENGINE="boards", DYNAMODB_TABLE="")
    run(clone)
    assert (tables(clone), who_has_rights(clone)) == ([], [])
    clone.set(DYNAMODB_TABLE="rok")
    run(clone)
    assert tables(clone) == ["rok"]
    run(clone, "--destroy")
    assert tables(clone) == []
