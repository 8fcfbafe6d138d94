"""`python -m tests.browser.screenshots`: remake the pictures in docs/pictures, of the examples.

The pictures depend on the machine's fonts, so no test compares them; that each is there, small and
of its size is tested. Without fonts for the scripts that players use there would be boxes in them.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.browsers import start_chromium
from tests.browser.site import ROOT, Site
from tests.browser.views import KINGDOM
from tests.browser.watched import Watched

PICTURES: Final = ROOT / "docs" / "pictures"
MOST_BYTES: Final = 120_000
FONTS: Final = ("fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")
_SCRIPTS: Final = ("ja", "ko", "zh", "th", "ar", "he")
_COLOURS: Final = 128


def _nothing(_page: Page) -> None:
    """The view as it opens."""


def _open_flag(page: Page) -> None:
    page.locator("main button[aria-expanded=false]").first.click()


def _show_card(page: Page) -> None:
    expect(page.get_by_role("dialog").locator("table").first).to_be_visible()


class Picture(NamedTuple):
    """A picture of the page.

    Attributes:
        name: its file, without `.png`.
        query: the view.
        width, height: of the window.
        scheme: `light` or `dark`.
        act: what is done before it is taken.
    """

    name: str
    query: str
    width: int
    height: int
    scheme: str
    act: Callable[[Page], None] = _nothing


PICTURES_OF: Final = (
    Picture("board", KINGDOM, 1280, 720, "dark"),
    Picture("board-phone", KINGDOM, 390, 780, "light"),
    Picture("gains", f"{KINGDOM}&view=gains", 1280, 720, "light", _open_flag),
    Picture("card", f"{KINGDOM}&p=12517131", 390, 780, "dark", _show_card),
    Picture("changes", f"{KINGDOM}&view=week", 1280, 720, "light"),
)


def take(browser: Browser, site: Site, picture: Picture) -> bytes:
    """The picture as a small PNG file."""
    options: dict[str, Any] = {
        "viewport": {"width": picture.width, "height": picture.height},
        "color_scheme": picture.scheme,
        "locale": "en-GB",
        "reduced_motion": "reduce",
        "device_scale_factor": 1 if picture.width > 600 else 2,
    }
    context = browser.new_context(**options)
    watched = Watched(context, site.url)
    page = watched.open(picture.query)
    picture.act(page)
    page.evaluate("() => document.activeElement.blur()")
    # The pointer and the caret are no part of the page.
    page.mouse.move(picture.width - 1, picture.height - 1)
    taken = page.screenshot(caret="hide", animations="disabled")
    context.close()
    return reduced(taken)


def reduced(png: bytes) -> bytes:
    """The same picture with a palette."""
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
    return out.getvalue()


def lacking_fonts() -> list[str]:
    """The languages, of some that players use, which no font of this machine has."""
    if not shutil.which("fc-list"):
        return ["unknown (no fc-list)"]
    return [script for script in _SCRIPTS if not _fonts_for(script)]


def _fonts_for(script: str) -> bytes:
    command = ["fc-list", f":lang={script}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def main() -> int:
    """Write all pictures."""
    if lacking := lacking_fonts():
        print(
            f"error: no font for {', '.join(lacking)}: names would be boxes. "
            f"On Debian: apt-get install fontconfig {' '.join(FONTS)}",
            file=sys.stderr,
        )
        return 1
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = start_chromium(playwright)
        for picture in PICTURES_OF:
            path = PICTURES / f"{picture.name}.png"
            path.write_bytes(take(browser, site, picture))
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
