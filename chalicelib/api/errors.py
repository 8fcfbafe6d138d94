"""The API's error responses: statuses, codes and messages (contract, section 8)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.errors import (
    BadParameterError,
    CatalogError,
    CatalogMissingError,
    ConflictError,
    EngineBusyError,
    EngineTimeoutError,
    NotFoundError,
    RosterMissingError,
    StoreUnavailableError,
    WithdrawnError,
)

RETRY_AFTER_SECONDS: Final = 5


class Refusal(NamedTuple):
    """The error response for a type of error.

    Attributes:
        status: the HTTP status.
        code: `Code` in the body.
        reason: what it means, for the OpenAPI document.
        message: an example of `Message`; if `fixed`, the text of every response.
        fixed: whether the error's own text is hidden from clients.
    """

    status: int
    code: str
    reason: str
    message: str
    fixed: bool = False


INTERNAL: Final = Refusal(
    500,
    "InternalServerError",
    "A fault of the API; nothing of it is shown.",
    "An internal server error occurred.",
    fixed=True,
)
THROTTLED: Final = Refusal(
    429,
    "TooManyRequestsError",
    "More requests than the deployment takes; try again after `Retry-After`.",
    "Too Many Requests",
)
"""API Gateway's own answer (tools/deploy/guards); `chalice local` never gives it."""
UNKNOWN_PATH: Final = Refusal(
    403,
    "ForbiddenError",
    "There is no such path, or not with this method; API Gateway's own answer.",
    "there is no such path, or it does not take this method",
)
_BUSY = "The boards cannot be read right now; try again in a moment."

REFUSALS: Final[Mapping[type[Exception], Refusal]] = {
    BadParameterError: Refusal(
        400,
        "BadRequestError",
        "A parameter is malformed, out of range, repeated, unknown, or contradicts another one or "
        "the snapshots.",
        "limit must be 1 to 1000, not 0",
    ),
    NotFoundError: Refusal(
        404,
        "NotFoundError",
        "The kingdom, the date, the metric or the player is not there.",
        "there is no kingdom 51",
    ),
    ConflictError: Refusal(
        409,
        "ConflictError",
        "A snapshot is of another version than the one that the request names; start again.",
        "the snapshot of kingdom 51 of 2026-01-26 is of version 0c4e91b27d5f3a86 by now, "
        "not 9f2c4d7b1a3e5f60; start again without version",
    ),
    CatalogError: Refusal(
        500, "InternalServerError", "", "the catalog of kingdom 51 is damaged: rebuild it"
    ),
    CatalogMissingError: Refusal(
        503,
        "ServiceUnavailableError",
        "",
        "kingdom 51 has boards that no catalog lists: they are being published, or the lake must "
        "be rebuilt (python -m chalicelib rebuild)",
    ),
    RosterMissingError: Refusal(
        503,
        "ServiceUnavailableError",
        "",
        "the players of kingdom 51 are not listed yet: its next upload does it, or a rebuild "
        "(python -m chalicelib rebuild)",
    ),
    WithdrawnError: Refusal(
        503,
        "ServiceUnavailableError",
        "",
        "the snapshot of kingdom 51 of 2026-01-26 is being withdrawn; ask again in a moment",
    ),
    EngineBusyError: Refusal(
        503,
        "ServiceUnavailableError",
        "The engine or the lake is throttled or cannot be reached; try again after `Retry-After`.",
        _BUSY,
        fixed=True,
    ),
    StoreUnavailableError: Refusal(503, "ServiceUnavailableError", "", _BUSY, fixed=True),
    EngineTimeoutError: Refusal(
        504,
        "GatewayTimeoutError",
        "The engine did not answer in time.",
        "The answer took too long; try again, or ask for less.",
        fixed=True,
    ),
}
