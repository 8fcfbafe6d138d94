"""Every error that crosses a module's border, as a type.

What is wrong with an *upload* is not here: that is an outcome, told in its report
(`chalicelib.scans.findings`), never an exception that a caller must catch.
"""


class LeaderboardError(Exception):
    """The base of all errors that this app raises on purpose; its text is fit for a user."""


class ConfigError(LeaderboardError):
    """Raised when a setting is wrong; the text names the setting."""


class StoreError(LeaderboardError):
    """The base of what can go wrong with the lake."""


class ObjectNotFoundError(StoreError):
    """Raised when a key has no object."""


class PreconditionFailedError(StoreError):
    """Raised when a conditional write or read finds another object than the caller saw."""


class InvalidKeyError(StoreError):
    """Raised when a store cannot hold a key (an empty part, `..`, too long for its disk)."""


class StoreDeniedError(StoreError):
    """Raised when the store refuses access; a retry does not help, an operator does."""


class StoreUnavailableError(StoreError):
    """Raised when the store is throttled, unreachable or failing; a retry may help."""


class CatalogError(StoreError):
    """Raised when the catalog is damaged; `rebuild` makes it anew (HTTP 500)."""


class CatalogMissingError(StoreUnavailableError):
    """Raised when there are boards and no catalog: they are just being published, or a lake from
    before there was a catalog must be rebuilt (HTTP 503)."""


class UploadChangedError(StoreUnavailableError):
    """Raised when an inbox object changed while it was read; the next try sees the new one."""


class SweepIncompleteError(StoreUnavailableError):
    """Raised when a sweep is through, but the lake failed on some uploads; the next tries them."""


class QueryError(LeaderboardError):
    """The base of what can go wrong between a request and its answer."""


class BadParameterError(QueryError):
    """Raised when a request's parameter is malformed, out of range or unknown (HTTP 400)."""


class NotFoundError(QueryError):
    """Raised when a kingdom, date or metric is not there (HTTP 404)."""


class ConflictError(QueryError):
    """Raised when a snapshot is of another version than the request names (HTTP 409)."""


class EngineBusyError(QueryError):
    """Raised when the query engine is throttled or unreachable (HTTP 503)."""


class EngineTimeoutError(QueryError):
    """Raised when the query engine does not answer in time (HTTP 504)."""


class EngineFailedError(QueryError):
    """Raised when the query engine fails or refuses a query; an operator must look (HTTP 500)."""
