"""A thousand rows on a phone: its processor is four times slower than this machine's."""

from typing import Final

from tests.browser.conftest import Open
from tests.browser.scans import THOUSAND
from tests.browser.site import Site

SLOWER: Final = 4
# Generous: the machines that run this are shared. On an idle one it is a fourth.
MOST_TO_DRAW_MS: Final = 6000
LONGEST_TASK_WHILE_SCROLLING_MS: Final = 1000

_OBSERVE: Final = """() => {
    window.longTasks = [];
    const note = list => window.longTasks.push(...list.getEntries().map(one => one.duration));
    new PerformanceObserver(note).observe({type: "longtask"});
}"""
_SCROLL: Final = """async () => {
    const frames = [];
    let before = performance.now();
    for (let at = 0; at < 60; at++) {
        scrollBy(0, 400);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - before);
        before = now;
    }
    frames.sort((a, b) => a - b);
    return {median: frames[30], slowest: frames[59]};
}"""


def test_all_rows_are_drawn_soon_and_scroll_smoothly(visit: Open, site: Site) -> None:
    watched = visit(390, 800, is_mobile=True, has_touch=True)
    page = watched.open(f"?k={THOUSAND}")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(_OBSERVE)
    start = page.evaluate("() => performance.now()")
    page.evaluate(
        "() => { history.pushState(null, '', location.search + '&all=1');"
        " dispatchEvent(new PopStateEvent('popstate')); }"
    )
    total = site.api(f"kingdoms/{THOUSAND}/leaderboards/dkp?limit=1")["total"]
    assert total > 950
    # Not by dataset.ready: rows may be drawn in several turns.
    page.wait_for_function(
        "(total) => document.querySelectorAll('main tbody tr').length === total", arg=total
    )
    drawn = page.evaluate("() => performance.now()") - start
    drawing = page.evaluate("() => window.longTasks.splice(0)")
    frames = page.evaluate(_SCROLL)
    scrolling = page.evaluate("() => window.longTasks")
    print(
        f"{SLOWER} times slower: {total} rows drawn after {drawn:.0f} ms (longest task "
        f"{max(drawing, default=0):.0f} ms); scrolling: a frame {frames['median']:.0f} ms, the "
        f"slowest {frames['slowest']:.0f} ms, {len(scrolling)} long tasks, the longest "
        f"{max(scrolling, default=0):.0f} ms"
    )
    assert drawn < MOST_TO_DRAW_MS
    assert max(scrolling, default=0) < LONGEST_TASK_WHILE_SCROLLING_MS
