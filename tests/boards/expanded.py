"""The boards object as a reader of JSON understands it, without the product's own reader."""

from collections.abc import Mapping
from typing import Any


def entries(document: Mapping[str, Any], metric: str) -> list[dict[str, Any]]:
    """The entries of a metric's board, as the API has them."""
    board = document["boards"][metric]
    value = document["columns"].index(metric)
    shared = {at: rank for rank, count in board["ties"] for at in range(rank, rank + count)}
    found = []
    for position, index in enumerate(board["order"], 1):
        player = document["players"][index]
        facts = dict(zip(("id", "name", "alliance"), player[:3], strict=True))
        rank = shared.get(position, position)
        found.append({"rank": rank, "position": position, **facts, "value": player[value]})
    return found
