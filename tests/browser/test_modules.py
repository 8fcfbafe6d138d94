"""The page's modules without a page around them, run in the browser."""

from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.watched import Watched


def run(watched: Watched, module: str, expression: str) -> Any:
    """What an expression gives, with a module's exports as `m`."""
    address = f"{watched.url}static/{module}.js"
    return watched.page.evaluate(
        f"async (address) => {{ const m = await import(address); return {expression}; }}", address
    )


@pytest.fixture
def english(visit: Open) -> Watched:
    watched = visit()
    watched.page.goto(f"{watched.url}static/icon.svg")
    return watched


@pytest.fixture
def german(visit: Open) -> Watched:
    watched = visit(locale="de-DE")
    watched.page.goto(f"{watched.url}static/icon.svg")
    return watched


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("m.full(1361198520)", "1,361,198,520"),
        ("m.full(0)", "0"),
        ("m.full(9007199254740991)", "9,007,199,254,740,991"),
        ("m.short(999)", "999"),
        ("m.short(1361198520)", "1.36B"),
        ("m.short(-1361198520)", "-1.36B"),
        ("m.signed(m.full, 5)", "+5"),
        ("m.signed(m.full, -1234)", "−1,234"),
        ("m.signed(m.full, 0)", "±0"),
        ("m.day('2026-01-26')", "26 Jan 2026"),
        ("m.shortDay('2026-01-01')", "1 Jan"),
        ("m.halves(288650963)", ["288", ",650,963"]),
        ("m.halves(1361198520)", ["1,361", ",198,520"]),
        ("m.halves(12345)", ["12", ",345"]),
        ("m.halves(7)", ["7", ""]),
        ("m.halves(0)", ["0", ""]),
        ("m.exact(288650963).textContent.replace(/^288,650,963/, '')", "288,650,963"),
        ("m.exact(null).textContent", "–not known"),
        ("m.compact(undefined).textContent", "–not known"),
        ("m.isKnown(0) && !m.isKnown(null) && !m.isKnown(undefined)", True),
    ],
)
def test_numbers_and_dates(english: Watched, expression: str, wanted: object) -> None:
    assert run(english, "words", expression) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("m.full(1361198520)", "1.361.198.520"),
        ("m.short(1361198520)", "1,36\u00a0Mrd."),
        ("m.halves(288650963)", ["288", ".650.963"]),
        ("m.day('2026-01-26')", "26. Jan. 2026"),
    ],
)
def test_numbers_and_dates_in_german(german: Watched, expression: str, wanted: str) -> None:
    assert run(german, "words", expression) == wanted


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_scans_date_is_the_same_everywhere(visit: Open, zone: str) -> None:
    watched = visit(timezone_id=zone)
    watched.page.goto(f"{watched.url}static/icon.svg")
    assert run(watched, "words", "m.day('2026-01-26')") == "26 Jan 2026"


def test_digits_are_the_pages_and_not_the_browsers(visit: Open) -> None:
    watched = visit(locale="ar-EG")
    watched.page.goto(f"{watched.url}static/icon.svg")
    assert run(watched, "words", "m.full(1234)") == "1,234"


def test_every_language_has_the_same_words_with_the_same_places(english: Watched) -> None:
    tables = english.page.evaluate(
        """async (root) => Object.fromEntries(await Promise.all(["en", "de"].map(async code =>
            [code, (await import(`${root}static/${code}.js`)).default])))""",
        english.url,
    )
    assert {*tables["en"]} == {*tables["de"]}
    for key, words in tables["en"].items():
        other = tables["de"][key]
        assert isinstance(other, type(words)), key
        for form in _forms(other):
            assert _places(form) == _places(_forms(words)[0]) or isinstance(words, dict), key


def _forms(words: Any) -> list[str]:
    return [*words.values()] if isinstance(words, dict) else [words]


def _places(words: str) -> set[str]:
    return {part[:2] for part in words.split("{")[1:]}


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("m.text('kingdom_n', '51')", "Kingdom 51"),
        ("m.text('no such words')", "no such words"),
        ("m.text('no_name', '1234567')", "no name, 1234567"),
        ("m.has('dkp') && !m.has('no such words')", True),
        ("m.lang", "en"),
    ],
)
def test_words(english: Watched, expression: str, wanted: object) -> None:
    assert run(english, "words", expression) == wanted


@pytest.mark.parametrize(
    ("address", "expression", "wanted"),
    [
        ("", "m.query({})", "?"),
        ("?k=51&view=board", "m.query({})", "?k=51"),
        ("?k=51&view=gains&m=deaths", "m.query({m: ''})", "?k=51&view=gains"),
        ("?k=51&q=a%26b%3Dc", "m.query({})", "?k=51&q=a%26b%3Dc"),
        ("?k=51&unknown=1", "m.query({})", "?k=51"),
        ("?m=nonsense", "m.metric()", "dkp"),
        ("?m=deaths", "m.metric()", "deaths"),
        ("?m=deaths", "m.others().includes('deaths')", False),
        ("?k=51", "m.me()", 0),
        ("?view=gains", "m.state.view", "gains"),
        ("", "m.state.view", "board"),
    ],
)
def test_the_address_is_the_state(
    english: Watched, address: str, expression: str, wanted: object
) -> None:
    english.page.goto(f"{english.url}static/icon.svg{address}")
    assert run(english, "state", f"(m.read(), {expression})") == wanted


def test_a_browser_that_keeps_nothing_is_no_obstacle(english: Watched) -> None:
    refuse = """() => Object.defineProperty(window, "localStorage",
        {get() { throw new DOMException("no", "SecurityError"); }})"""
    english.page.evaluate(refuse)
    assert run(english, "state", "(m.store.set('a', 'b'), m.store.get('a'))") == ""
    assert run(english, "state", "m.me()") == 0
