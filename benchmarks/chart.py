"""The report's chart: wall time of each contender, for the largest scan and for 10,000 players."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from benchmarks.scenarios import LABELS

if TYPE_CHECKING:
    from benchmarks.report import Session

_WIDTH, _LEFT, _BAR, _ROW = 760, 250, 18, 26
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.t{font-weight:bold}.o{fill:#0a6b5b}.p{fill:#9aa7b1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.o{fill:#2fb59d}.p{fill:#66727c}}"
)


def chart(session: "Session") -> str:
    """An SVG."""
    parts: list[str] = []
    top = 10
    titles = {
        "plain": f"{session.many:,} players, 2 cores",
        "pinned": "the same on one core",
        "plain_10000": "10,000 players",
    }
    for name, title in titles.items():
        parts += _bars(session, name, f"{title}: seconds, and MiB", top)
        top += _ROW * (len(session.results[name]) + 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" role="img" '
        f'aria-label="Wall time beside the peers"><style>{_STYLE}</style>{"".join(parts)}</svg>\n'
    )


def _bars(session: "Session", name: str, title: str, top: int) -> Iterator[str]:
    runs = sorted(session.results[name].items(), key=lambda item: item[1].wall)
    longest = runs[-1][1].wall
    yield f'<text class="t" x="0" y="{top + 14}">{escape(title)}</text>'
    for index, (contender, its) in enumerate(runs, 1):
        y = top + index * _ROW
        width = its.wall / longest * (_WIDTH - _LEFT - 130)
        kind = "o" if contender == "ours" else "p"
        yield f'<text x="0" y="{y + 14}">{escape(LABELS[contender])}</text>'
        yield f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}"/>'
        figures = f"{its.wall:.2f} s, {its.memory:.0f} MiB"
        yield f'<text x="{_LEFT + width + 6:.1f}" y="{y + 14}">{figures}</text>'
