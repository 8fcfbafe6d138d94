"""What is said when a board cannot be given as asked; every engine says the same."""

from datetime import date

from chalicelib.boards.request import BoardRequest
from chalicelib.errors import BadParameterError, NotFoundError


def not_ranked(request: BoardRequest, day: date) -> NotFoundError:
    """The player of `around` has no place on the board of a snapshot.

    Args:
        request: with `around`.
        day: the snapshot's date.
    """
    board = f"player {request.around} is not ranked by {request.metric} on {day}"
    if request.alliance is not None:
        return NotFoundError(
            f"{board} within the alliance {request.alliance}; leave out alliance or around"
        )
    return NotFoundError(
        f"{board}: the scan does not have the player, or not that value; leave out around"
    )


def known_of_nobody(counter: str, day: date) -> BadParameterError:
    """A formula has a counter that a snapshot knows of nobody.

    Args:
        counter: its name.
        day: the snapshot's date.
    """
    return BadParameterError(
        f"weights has {counter}, which the scan of {day} does not have of any player; leave it out"
    )
