"""Boards are made of that event alone that the curated file was made of last."""

import io
from datetime import UTC, datetime
from typing import BinaryIO, Final

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.views.making.in_step import InStep

EARLIER, LATER = (
    ArchiveKey(f"raw/{name}", datetime(2026, 1, 26, tzinfo=UTC), f"inbox/{name}", None)
    for name in ("a.csv", "b.csv")
)
FILE: Final = io.BytesIO()


class Maker:
    """Makes what it is asked for, and notes it."""

    def __init__(self) -> None:
        self.asked: list[ArchiveKey] = []

    def curated(self, _: ArchiveKey) -> BinaryIO:
        return FILE

    def boards(self, event: ArchiveKey) -> BinaryIO:
        self.asked.append(event)
        return FILE


def test_the_boards_of_the_same_event_are_made() -> None:
    maker = InStep(Maker())
    assert maker.curated(EARLIER) is FILE
    assert maker.boards(EARLIER) is FILE


def test_the_boards_of_an_event_that_came_after_the_curated_file_are_left_to_its_own_process() -> (
    None
):
    made = Maker()
    maker = InStep(made)
    maker.curated(EARLIER)
    assert maker.boards(LATER) is None
    assert made.asked == [LATER], "an upload's own maker must see that it is not the newest"


def test_where_the_curated_file_was_made_again_of_a_later_event_the_boards_follow() -> None:
    maker = InStep(Maker())
    maker.curated(EARLIER)
    maker.curated(LATER)
    assert maker.boards(LATER) is FILE
    assert maker.boards(EARLIER) is None


def test_without_a_curated_file_there_are_no_boards() -> None:
    assert InStep(Maker()).boards(EARLIER) is None
