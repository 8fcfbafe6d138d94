"""An API as AWS has it: by TLS, under a name and a path of its own; it notes what it is asked."""

import ssl
from pathlib import Path
from typing import Final

from tests.certificates import NAME, certificate
from tests.serving import Handler, Serving

BODY: Final = b'{"kingdoms":[]}'


class _Handler(Handler):
    server: "TlsOrigin"

    def answer(self, method: str) -> None:
        assert method == "GET"
        self.server.asked.append((self.path, self.headers["Host"]))
        self.send(200, [("Cache-Control", "public, max-age=60")], BODY)


class TlsOrigin(Serving):
    """The server, from the start of a context to its end.

    Attributes:
        certificate: its certificate, of `NAME`, as a file.
        asked: the path and the host of each request.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is answered yet; the certificate is made, in the folder."""
        self.certificate, context = certificate(folder)
        # Whoever does not name the host is refused, as by API Gateway.
        context.sni_callback = _only_by_name
        self.asked: list[tuple[str, str]] = []
        super().__init__(_Handler, context)


def _only_by_name(_socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
    return None if name == NAME else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
