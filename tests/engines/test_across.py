"""A board across kingdoms: one order and one ranking of all their players."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.snapshot import Snapshot
from chalicelib.engines import across
from chalicelib.engines.across import read_across
from chalicelib.engines.across_page import AcrossPage, AcrossRequest
from chalicelib.errors import StoreError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key
from chalicelib.threads.deadline import Deadline
from tests.engines.support import DAY, kingdoms_of_players, player, publish, put

_lakes = count(1)
Players = Mapping[int, Sequence[Mapping[str, Any]]]


def published(store: Store, kingdoms: Players) -> list[Snapshot]:
    """One snapshot a kingdom, of different days."""
    return [
        publish(
            store,
            players,
            kingdom=kingdom,
            day=DAY - timedelta(days=kingdom % 5),
            views=["curated", "boards"],
        )
        for kingdom, players in kingdoms.items()
    ]


def page(
    store: Store, snapshots: Sequence[Snapshot], *, limit: int, offset: int = 0, **more: Any
) -> AcrossPage:
    request = AcrossRequest("dkp", limit, offset, more.get("values", ()))
    return read_across(store, snapshots, request, Deadline.after(600))


def expected(kingdoms: Players, values: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The whole board, worked out player by player."""
    known = [
        (kingdom, one)
        for kingdom, players in kingdoms.items()
        for one in players
        if one["dkp"] is not None
    ]
    known.sort(key=lambda pair: (-pair[1]["dkp"], pair[1]["id"], pair[0]))
    return [
        {
            "rank": 1 + sum(other["dkp"] > one["dkp"] for _, other in known),
            "position": position,
            "kingdom": kingdom,
            "id": one["id"],
            "name": one["name"],
            "alliance": one["alliance"],
            "value": one["dkp"],
            **({"values": {name: one[name] for name in values}} if values else {}),
        }
        for position, (kingdom, one) in enumerate(known, 1)
    ]


@pytest.mark.parametrize("depth", ["boards", "curated"])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    given_players=st.lists(kingdoms_of_players(max_size=8), min_size=1, max_size=4),
    of=st.tuples(st.integers(0, 12), st.integers(1, 12)),
)
def test_a_page_is_of_one_ranking_of_all_players_from_boards_and_from_curated_alike(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    depth: str,
    given_players: list[list[dict[str, Any]]],
    of: tuple[int, int],
) -> None:
    offset, limit = of
    monkeypatch.setattr(across, "BOARD_SIZE", 1000 if depth == "boards" else 0)
    store = DirectoryStore(str(tmp_path / str(next(_lakes))))
    kingdoms = dict(zip((7, 51, 52, 99999), given_players, strict=False))
    snapshots = published(store, kingdoms)
    found = page(store, snapshots, limit=limit, offset=offset, values=("power", "dkp", "deaths"))
    whole = expected(kingdoms, ("power", "dkp", "deaths"))
    assert found.total == len(whole)
    assert found.entries == whole[offset : offset + limit]
    assert found.snapshots == snapshots


def test_equal_values_share_a_rank_and_are_ordered_by_id_then_kingdom(
    directory_store: DirectoryStore,
) -> None:
    kingdoms = {
        52: [player(5, dkp=10), player(9, dkp=20)],
        51: [player(5, dkp=10), player(7, dkp=10), player(3, dkp=1)],
    }
    found = page(directory_store, published(directory_store, kingdoms), limit=10)
    assert [(one["rank"], one["id"], one["kingdom"]) for one in found.entries] == [
        (1, 9, 52),
        (2, 5, 51),
        (2, 5, 52),
        (2, 7, 51),
        (5, 3, 51),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("offset", [990, 999, 1000, 1995, 2**53 - 1])
def test_pages_go_on_beyond_what_is_precomputed(
    directory_store: DirectoryStore, offset: int
) -> None:
    kingdoms = {
        kingdom: [player(number, dkp=number // 3) for number in range(kingdom, 1100, 2)]
        for kingdom in (1, 2)
    }
    kingdoms[3] = [player(number) for number in range(1, 1100)]
    found = page(directory_store, published(directory_store, kingdoms), limit=10, offset=offset)
    assert found.total == 2198
    assert found.entries == expected(kingdoms)[offset : offset + 10]


def test_no_kingdoms_give_an_empty_board(directory_store: DirectoryStore) -> None:
    assert page(directory_store, [], limit=10) == ((), 0, [])


def test_where_a_kingdom_has_no_boards_yet_its_players_are_read(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    """A table that is filled after a publish died has the snapshot, and the lake not its boards."""
    kingdoms = {51: [player(1, dkp=5), player(3, dkp=7)], 52: [player(2, dkp=6)]}
    whole = DirectoryStore(str(tmp_path / "whole"))
    expected_page = page(whole, published(whole, kingdoms), limit=10, values=("power",))
    snapshots = published(directory_store, {51: kingdoms[51]})
    day = DAY - timedelta(days=52 % 5)
    snapshots.append(publish(directory_store, kingdoms[52], kingdom=52, day=day, views=["curated"]))
    assert page(directory_store, snapshots, limit=10, values=("power",)) == expected_page


def test_a_damaged_object_of_one_kingdom_is_named(directory_store: DirectoryStore) -> None:
    snapshots = published(directory_store, {51: [player(1)], 52: [player(2)]})
    put(directory_store, boards_key(Partition(52, snapshots[1].snapshot_date)), b"{}")
    with pytest.raises(StoreError, match="kingdom 52"):
        page(directory_store, snapshots, limit=10)
