"""What a reader of the API may not fall behind: what was announced, and what they were shown.

The three routes read three kinds of objects, of which each follows from the one before: a date's
file, the kingdom's catalog, the lake's. So what is shown by a later one must be there in those
before it; a file may be ahead of the catalogs for a while, and then its answer is `no-store`.
"""

from dataclasses import dataclass, field, replace

from tests.torture.uploads import Partition, Upload

Order = tuple[str, str]
ANY: Order = ("", "")
"""Before every run."""


@dataclass(slots=True)
class Floor:
    """The oldest state that may still be shown.

    Attributes:
        boards: the run that a board may not fall behind, of each date.
        catalogs: the run that a kingdom's list of snapshots may not fall behind, of each date.
        latest: the date that the list of kingdoms may not fall behind, of each kingdom.
    """

    boards: dict[Partition, Order] = field(default_factory=dict)
    catalogs: dict[Partition, Order] = field(default_factory=dict)
    latest: dict[int, str] = field(default_factory=dict)

    def copy(self) -> "Floor":
        """What it is now."""
        return replace(
            self,
            boards=dict(self.boards),
            catalogs=dict(self.catalogs),
            latest=dict(self.latest),
        )

    def of_catalog(self) -> "Floor":
        """The same for whoever has a copy confirmed: by what the catalog says, and no file."""
        return replace(self, boards=self.catalogs)

    def announced(self, upload: Upload) -> None:
        """An upload was told to be published: it is in all of them."""
        assert upload.partition is not None
        self.listed_kingdom(*upload.partition)
        self.listed(upload)

    def listed_kingdom(self, kingdom: int, day: str) -> None:
        """The list of kingdoms has shown a date: so that kingdom's list of snapshots has it."""
        self.latest[kingdom] = max(self.latest.get(kingdom, ""), day)
        self.catalogs.setdefault((kingdom, day), ANY)
        self.boards.setdefault((kingdom, day), ANY)

    def listed(self, upload: Upload) -> None:
        """A kingdom's list of snapshots has shown an upload: so its board is there."""
        _raise(self.catalogs, upload.partition, upload.order)
        _raise(self.boards, upload.partition, upload.order)

    def shown(self, upload: Upload) -> None:
        """A board that may be ahead of the catalog has shown an upload: its date is listed."""
        _raise(self.catalogs, upload.partition, ANY)
        _raise(self.boards, upload.partition, upload.order)


def _raise(floor: dict[Partition, Order], partition: Partition | None, order: Order) -> None:
    assert partition is not None
    floor[partition] = max(floor.get(partition, ANY), order)
