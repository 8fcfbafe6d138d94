"""Random numbers that are the same on every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A seeded source of whole numbers.

    Only `random.Random.random()` is promised to give the same sequence in every version of
    Python; `randint`, `choice` and `shuffle` are not, so they are built from it here.
    """

    def __init__(self, seed: int) -> None:
        """The same seed gives the same numbers."""
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self._random.random() * limit)

    def between(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return least + self.below(most - least + 1)

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Count different places' items, in the order they were drawn."""
        places = list(range(len(items)))
        return [items[places.pop(self.below(len(places)))] for _ in range(count)]
