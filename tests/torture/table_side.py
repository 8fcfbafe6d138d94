"""The table of a world: those who use it, who watches it, and what becomes of it."""

from collections.abc import Callable
from datetime import datetime

from tests.torture.faults import Counts
from tests.torture.table_witness import TableWitness
from tests.torture.tortured_store import TorturedStore
from tests.torture.tortured_table import PlainTable, TorturedTable
from tests.torture.witness import Witness


class TableSide:
    """A table.

    Attributes:
        plain: the table itself, as the checker sees it.
        tortured: the same, as the functions see it.
        witness: watches every write.
    """

    def __init__(
        self, lake: TorturedStore, witness: Witness, clock: Callable[[], datetime], counts: Counts
    ) -> None:
        """Start with an empty one beside a lake, whose writes `witness` watches."""
        self.plain = PlainTable()
        self.tortured = TorturedTable(self.plain, lake, clock, counts)
        self.witness = TableWitness(witness, self.plain)
        self.tortured.watch = self.witness

    def drop(self) -> None:
        """Lose all items."""
        for key in self.plain.items:
            self.plain.remove(key)
        self.tortured.forget()
        self.witness.dropped()

    def filling(self) -> Callable[[], None]:
        """What is to be called when all of it was rebuilt by one who begins now."""
        drops = self.witness.drops

        def filled() -> None:
            if drops == self.witness.drops:
                self.witness.filled()

        return filled
