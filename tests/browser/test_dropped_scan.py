"""A scan that is dropped into the inbox of `make run` shows on the open page by itself."""

from playwright.sync_api import expect

from tests.browser import scans
from tests.browser.conftest import Open
from tests.browser.scans import DROPPED, NEWER, OLDER
from tests.browser.site import Site


def test_a_new_scan_shows_within_seconds_and_is_said(visit: Open, site: Site) -> None:
    watched = visit()
    page = watched.open(f"?k={DROPPED}&m=deaths")
    first = page.locator("main tbody tr").first.locator("data").first
    expect(first).to_have_attribute("value", "10")
    loaded = page.evaluate("() => performance.timeOrigin")
    scans.drop(site.lake, NEWER, points=777)
    expect(first).to_have_attribute("value", "777", timeout=10_000)
    expect(page.get_by_role("status").first).not_to_be_empty()
    assert page.evaluate("() => performance.timeOrigin") == loaded, "it was loaded anew"
    expect(page.locator("#when select").first).to_have_value(NEWER)
    expect(page.locator("#when select").nth(1)).to_have_value(OLDER)
