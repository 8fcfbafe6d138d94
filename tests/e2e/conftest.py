"""An Athena that runs SQL, for the artefact's engine `athena`."""

from tests.athena.fixtures import athena, athena_clients, sql_engine

__all__ = ["athena", "athena_clients", "sql_engine"]
