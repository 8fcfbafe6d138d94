"""Which browsers there are on this machine, and how they are started.

They are the system's: Playwright's own downloads are not needed. `CHROME` and `FIREFOX` name
others than those on PATH.
"""

import os
import shutil
import sys
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import Browser, Playwright


class Kind(NamedTuple):
    """A kind of browser.

    Attributes:
        label: what people call it.
        variable: the environment variable that says where it is.
        names: what it is called on PATH.
        package: Debian's package.
    """

    label: str
    variable: str
    names: tuple[str, ...]
    package: str


CHROMIUM: Final = Kind(
    "Chromium",
    "CHROME",
    ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"),
    "chromium-headless-shell",
)
FIREFOX: Final = Kind("Firefox", "FIREFOX", ("firefox-esr", "firefox"), "firefox-esr")


def found(kind: Kind) -> str | None:
    """Where a browser is; None if there is none.

    Raises:
        AssertionError: the variable names no program.
    """
    named = os.environ.get(kind.variable)
    if named:
        path = shutil.which(named)
        assert path, f"{kind.variable}={named} is no program"
        return path
    return next((path for name in kind.names if (path := shutil.which(name))), None)


def required(kind: Kind) -> str:
    """Where a browser is; the test is skipped if there is none, and fails with REQUIRE_BROWSER."""
    path = found(kind)
    if path is None:
        advice = (
            f"no {kind.label} found: apt-get install {kind.package} (or {kind.variable}=PATH), "
            "then make test-browser"
        )
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(advice)
        pytest.skip(advice)
    return path


def start_chromium(playwright: Playwright) -> Browser:
    """Start Chromium, without a window."""
    path = required(CHROMIUM)
    # The sandbox cannot be had as root, as a CI often is.
    return playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)


def start_firefox(playwright: Playwright) -> Browser:
    """Start Firefox as it is packaged: by WebDriver BiDi, since Playwright's own is another."""
    path = required(FIREFOX)
    return playwright.firefox.launch(executable_path=path, channel="moz-firefox")


if __name__ == "__main__":
    # For .ci/run: exit code 0 if both are here.
    sys.exit(0 if found(CHROMIUM) and found(FIREFOX) else 1)
