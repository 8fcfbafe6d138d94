"""See `tests.dynamodb.tables`."""

from tests.dynamodb.tables import make_table

__all__ = ["make_table"]
