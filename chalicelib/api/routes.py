"""The table of routes: every operation of the API, by its path."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final, NamedTuple

from chalicelib.api.operation import Operation

_TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "/v1/health": ("service", "HEALTH"),
    "/v1/metrics": ("service", "METRICS_LIST"),
    "/v1/kingdoms": ("kingdoms", "KINGDOMS"),
    "/v1/kingdoms/{kingdom}/snapshots": ("snapshots", "SNAPSHOTS"),
    "/v1/kingdoms/{kingdom}/leaderboards/{metric}": ("boards", "LEADERBOARD"),
    "/v1/kingdoms/{kingdom}/changes": ("changes", "CHANGES"),
    "/v1/kingdoms/{kingdom}/gains/{metric}": ("gains", "GAINS"),
    "/v1/kingdoms/{kingdom}/players": ("players", "PLAYERS"),
    "/v1/kingdoms/{kingdom}/players/{player}": ("history", "HISTORY"),
    "/v1/kingdoms/{kingdom}/alliances": ("alliances", "ALLIANCES"),
    "/v1/leaderboards/{metric}": ("across", "ACROSS"),
    "/openapi.json": ("document", "OPENAPI"),
}
"""Each path's module in `chalicelib.api.operations`, and the operation's name in it."""

_CSV: Final = re.compile(r"(?:\.|%2[Ee])csv\Z")


class _ByPath(Mapping[str, Operation]):
    """The operations by their paths.

    Each is imported when it is asked for: all of them cost a cold start 10 ms, one of them 2.
    """

    def __getitem__(self, path: str) -> Operation:
        module, name = _TABLE[path]
        operation: Operation = getattr(import_module(f"chalicelib.api.operations.{module}"), name)
        return operation

    def __iter__(self) -> Iterator[str]:
        return iter(_TABLE)

    def __len__(self) -> int:
        return len(_TABLE)


BY_PATH: Mapping[str, Operation] = _ByPath()


def all_operations() -> tuple[Operation, ...]:
    """Every operation of the API, in the order of its document."""
    return tuple(BY_PATH.values())


class Route(NamedTuple):
    """What a request is for.

    Attributes:
        operation: what answers it.
        path: the path's variable parts, still percent-encoded and without `.csv`.
        csv: whether the answer's list is wanted as CSV.
    """

    operation: Operation
    path: Mapping[str, str]
    csv: bool


def find(path: str, parts: Mapping[str, str]) -> Route:
    """The route of a request.

    Where a list's path ends in a variable part, that part carries `.csv`.

    Args:
        path: the path as app.py declares it.
        parts: its variable parts.
    """
    if path.endswith(".csv"):
        return Route(BY_PATH[path.removesuffix(".csv")], parts, csv=True)
    operation = BY_PATH[path]
    last = path.rpartition("/{")[2].removesuffix("}") if path.endswith("}") else None
    if last is None or operation.table is None or (found := _CSV.search(parts[last])) is None:
        return Route(operation, parts, csv=False)
    return Route(operation, {**parts, last: parts[last][: found.start()]}, csv=True)
