"""The catalog in the table: a read of one item says all that an answer must know of a kingdom."""

from datetime import date
from typing import TYPE_CHECKING

from chalicelib.catalog.entries import KingdomList, Located, SnapshotList
from chalicelib.catalog.kingdoms_document import list_kingdoms
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.listed import list_snapshots, locate_snapshot
from chalicelib.errors import (
    CatalogError,
    CatalogMissingError,
    RosterMissingError,
    StoreError,
)
from chalicelib.items.keys import (
    KINGDOMS,
    bucket_of,
    kingdom_key,
    piece_key,
    players_key,
    roster_part,
)
from chalicelib.items.kingdom import LATEST, KingdomItem, decode_kingdom
from chalicelib.items.remedy import REBUILD
from chalicelib.lake.dynamodb.table import Item, Table
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.roster.answers import Member
    from chalicelib.roster.roster import Roster


class TableCatalog:
    """Answers from the table (a `chalicelib.catalog.entries.Catalog`); made for each request.

    It keeps the kingdoms' items that it has read: one answer is of one state of a kingdom.
    """

    def __init__(self, table: Table, store: Store) -> None:
        """Answer from a table; nothing is read yet.

        Args:
            table: it.
            store: the lake, which is asked for kingdoms that the table has not (yet).
        """
        self._table = table
        self._lake = LakeCatalog(store)
        self._kingdoms: dict[int, KingdomItem] = {}

    def kingdoms(self) -> KingdomList:
        """See `Catalog.kingdoms`; one query, of which the bodies are not read, and the lake's list.

        A kingdom that only the lake lists, since the table is being filled, is there all the same.
        """
        listed = self._lake.kingdoms()
        found = [*self._table.query(KINGDOMS, consistent=True, facts=True)]
        if not found:
            return listed
        latest = dict(listed.latest)
        for item in found:
            kingdom, day = _number(item), item.facts.get(LATEST)
            if day == "":
                latest.pop(kingdom, None)
            else:
                latest[kingdom] = _date(kingdom, day)
        return list_kingdoms(latest)

    def snapshots(self, kingdom: int) -> SnapshotList:
        """See `Catalog.snapshots`."""
        return list_snapshots(self._kingdom(kingdom).document, kingdom)

    def snapshot(self, kingdom: int, day: date | None) -> Located:
        """See `Catalog.snapshot`."""
        return locate_snapshot(self._kingdom(kingdom).document, kingdom, day)

    def roster(self, kingdom: int) -> "Roster":
        """See `Catalog.roster`; one query of its pieces."""
        # Imported here, and below, since most answers need no roster.
        from chalicelib.items.pieces import PiecesError, join_pieces
        from chalicelib.roster.roster import roster_of

        group = piece_key(kingdom, self._roster(kingdom), 0).group
        try:
            body = join_pieces(self._table.query(group))
        except PiecesError:
            # They may be younger than what such a read sees.
            try:
                body = join_pieces(self._table.query(group, consistent=True))
            except PiecesError as error:
                raise _damaged(f"the roster of kingdom {kingdom}", f": {error}") from None
        return roster_of(body, f"the table's roster of kingdom {kingdom}")

    def member(self, kingdom: int, player: int) -> "Member | None":
        """See `Catalog.member`; one item."""
        from chalicelib.items.members import read_member

        part = roster_part(self._roster(kingdom))
        key = players_key(kingdom, bucket_of(player), part)
        item = self._table.get(key) or self._table.get(key, consistent=True)
        if item is None:
            raise _damaged(f"{key.group} {key.name}", "")
        return read_member(item, player)

    def _roster(self, kingdom: int) -> str:
        """The id of a kingdom's roster.

        Raises:
            NotFoundError: there is no such kingdom.
            RosterMissingError: it has no roster.
        """
        said = self._kingdom(kingdom)
        locate_snapshot(said.document, kingdom, None)  # raises where there is no snapshot
        if said.roster is None:
            raise RosterMissingError(
                f"kingdom {kingdom} has no list of its players yet: it is being published, or the "
                f"table must be filled ({REBUILD})"
            )
        return said.roster

    def _kingdom(self, kingdom: int) -> KingdomItem:
        """What a kingdom's item says.

        Raises:
            NotFoundError: there is no such kingdom, in the lake neither.
            CatalogMissingError: it is in the lake only.
            CatalogError: the item is damaged.
        """
        if kingdom not in self._kingdoms:
            item = self._table.get(kingdom_key(kingdom), consistent=True)
            if item is None:
                self._lake.snapshot(kingdom, None)  # raises where there is no snapshot
                raise _not_filled(kingdom)
            self._kingdoms[kingdom] = decode_kingdom(item.body, kingdom)
        return self._kingdoms[kingdom]


def _number(item: Item) -> int:
    try:
        return int(item.key.name)
    except ValueError:
        raise CatalogError(
            f"the table has an item of a kingdom {item.key.name}, which is none: delete it"
        ) from None


def _date(kingdom: int, day: str | None) -> date:
    try:
        return date.fromisoformat(day or "")
    except ValueError:
        raise CatalogError(
            f"the table's item of kingdom {kingdom} is damaged: rebuild it ({REBUILD})"
        ) from None


def _not_filled(kingdom: int) -> CatalogMissingError:
    return CatalogMissingError(
        f"kingdom {kingdom} is not in the table yet: an upload is being published, or the table "
        f"must be filled ({REBUILD})"
    )


def _damaged(what: str, how: str) -> StoreError:
    return StoreError(f"{what} is not whole in the table{how}; rebuild it ({REBUILD})")
