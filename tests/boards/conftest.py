"""An Athena that runs SQL, for the engine `athena`."""

from tests.athena.fixtures import athena, athena_clients, sql_engine

__all__ = ["athena", "athena_clients", "sql_engine"]
