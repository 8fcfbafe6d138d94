import json

import pytest

from chalicelib.engines.athena.ddl import create_table
from chalicelib.engines.athena.tables import PLAYERS, TABLES
from tests.cli.conftest import Run


def test_the_statement_is_printed_ready_to_be_pasted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_URI", "s3://the-lake/p")
    monkeypatch.setenv("ATHENA_TABLE", "people")
    code, out, err = run("ddl")
    wanted = create_table(PLAYERS, "rok", "people", PLAYERS.location("the-lake", "p/"))
    assert (code, out, err) == (0, f"{wanted};\n", "")


def test_json_has_the_statement_and_the_table_s_name(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_URI", "s3://the-lake")
    code, out, _ = run("ddl", "--json")
    assert code == 0
    assert json.loads(out) == {
        "database": "rok",
        "table": "rok_players",
        "ddl": create_table(PLAYERS, "rok", "rok_players", PLAYERS.location("the-lake")),
    }


@pytest.mark.parametrize("label", TABLES)
def test_every_table_over_a_view_has_a_statement(
    run: Run, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    monkeypatch.setenv("LAKE_URI", "s3://the-lake")
    monkeypatch.setenv("ATHENA_TABLE", "people")
    table = TABLES[label]
    wanted = create_table(table, "rok", table.name("people"), table.location("the-lake"))
    assert run("ddl", "--table", label) == (0, f"{wanted};\n", "")


def test_a_table_that_there_is_not_is_wrong_usage(run: Run) -> None:
    code, out, err = run("ddl", "--table", "dragons")
    assert (code, out) == (2, "")
    assert "players" in err


def test_without_a_bucket_its_place_is_held_and_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_URI", "file:.lake")
    code, out, err = run("ddl")
    assert code == 0
    assert "LOCATION 's3://BUCKET/curated/source=rok_players/'" in out
    assert err == "put your bucket's name in place of BUCKET, or set LAKE_URI\n"
