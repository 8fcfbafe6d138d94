"""The lake's top folders; a small module, because the app imports it at its start."""

from typing import Final

INBOX: Final = "inbox/"
SWEEP: Final = "sweep/"
RAW: Final = "raw/"
CURATED: Final = "curated/"
BOARDS: Final = "boards/"
CATALOG: Final = "catalog/"
CHANGES: Final = "changes/"
PLAYERS: Final = "players/"
REPORTS: Final = "reports/"
REJECTED: Final = "rejected/"
WITHDRAWN: Final = "withdrawn/"

ARCHIVES: Final = (RAW, REJECTED, WITHDRAWN)
"""Where the bytes of uploads are kept, each upload's in one of these."""
