"""The engine `arrow`: reads the curated Parquet files themselves."""

from datetime import date

import pyarrow as pa

from chalicelib.boards.curated import CuratedSnapshots, of_one_version
from chalicelib.boards.parquet import open_curated, read_columns, read_facts, translate_damage
from chalicelib.boards.ranking import rank
from chalicelib.boards.snapshot import BoardPage
from chalicelib.errors import ObjectNotFoundError

_PLAYER = {"id": pa.int64(), "name": pa.string(), "alliance": pa.string()}


class ArrowEngine(CuratedSnapshots):
    """Ranks a snapshot's players anew for every request."""

    def board(self, kingdom: int, day: date, metric: str, limit: int, offset: int) -> BoardPage:
        """See `Engine.board`; reads four columns."""

        def read() -> BoardPage:
            file = open_curated(self._store, self._catalog.key(kingdom, day))
            snapshot = read_facts(file, kingdom, day)
            players = read_columns(file, {**_PLAYER, metric: pa.int64()}, kingdom, day)
            with translate_damage(f"kingdom {kingdom}, {day}: the curated file cannot be ranked"):
                ranked = rank(players.rename_columns([*_PLAYER, "value"]), limit, offset)
            return BoardPage(snapshot, ranked)

        try:
            return of_one_version(read)
        except ObjectNotFoundError:
            raise self._catalog.missing(kingdom, day) from None
