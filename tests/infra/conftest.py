"""An Athena that runs SQL, for the calls of the engine `athena`."""

from tests.athena.fixtures import athena_clients, sql_engine

__all__ = ["athena_clients", "sql_engine"]
