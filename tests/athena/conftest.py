"""The fixtures of this package's own tests."""

from tests.athena.fixtures import athena, athena_clients, sql_engine

__all__ = ["athena", "athena_clients", "sql_engine"]
