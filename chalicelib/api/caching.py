"""How long answers may be kept: the values of `Cache-Control`, and an answer that is constant."""

import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api.operation import Answer, Content

DAY: Final = "public, max-age=86400"
"""For an answer all of whose versions are in the request: what it says of them never changes."""
SHORT: Final = "public, max-age=60, stale-while-revalidate=10, stale-if-error=600"
"""For an answer that the next upload, or the next version of the app, may change."""
NEVER: Final = "no-store"


def of_itself(document: Mapping[str, Any]) -> Answer:
    """A constant answer; its tag follows from its content."""
    versions = (json.dumps(document),)
    return Answer(versions, SHORT, lambda: Content(document, versions))
