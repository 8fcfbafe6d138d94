"""Every list, gain, rank and suspect of the API is what an independent calculation gives."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.api.support import Api
from tests.between import reference
from tests.between.lake import DKP, Lake, make_lake

METRICS: Final = ["dkp", "kills", "deaths", "power", "kill_points"]
OWN: Final = {"t1_kills": 3, "t5_kills": 1_000_000, "deaths": 0}
LISTS: Final = ["joined", "came_into_view", "returned", "left", "below_cut"]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Five weeks of a kingdom, with every fault."""
    return make_lake(tmp_path_factory.mktemp("weeks"), seed=3, weeks=5, players=130)


@pytest.fixture(params=["arrow", "boards"])
def api(
    request: pytest.FixtureRequest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Api:
    """The API over it, by each engine that needs no AWS."""
    monkeypatch.setenv("LAKE_URI", f"file:{lake.folder}")
    monkeypatch.setenv("QUERY_ENGINE", str(request.param))
    return Api(tmp_path)


def formula(metric: str) -> dict[str, int] | None:
    return DKP if metric == "dkp" else None


def test_the_made_up_weeks_have_every_kind_of_change_and_suspect(lake: Lake) -> None:
    kinds: set[str] = set()
    for older, newer in lake.pairs():
        found = changed(lake, older, newer)
        kinds |= {name for name in (*LISTS, "renamed", "changed_alliance") if found[name]}
        kinds |= {one["kind"] for one in found["suspects"]}
    suspects = {"fell", "jump", "zeroed", "back_from_zero", "tiers"}
    assert kinds == {*LISTS, "renamed", "changed_alliance", *suspects}


def changed(lake: Lake, older: date, newer: date) -> dict[str, Any]:
    scans = lake.scans
    seen = lake.seen_before(older)
    return reference.changes(scans[older], scans[newer], lake.before(older), seen)


def test_changes_between_any_two_dates(api: Api, lake: Lake) -> None:
    for older, newer in lake.pairs():
        got = api.json(f"/v1/kingdoms/51/changes?from={older}&to={newer}")
        assert [got[side]["snapshot_date"] for side in ("from", "to")] == [str(older), str(newer)]
        for side, day in (("from", older), ("to", newer)):
            assert got[side]["floor"] == reference.floor(lake.scans[day])
            assert got[side]["players"] == len(lake.scans[day])
        wanted = changed(lake, older, newer)
        assert {name: got[name] for name in wanted} == wanted


def pages(api: Api, path: str) -> Iterator[dict[str, Any]]:
    answer = api.json(path)
    yield answer
    while answer["next"] is not None:
        answer = api.json(path.partition("?")[0] + answer["next"])
        yield answer


@pytest.mark.parametrize("metric", METRICS)
def test_gains_between_any_two_dates(api: Api, lake: Lake, metric: str) -> None:
    others = [name for name in METRICS if name != metric]
    values = {name: formula(name) for name in others}
    for older, newer in lake.pairs():
        old, new = lake.scans[older], lake.scans[newer]
        asked = reference.Asked(metric, formula(metric), values)
        unknown, wanted = reference.gains(old, new, asked)
        found, unreliable = reference.suspects(old, new, lake.before(older))
        for entry in wanted:
            entry["suspects"] = reference.of_player(found, unreliable, entry["id"])
        path = f"/v1/kingdoms/51/gains/{metric}?from={older}&to={newer}&with={','.join(others)}"
        got = [*pages(api, f"{path}&limit=50")]
        assert [entry for page in got for entry in page["entries"]] == wanted
        for page in got:
            assert (page["total"], page["unknown"]) == (len(wanted), unknown)
            assert page["days"] == (newer - older).days
            columns = [*DKP] if metric == "dkp" else [metric]
            assert page["suspects"] == reference.beside(found, unreliable, columns)
            assert page["unreliable_columns"] == unreliable


def test_gains_by_a_readers_own_formula_within_an_alliance(api: Api, lake: Lake) -> None:
    weights = ",".join(f"{name}:{weight}" for name, weight in OWN.items())
    for older, newer in lake.pairs():
        old, new = lake.scans[older], lake.scans[newer]
        alliance = "[DD] Fœur"
        unknown, wanted = reference.gains(old, new, reference.Asked("dkp", OWN, {}, alliance))
        path = f"/v1/kingdoms/51/gains/dkp?from={older}&to={newer}&weights={weights}"
        got = api.json(f"{path}&alliance=%5BDD%5D%20F%C5%93ur&limit=1000")
        shown = [{**entry} for entry in got["entries"]]
        for entry in shown:
            entry.pop("suspects")
        assert shown == wanted
        assert got["unknown"] == unknown


@pytest.mark.parametrize("metric", METRICS)
def test_a_board_with_what_it_was_since_an_older_one(api: Api, lake: Lake, metric: str) -> None:
    for older, newer in lake.pairs():
        old, new = lake.scans[older], lake.scans[newer]
        found, unreliable = reference.suspects(old, new, lake.before(older))
        before = {one: (rank, value) for rank, one, value in board(old, metric)}
        path = f"/v1/kingdoms/51/leaderboards/{metric}?date={newer}&since={older}&limit=1000"
        got = api.json(f"{path}&with=power,kills")
        assert [entry["id"] for entry in got["entries"]] == [
            one for _, one, _ in board(new, metric)
        ]
        for entry in got["entries"]:
            player = entry["id"]
            assert entry["values"] == {name: new[player][name] for name in ("power", "kills")}
            was = before.get(player)
            shown = None if was is None else {"rank": was[0], "value": was[1]}
            assert entry["since"] == shown
            assert entry["movement"] == movement(entry["rank"], was, player in old)
            assert entry["suspects"] == reference.of_player(found, unreliable, player)
        assert got["unreliable_columns"] == unreliable


def board(rows: reference.Rows, metric: str) -> list[tuple[int, int, int]]:
    return reference.ranked(
        {player: row[metric] for player, row in rows.items() if row[metric] is not None}
    )


def movement(rank: int, was: tuple[int, int] | None, was_there: bool) -> str:
    if was is None:
        return "unknown" if was_there else "new"
    return "same" if rank == was[0] else "up" if rank < was[0] else "down"


def test_alliances(api: Api, lake: Lake) -> None:
    older, *_, newer = lake.scans
    old, new = lake.scans[older], lake.scans[newer]
    got = api.json(f"/v1/kingdoms/51/alliances?date={newer}&since={older}")
    found, unreliable = reference.suspects(old, new, lake.before(older))
    bad = {one["column"] for one in unreliable}
    names = {row["alliance"] for row in new.values()}
    assert {one["alliance"] for one in got["alliances"]} == names
    for one in got["alliances"]:
        members = [row for row in new.values() if row["alliance"] == one["alliance"]]
        assert one["members"] == len(members)
        for metric in METRICS:
            known = [row[metric] for row in members if row[metric] is not None]
            assert one["metrics"][metric] == {"sum": sum(known), "known": len(known)}
            asked = reference.Asked(metric, formula(metric), {}, None)
            gains = [
                entry
                for entry in reference.gains(old, new, asked)[1]
                if entry["alliance"] == one["alliance"]
            ]
            columns = {*DKP} if metric == "dkp" else {metric}
            flagged = {
                s["id"]
                for s in found
                if s["alliance"] == one["alliance"] and s["column"] not in bad
                if s["column"] in columns
                if s["kind"] != "tiers"
            }
            got_gains = one["gains"][metric]
            assert (got_gains["sum"], got_gains["known"]) == (
                sum(entry["value"] for entry in gains),
                len(gains),
            )
            assert got_gains["suspects"] >= len(flagged & {entry["id"] for entry in gains})


def test_history_of_every_player(api: Api, lake: Lake) -> None:
    everybody = sorted({player for rows in lake.scans.values() for player in rows})
    for player in everybody[::7]:
        got = api.json(f"/v1/kingdoms/51/players/{player}")
        seen = [day for day, rows in lake.scans.items() if player in rows]
        assert [one["snapshot_date"] for one in got["snapshots"]] == [*map(str, reversed(seen))]
        assert (got["first_seen"], got["last_seen"]) == (str(seen[0]), str(seen[-1]))
        assert got["last_changed"] == last_changed(lake, player, seen)
        for one in got["snapshots"]:
            rows = lake.scans[date.fromisoformat(one["snapshot_date"])]
            assert one["record_hash"] == rows[player]["record_hash"]
            assert one["values"].items() <= rows[player].items()
            for metric in METRICS:
                ranks = {who: rank for rank, who, _ in board(rows, metric)}
                rank = {"rank": ranks[player], "of": len(ranks)} if player in ranks else None
                assert one["ranks"][metric] == rank
        assert [one["name"] for one in got["names"]] == names(lake, player)


def last_changed(lake: Lake, player: int, seen: list[date]) -> str | None:
    for older, newer in reversed([*pairwise(seen)]):
        old, new = lake.scans[older][player], lake.scans[newer][player]
        for column in reference.GROWING:
            if None not in (old[column], new[column]) and new[column] > old[column]:
                return str(newer)
    return None


def names(lake: Lake, player: int) -> list[str]:
    found: list[str] = []
    for rows in lake.scans.values():
        name = rows[player]["name"] if player in rows else None
        if name is not None and found[-1:] != [name]:
            found.append(name)
    return found[::-1]
