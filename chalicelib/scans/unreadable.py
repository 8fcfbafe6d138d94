"""The error of an upload that cannot be read to its end; it carries the finding that says why."""

from chalicelib.scans.findings import ErrorCode, Finding


class UnreadableError(Exception):
    """Raised when the rest of an upload cannot be read; it has one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        """Store the finding."""
        super().__init__(finding.message)
        self.finding = finding


def unreadable(code: ErrorCode, message: str, hint: str, **where: object) -> UnreadableError:
    """An error that ends the reading of an upload."""
    return UnreadableError(Finding(code=code, message=message, hint=hint, **where))  # type: ignore[arg-type]


def empty_file() -> UnreadableError:
    """The error for an empty file."""
    return unreadable(
        "empty_file",
        "The file is empty.",
        "Export the scan again and upload it with its header and its players.",
    )
