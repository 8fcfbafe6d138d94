import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.config import WEIGHABLE
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.schema import (
    COLUMN_NAMES,
    COLUMNS,
    COUNTERS,
    MAX_TEXT_LENGTH,
    REQUIRED_COLUMNS,
    SCHEMA,
    SUMS,
    TEXT_COLUMNS,
)
from tests.oracle import columns as oracle

PROPERTIES = SCHEMA["properties"]
VALIDATOR = Draft202012Validator(dict(SCHEMA))


def test_the_file_is_a_valid_schema_of_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_every_definition_that_is_named_is_there() -> None:
    named = {one["$ref"] for one in PROPERTIES.values() if "$ref" in one}
    assert named == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_the_columns_are_those_of_the_contract_in_its_order() -> None:
    assert COLUMN_NAMES == oracle.COLUMNS
    assert TEXT_COLUMNS == oracle.TEXTS
    assert COUNTERS == oracle.COUNTERS
    assert COLUMN_NAMES[-5:] == oracle.TIER_DEATHS
    assert {**SUMS} == {"kills": oracle.TIER_KILLS, "deaths": oracle.TIER_DEATHS}
    assert set(REQUIRED_COLUMNS) == {"id", "name"}


def test_numbers_end_at_2_to_the_53_and_texts_at_200_characters() -> None:
    assert MAX_INTEGER == 2**53 - 1
    assert MAX_TEXT_LENGTH == 200
    assert SCHEMA["properties"]["id"]["maximum"] == MAX_INTEGER
    assert SCHEMA["$defs"]["counter"]["maximum"] == MAX_INTEGER


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_column_is_described_for_people(column: Any) -> None:
    assert column.label[0].isupper()
    assert column.description.endswith(".")
    assert column.aliases
    assert re.fullmatch("[a-z][a-z0-9_]*", column.name)


def test_what_dkp_may_weigh_are_counters() -> None:
    assert set(WEIGHABLE) <= set(COUNTERS) - {"dkp"}


@pytest.mark.parametrize("player", [
    {"id": 1},
    {"id": MAX_INTEGER, "name": "x" * 200, "power": MAX_INTEGER, "dkp": 0},
    {"id": 7, **dict.fromkeys(COLUMN_NAMES[1:])},
    {"id": 7, "name": "NA", "alliance": "007"},
])  # fmt: skip
def test_a_good_player_is_valid(player: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(player)


@pytest.mark.parametrize("player", [
    {},
    {"id": None},
    {"id": 0},
    {"id": -1},
    {"id": MAX_INTEGER + 1},
    {"id": "1"},
    {"id": 1.5},
    {"id": True},
    {"id": 1, "power": -1},
    {"id": 1, "power": MAX_INTEGER + 1},
    {"id": 1, "power": "5"},
    {"id": 1, "power": False},
    {"id": 1, "name": 5},
    {"id": 1, "name": "x" * 201},
    {"id": 1, "name": "a\0b"},
    {"id": 1, "alliance": "a\x1fb"},
    {"id": 1, "name": "\ud800"},
])  # fmt: skip
def test_a_bad_player_is_not(player: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(player)
