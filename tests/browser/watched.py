"""A page that is watched: whatever a visitor must never meet fails the test that opened it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response

_READY: Final = "() => document.documentElement.dataset.ready ?? null"
_DRAWN_SINCE: Final = """(before) => {
    const now = document.documentElement.dataset.ready ?? null;
    return now !== null && now !== before;
}"""


class Watched:
    """A page and all that went wrong on it.

    Attributes:
        page: Playwright's.
        url: where the page is.
        expected: parts of messages that the test itself brings about.
        requests: the address of everything that was asked for.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        """Open an empty tab.

        Args:
            context: the browser's.
            url: where the page is; requests elsewhere are faults.
        """
        self.url = url
        self._faults: list[str] = []
        self.expected: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._faults.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def open(self, query: str = "") -> Page:
        """Open a view, and wait until it is drawn."""
        self.page.goto(f"{self.url}{query}")
        self.wait_until_drawn()
        return self.page

    def wait_until_drawn(self) -> None:
        """Wait until something is drawn that is complete."""
        self.page.wait_for_function(_DRAWN_SINCE, arg=None)

    @contextmanager
    def redrawn(self) -> Iterator[None]:
        """Wait, at the end, until something new is drawn."""
        before = self.page.evaluate(_READY)
        yield
        self.page.wait_for_function(_DRAWN_SINCE, arg=before)

    def faults(self) -> list[str]:
        """What went wrong and was not expected."""
        return [fault for fault in self._faults if not any(part in fault for part in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def _dialog(self, dialog: Dialog) -> None:
        self._faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self._faults.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        self._faults.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._faults.append(f"status {response.status}: {response.url}")
