"""A refused key's hint: the key that would be right, made of what the uploader typed."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake import keys
from chalicelib.lake.keys import InboxKey, Partition
from chalicelib.lake.refused.key import RefusedKeyError
from chalicelib.lake.run import parse_inbox_key

MOMENT = datetime(2026, 1, 26, 15, 30, 12, tzinfo=UTC)
RIGHT = "inbox/source=rok_players/kingdom=3584/dt=2026-01-20/"


def refusal(key: str) -> RefusedKeyError:
    found = parse_inbox_key(key, MOMENT)
    assert isinstance(found, RefusedKeyError)
    return found


@pytest.mark.parametrize(
    ("key", "right"),
    [
        (f"{RIGHT}scan.docx", f"{RIGHT}scan.xlsx"),
        (f"{RIGHT}deeper/scan.csv", f"{RIGHT}scan.csv"),
        (f"{RIGHT}Withdraw.txt", f"{RIGHT}withdraw.txt"),
        (f"{RIGHT}deeper/withdraw.txt", f"{RIGHT}withdraw.txt"),
        (f"{RIGHT}", f"{RIGHT}players.csv"),
        (f"{RIGHT}{'n' * 250}.json", f"{RIGHT}players.json"),
        ("inbox/kingdom=3584/dt=20260120/scan.csv", f"{RIGHT}scan.csv"),
        ("inbox/Kingdom 3584/20.01.2026/scan.csv", f"{RIGHT}scan.csv"),
        ("inbox/Kingdom 3584/dt=20.01.2026/scan.csv", f"{RIGHT}scan.csv"),
        ("inbox/source=rok/kingdom=03584/dt=2026-1-20/scan.pdf", f"{RIGHT}scan.xlsx"),
    ],
)
def test_the_hint_shows_their_own_kingdom_date_and_file(key: str, right: str) -> None:
    assert f"The right key is {right}." in refusal(key).hint


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("inbox/scan.csv", "kingdom=YOUR_KINGDOM/dt=YYYY-MM-DD/scan.csv, with the number of your"),
        ("inbox/51/2026-01-20/scan.csv", "kingdom=YOUR_KINGDOM/dt=2026-01-20/scan.csv, with"),
        ("inbox/kingdom=0/scan.csv", "kingdom=YOUR_KINGDOM/dt=YYYY-MM-DD/scan.csv, with"),
        (
            "inbox/kingdom=7/dt=05.01.2026/scan.csv",
            "kingdom=7/dt=YYYY-MM-DD/scan.csv, with the day",
        ),
        # Corrected in its form only, it would be refused again.
        ("inbox/kingdom=7/dt=20620126/scan.csv", "kingdom=7/dt=YYYY-MM-DD/scan.csv, with"),
    ],
)
def test_what_is_not_known_is_left_to_them(key: str, right: str) -> None:
    assert f"The right key is inbox/source=rok_players/{right}" in refusal(key).hint


def test_a_date_to_come_is_answered_with_the_day_of_the_upload() -> None:
    refused = refusal("inbox/source=rok_players/kingdom=7/dt=2026-12-01/scan.csv")
    assert refused.code == "future_date"
    assert refused.partition == Partition(7, date(2026, 12, 1))
    assert "the day of the scan" in refused.hint
    assert "inbox/source=rok_players/kingdom=7/dt=2026-01-26/scan.csv" in refused.hint
    assert "save the file again" in refused.hint


@given(
    st.lists(
        st.sampled_from(
            ["source=rok_players", "kingdom=3584", "Kingdom=9", "dt=2026-01-20", "dt=20.1.2026"]
        )
        | st.text(st.characters(exclude_characters="/"), max_size=8),
        max_size=5,
    ),
    st.text(st.characters(exclude_characters="/"), max_size=20),
)
def test_no_hint_has_a_kingdom_that_was_not_typed_and_each_right_key_is_right(
    folders: list[str], name: str
) -> None:
    key = "/".join(["inbox", *folders, name])
    found = parse_inbox_key(key, MOMENT)
    if not isinstance(found, RefusedKeyError):
        return
    shown = re.findall(r"kingdom=(\d+)", found.hint.rpartition("The right key is ")[2])
    assert {*shown} <= {*re.findall(r"\d+", key)} | {str(int(n)) for n in re.findall(r"\d+", key)}
    if found.partition is not None and found.code != "future_date":
        right = found.hint.rpartition("The right key is ")[2].removesuffix(".")
        assert isinstance(keys.parse_inbox_key(right, MOMENT), InboxKey) or right.endswith("txt")
