"""The page's files, as they are served: read once, each naming the others by their version."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from chalicelib.api.web.lean import lean_script, lean_style

FOLDER: Final = Path(__file__).resolve().parents[2] / "web"
HTML_TYPE: Final = "text/html; charset=utf-8"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_LEAN: Final = {".js": lean_script, ".css": lean_style}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z]+", re.ASCII)
_VERSION_DIGITS: Final = 6


class File(NamedTuple):
    """A text, ready to send.

    Attributes:
        kind: the value of `Content-Type`.
        body: the text.
        tag: the value of `ETag`.
    """

    kind: str
    body: str
    tag: str


class Site(NamedTuple):
    """The files of the page.

    Attributes:
        version: follows from all of them; whatever of one version is open belongs together.
        page: the document at `/`.
        static: the files it loads, by name.
    """

    version: str
    page: File
    static: Mapping[str, File]

    def versioned(self, html: str) -> str:
        """A document with `static/name.ext` as the addresses of this version's files."""
        return _with_version(html, '"static/', self.static, self.version)


@lru_cache(maxsize=1)
def site() -> Site:
    """The files of this package; what is in the folder later is not seen."""
    return read_site(FOLDER)


def read_site(folder: Path) -> Site:
    """The files of a folder: `index.html`, and those in `static/` that are scripts, styles, icons.

    A script names another as `"./name.js"`, `index.html` as `"static/name.ext"`. What
    only authors read is left out (`lean`).

    Args:
        folder: where they are.
    """
    texts = {
        path.name: _LEAN.get(path.suffix, str)(path.read_text("utf-8"))
        for path in sorted((folder / "static").iterdir())
        if path.suffix in _TYPES and _NAME.fullmatch(path.name)
    }
    index = (folder / "index.html").read_text("utf-8")
    digest = hashlib.sha256()
    for name, text in [("", index), *texts.items()]:
        digest.update(f"{name}\0{text}\0".encode())
    version = digest.hexdigest()[:_VERSION_DIGITS]
    static = {
        name: make_file(
            _TYPES[Path(name).suffix],
            _with_version(text, '"./', texts, version) if name.endswith(".js") else text,
        )
        for name, text in texts.items()
    }
    index = _with_version(index, '"static/', texts, version)
    return Site(version, make_file(HTML_TYPE, index), static)


def make_file(kind: str, body: str) -> File:
    """A text with the tag that follows from it."""
    return File(kind, body, f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"')


def _with_version(text: str, before: str, names: Mapping[str, object], version: str) -> str:
    for name in names:
        text = text.replace(f'{before}{name}"', f'{before}{name}?v={version}"')
    return text
