"""The lake's top folders, apart from all else of its keys: the app names one when it starts."""

from typing import Final

INBOX: Final = "inbox/"
RAW: Final = "raw/"
CURATED: Final = "curated/"
BOARDS: Final = "boards/"
CATALOG: Final = "catalog/"
REPORTS: Final = "reports/"
REJECTED: Final = "rejected/"
