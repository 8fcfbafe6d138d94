"""The kingdoms of the lake."""

from chalicelib.api.caching import SHORT
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.table import Table, keys


def kingdoms(backend: Backend) -> Answer:
    """Each kingdom with its latest snapshot's date."""
    found = backend.catalog().kingdoms()

    def make() -> Content:
        rows = [
            {"kingdom": kingdom, "latest": latest.isoformat()}
            for kingdom, latest in found.latest.items()
        ]
        return Content({"kingdoms": rows}, (found.version,))

    return Answer((found.version,), SHORT, make)


KINGDOMS = Operation(
    "listKingdoms",
    "/v1/kingdoms",
    "The kingdoms there are",
    "Each kingdom with the date of its latest snapshot, in ascending order.",
    kingdoms,
    "KingdomList",
    refusals=(503, 504),
    table=Table(("kingdoms",), lambda _: keys("kingdom", "latest")),
)
