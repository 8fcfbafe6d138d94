"""The API explained for people, at `/docs`: by axe, by keyboard, without a script."""

from playwright.sync_api import Browser, expect

from tests.browser.audit import audit
from tests.browser.conftest import Open
from tests.browser.site import Site


def test_no_violation_is_found_and_nothing_goes_wrong(visit: Open) -> None:
    watched = visit()
    watched.page.goto(f"{watched.url}docs")
    expect(watched.page.locator("main h2").first).to_be_visible()
    for one in watched.page.locator("summary").all()[:3]:
        one.press("Enter")
    found = audit(watched)
    assert not found, "\n".join(found)


def test_it_works_without_a_script(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site.url}docs")
        page.get_by_role("navigation").get_by_role("link", name="A page of a leaderboard").nth(
            0
        ).click()
        assert page.url.endswith("/docs#getLeaderboard")
        page.get_by_label("Kingdom").fill("77")
        page.get_by_role("button", name="Show").press("Enter")
        page.get_by_role("link", name="v1/kingdoms/77/snapshots").click()
        expect(page.locator("body")).to_contain_text('"kingdom":77')
    finally:
        context.close()


def test_the_first_tab_skips_to_the_content(visit: Open) -> None:
    watched = visit()
    watched.page.goto(f"{watched.url}docs")
    watched.page.keyboard.press("Tab")
    expect(watched.page.locator(".skip")).to_be_focused()
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator("main")).to_be_focused()
