"""The types of all errors that callers in other modules may catch.

Errors *in an upload* are not here: they are findings in its report (`chalicelib.scans.findings`),
never exceptions that a caller must catch.
"""


class LeaderboardError(Exception):
    """The base of all errors that this app raises on purpose; its text can be shown to users."""


class ConfigError(LeaderboardError):
    """Raised when a setting is wrong; the text names the setting."""


class StoreError(LeaderboardError):
    """The base of all errors of the lake."""


class ObjectNotFoundError(StoreError):
    """Raised when a key has no object."""


class PreconditionFailedError(StoreError):
    """Raised when a conditional write or read finds another object than the caller saw."""


class InvalidKeyError(StoreError):
    """Raised when a store cannot hold a key (an empty part, `..`, too long for its disk)."""


class StoreDeniedError(StoreError):
    """Raised when the store refuses access; a retry does not help, an operator must act."""


class StoreUnavailableError(StoreError):
    """Raised when the store is throttled, unreachable or failing; a retry may help."""


class StoreFullError(StoreUnavailableError):
    """Raised when a disk takes no more, the lake's or that of temporary files; a retry goes on when
    there is room."""


class BoardsMissingError(StoreError):
    """Raised when a snapshot that is listed has no boards object."""


class CatalogError(StoreError):
    """Raised when the catalog is damaged; `rebuild` makes it again (HTTP 500)."""


class CatalogMissingError(StoreUnavailableError):
    """Raised when there are boards but no catalog: publishing is in progress, or the lake is older
    than the catalog and must be rebuilt (HTTP 503)."""


class RosterMissingError(StoreUnavailableError):
    """Raised when a kingdom has snapshots but no roster: publishing is in progress, or the lake is
    older than rosters and the next upload, or `rebuild`, makes it (HTTP 503)."""


class WithdrawnError(StoreUnavailableError):
    """Raised when the file has no players by now, although the catalog still lists the snapshot:
    its uploads are being withdrawn (HTTP 503)."""


class UploadChangedError(StoreUnavailableError):
    """Raised when an inbox object changed while it was read; a retry reads the new one."""


class UploadInFutureError(StoreUnavailableError):
    """Raised when a file in the inbox of a directory lake has a modification time that the clock
    has not reached; it is taken when it is touched, or when the clock has."""


class SweepIncompleteError(StoreUnavailableError):
    """Raised after a sweep in which the lake failed on some uploads; the next sweep retries."""


class TooManyChangesError(LeaderboardError):
    """Raised when so much differs between two snapshots that to list it would take a process's
    memory: one of the two scans is wrong (HTTP 500)."""


class QueryError(LeaderboardError):
    """The base of all errors in answering a request."""


class BadParameterError(QueryError):
    """Raised when a request's parameter is malformed, out of range or unknown (HTTP 400)."""


class NotFoundError(QueryError):
    """Raised when a kingdom, date or metric does not exist (HTTP 404)."""


class ConflictError(QueryError):
    """Raised when the snapshot's version is not the requested one (HTTP 409)."""


class EngineBusyError(QueryError):
    """Raised when the query engine is throttled or unreachable (HTTP 503)."""


class EngineTimeoutError(QueryError):
    """Raised when the query engine does not answer in time (HTTP 504)."""


class EngineFailedError(QueryError):
    """Raised when the query engine fails or refuses a query; an operator must act (HTTP 500)."""
