"""All schemas of the API's answers, by name: one line a subject."""

from typing import Final

from chalicelib.api.schemas.across import ACROSS
from chalicelib.api.schemas.alliances import ALLIANCES
from chalicelib.api.schemas.between import BETWEEN
from chalicelib.api.schemas.boards import BOARDS
from chalicelib.api.schemas.changes import CHANGES
from chalicelib.api.schemas.gains import GAINS
from chalicelib.api.schemas.parts import Schema
from chalicelib.api.schemas.players import PLAYERS
from chalicelib.api.schemas.service import SERVICE
from chalicelib.api.schemas.snapshots import SNAPSHOTS

SCHEMAS: Final[dict[str, Schema]] = {
    **SERVICE,
    **SNAPSHOTS,
    **BOARDS,
    **BETWEEN,
    **GAINS,
    **CHANGES,
    **PLAYERS,
    **ALLIANCES,
    **ACROSS,
}
