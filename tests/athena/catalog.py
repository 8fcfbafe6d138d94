"""Tables as Glue has them, and where the objects of a partition are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tests.athena.engine import SqlError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import ColumnOutputTypeDef

_HIVE_TYPES: Final = {"string": "varchar", "int": "integer"}
_NOW: Final = re.compile(r"NOW(?:([+-][0-9]+)DAYS)?")


@dataclass(frozen=True)
class Table:
    """A table of a Glue database.

    Attributes:
        columns: their Athena types by name, without the partition keys.
        keys: the partition keys' Athena types by name, in order.
        parameters: among them the partition projection.
    """

    columns: Mapping[str, str]
    keys: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def types(self) -> dict[str, str]:
        """The Athena types of everything that a statement may name."""
        return {**self.columns, **self.keys}

    def prefix(self, values: Mapping[str, str]) -> tuple[str, str] | None:
        """The bucket and the prefix below which the objects of one partition are.

        Args:
            values: of each partition key.

        Returns:
            None if the projection has no such partition: Athena then finds no rows, and no fault.
        """
        if not all(self._projected(key, value) for key, value in values.items()):
            return None
        location = self.parameters["storage.location.template"]
        for key, value in values.items():
            location = location.replace(f"${{{key}}}", value)
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        return bucket, prefix.rstrip("/") + "/"

    def _projected(self, key: str, value: str) -> bool:
        kind = self.parameters[f"projection.{key}.type"]
        first, last = self.parameters[f"projection.{key}.range"].split(",")
        if kind == "integer":
            return int(first) <= int(value) <= int(last)
        if kind == "date" and self.parameters[f"projection.{key}.format"] == "yyyy-MM-dd":
            day = _day(value)
            return day is not None and _bound(first) <= day <= _bound(last)
        raise SqlError(f"INVALID_TABLE_PROPERTY: projection of {key} is unknown here: {kind}")


class Catalog:
    """The Glue catalog of a moto server."""

    def __init__(self, glue: "GlueClient") -> None:
        """Ask `glue` for every table anew: a test may replace one at any time."""
        self._glue = glue

    def table(self, database: str, name: str, place: str) -> Table:
        """One table.

        Args:
            database: its database.
            name: its name.
            place: where the statement names it, for the reason.

        Raises:
            SqlError: there is no such database or table, or its partitions are not projected.
        """
        errors = self._glue.exceptions
        try:
            self._glue.get_database(Name=database)
        except errors.EntityNotFoundException:
            reason = f"SCHEMA_NOT_FOUND: {place}: Schema '{database}' does not exist"
            raise SqlError(reason) from None
        try:
            found = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except errors.EntityNotFoundException:
            full = f"awsdatacatalog.{database}.{name}"
            reason = f"TABLE_NOT_FOUND: {place}: Table '{full}' does not exist"
            raise SqlError(reason) from None
        parameters = found.get("Parameters", {})
        if parameters.get("projection.enabled") != "true":
            # Athena would answer no rows for a table whose partitions nobody registered.
            raise SqlError(
                f"NOT_SUPPORTED: {place}: Table '{name}' does not project its partitions"
            )
        columns, keys = found["StorageDescriptor"]["Columns"], found.get("PartitionKeys", [])
        twice = {column["Name"] for column in columns} & {key["Name"] for key in keys}
        if twice:
            raise SqlError(f"HIVE_INVALID_METADATA: Table '{name}' lists {sorted(twice)} twice")
        return Table(_types(columns), _types(keys), parameters)


def _types(columns: "list[ColumnOutputTypeDef]") -> dict[str, str]:
    declared = {column["Name"]: column["Type"] for column in columns}
    return {name: _HIVE_TYPES.get(kind, kind) for name, kind in declared.items()}


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bound(text: str) -> date:
    """An end of a projected range: a day, or a number of days from today."""
    relative = _NOW.fullmatch(text)
    if relative:
        return datetime.now(UTC).date() + timedelta(days=int(relative[1] or 0))
    return date.fromisoformat(text)
