"""Random scan files for Hypothesis: good ones, ones with wrong cells, and damaged ones.

`uploads(good=True)` gives files that must be accepted but for an accident; `uploads()` mixes wrong
cells, repeated ids, ragged rows and wrong headers in; `damaged()` changes single bytes of either.
"""

import gzip
import json
from dataclasses import dataclass

from hypothesis import strategies as st

MOST = 2**53 - 1

# Ways to write a header of each column.
HEADERS = {
    "id": ("ID", "Governor ID", "governor_id", "Character ID", " player id ", "GOV-ID"),
    "name": ("Name", "Governor Name", "Username", "player_name", "Governor", "Player"),
    "alliance": ("Alliance", "Alliance Tag"),
    "power": ("Power", "POWER", "\u2694\ufe0f Power:", "전투력", "Total Power"),
    "highest_power": ("Highest Power", "highestPower"),
    "kill_points": ("Killpoints", "Total Kill Points", "KP"),
    **{f"t{n}_kills": (f"T{n} Kills", f"T{n}", f"Tier {n} Kills") for n in range(1, 6)},
    **{f"t{n}_deaths": (f"T{n} Deaths", f"Dead T{n}") for n in range(1, 6)},
    "kills": ("Kills", "Total Kills"),
    "deaths": ("Deads", "Deaths", "Units Lost"),
    "dkp": ("DKP",),
    "ranged_points": ("Ranged", "Ranged Points"),
    "rss_gathered": ("Rss Gathered", "Resources Gathered"),
    "rss_assistance": ("Rss Assistance", "Resources Given"),
    "helps": ("Helps", "Alliance Helps"),
    "acclaim": ("Aclaim", "Acclaim"),
    "highest_acclaim": ("High Aclaim", "Highest Acclaim"),
}
IGNORED = ("Rank", "T45 Kills", "t1_KP", "Troop Power", "Notes, by Eve", "RSS", "Kills (T4+)")
TIERS = tuple(f"t{n}_kills" for n in range(1, 6))
DEATH_TIERS = tuple(f"t{n}_deaths" for n in range(1, 6))
# Columns that are drawn together, so that derived ones come about.
_GROUPS = (
    TIERS,
    (*TIERS, "kill_points"),
    DEATH_TIERS,
    ("t4_kills", "t5_kills", "deaths"),
    (*TIERS, *DEATH_TIERS),
    DEATH_TIERS[:3],
    ("deaths", "t1_deaths"),
)
_UNKNOWN = ("", " ", "-", "Unknown", "skipped", "N/A", "-1", "-2", "-3", " -1")
_BAD_NUMBERS = (
    *("12.345", "1.2E+9", "1.2M", "(10,975)", "4.5", "-4", "-1,234", "1,23", "x", "1 2", "+7"),
    *(
        "NA",
        "12.34.5",
        "1.234,567",
        "9007199254740992",
        "9" * 30,
        "1234,567",
        "12\n3",
        "106.315",
        "1_0",
    ),
)
_BAD_IDS = ("", "-", "Unknown", "0", "-1", "abc", "1.5", "12.345", "9007199254740992")
_LETTERS = "aZ9 \t\n\r,;\"'\\/<>+-=_:.é龙강ليل🐉\u3164\u0301\u200d\u00a0"
_BAD_TEXTS = ("Bo\0b", "\x1f", "y" * 201)
_ODD_TEXTS = ("NA", "null", "007", "-1", "", " ", "e\u0301", "N/A", "true", "1.5", "x" * 200)


@dataclass(frozen=True)
class Upload:
    """A file to check."""

    data: bytes
    file_name: str


@dataclass(frozen=True)
class JsonText:
    """A value to be written into JSON as it is."""

    source: str


Value = str | JsonText | None
Table = tuple[list[str], list[list[Value]]]


def grouped(number: int, separator: str) -> str:
    """A number with thousands set apart."""
    return f"{number:,}".replace(",", separator)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A good number in one of the ways to write it."""
    number = draw(
        st.one_of(st.integers(0, 999), st.integers(0, 2**40), st.sampled_from((MOST, MOST - 1, 0)))
    )
    style = draw(st.sampled_from(("plain", "plain", ",", " ", "\u00a0", "\u202f", ".", "zero")))
    if style == "zero":
        text = f"{number}.0"
    elif style == "plain" or (style == "." and number < 1_000_000):
        text = str(number)
    else:
        text = grouped(number, style)
    return draw(st.sampled_from(("{}", "{}", "{}", " {}", "{} ", "{}\n"))).format(text)


def texts(*, good: bool) -> st.SearchStrategy[str]:
    """A name or an alliance."""
    drawn = st.text(alphabet=_LETTERS, max_size=12)
    odd = st.sampled_from(_ODD_TEXTS)
    if good:
        return st.one_of(drawn, odd)
    return st.one_of(drawn, odd, st.sampled_from(_BAD_TEXTS))


def cells(column: str, number: int, *, good: bool) -> st.SearchStrategy[str]:
    """A cell of a column; `number` is the player's, from which their id follows."""
    if column == "id":
        own = st.sampled_from((str(1_000_000 + number), f" {1_000_000 + number}.0"))
        return own if good else _mostly(own, st.sampled_from((*_BAD_IDS, "1000001", "1,000,002")))
    if column in ("name", "alliance"):
        return texts(good=good)
    if column in IGNORED:
        return st.text(alphabet=_LETTERS, max_size=5)
    fine = _mostly(numbers(), st.sampled_from(_UNKNOWN))
    return fine if good else _mostly(fine, st.sampled_from(_BAD_NUMBERS))


def _mostly(
    usual: st.SearchStrategy[str], seldom: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    return st.integers(0, 9).flatmap(lambda roll: seldom if roll == 9 else usual)


@st.composite
def columns(draw: st.DrawFn, *, good: bool) -> list[str]:
    """Columns of a file in any order, `IGNORED` headers among them."""
    counters = [name for name in HEADERS if name not in ("id", "name", "alliance")]
    chosen = {"id", "name", "power", *draw(st.sets(st.sampled_from(counters), max_size=5))}
    chosen |= set(draw(st.sampled_from(_GROUPS)))
    chosen |= draw(st.sets(st.sampled_from(("alliance", *IGNORED)), max_size=2))
    if not good and draw(st.integers(0, 9)) == 0:
        chosen -= draw(st.sets(st.sampled_from(("id", "name", "power"))))
    return draw(st.permutations(sorted(chosen)))


@st.composite
def tables(draw: st.DrawFn, *, good: bool) -> Table:
    """Headers and rows of texts."""
    chosen = draw(columns(good=good))
    headers = [draw(st.sampled_from(HEADERS.get(column, (column,)))) for column in chosen]
    if not good and draw(st.integers(0, 19)) == 0:
        chosen.append("power")
        headers.append("POWER")
    least = 1 if good else 0
    count = draw(st.integers(least, 6))
    # One wrong cell is the usual case: most rows of a bad file are good.
    rows: list[list[Value]] = []
    for number in range(count):
        fine = good or draw(st.booleans())
        rows.append([draw(cells(column, number, good=fine)) for column in chosen])
    return headers, rows


def to_csv(draw: st.DrawFn, table: Table, delimiter: str, *, good: bool) -> str:
    """A table as CSV, with line ends, blank lines and needless quotes as they come."""
    headers, rows = table
    ending = draw(st.sampled_from(("\n", "\r\n", "\r")))
    lines = [delimiter.join(_quoted(draw, header, delimiter) for header in headers)]
    for row in rows:
        line = [_quoted(draw, str(cell), delimiter) for cell in row]
        if not good and draw(st.integers(0, 19)) == 0:
            line = draw(st.sampled_from((line[:-1], [*line, ""], [*line, "x"], line[:2])))
        lines.append(delimiter.join(line))
        lines += [""] * draw(st.sampled_from((0, 0, 0, 1)))
    return ending.join(lines) + draw(st.sampled_from((ending, "", ending * 2)))


def _quoted(draw: st.DrawFn, text: str, delimiter: str) -> str:
    needed = any(mark in text for mark in (delimiter, '"', "\n", "\r"))
    if needed or draw(st.integers(0, 9)) == 0:
        return '"' + text.replace('"', '""') + '"'
    return text


def to_json(draw: st.DrawFn, table: Table, shape: str, *, good: bool) -> str:
    """A table as JSON: `array`, `wrapped` or `lines`."""
    headers, rows = table
    if headers[-1] == "POWER" and headers.count("POWER") > 1:  # one key twice is a case of its own
        headers[-1] = "power"
    others = ("null",) if good else ("null", "true", "[1]", '{"a":1}', "4.5", "1e5", "-7")
    objects = []
    for row in rows:
        members = []
        for header, cell in zip(headers, row, strict=True):
            if draw(st.integers(0, 19)) == 0 and header.strip().lower() not in ("id", "name"):
                continue
            members.append(f"{json.dumps(header)}:{_source(draw, str(cell), others)}")
        objects.append("{" + ", ".join(members) + "}")
    if shape == "lines":
        return draw(st.sampled_from(("\n", "\r\n", "\n\n"))).join(objects) + "\n"
    array = "[" + draw(st.sampled_from((",", ",\n ", " , "))).join(objects) + "]"
    return f'{{"count": {len(rows)},\n"root": {array}}}' if shape == "wrapped" else array


def _source(draw: st.DrawFn, text: str, others: tuple[str, ...]) -> str:
    bare = text.strip()
    if draw(st.integers(0, 29)) == 0 and bare != "" and not bare.startswith("10000"):
        return draw(st.sampled_from(others))
    whole = bare.removeprefix("-").removesuffix(".0")
    if whole.isascii() and whole.isdigit() and str(int(whole)) == whole and draw(st.booleans()):
        return bare
    source = json.dumps(text, ensure_ascii=draw(st.booleans()))
    return source.replace("/", "\\/")


@st.composite
def uploads(draw: st.DrawFn, *, good: bool = False) -> Upload:
    """A file of any format, encoding and packing."""
    table = draw(tables(good=good))
    kind = draw(st.sampled_from((".csv", ".csv", ".tsv", ".json", ".jsonl", ".ndjson")))
    if kind in (".csv", ".tsv"):
        delimiter = "\t" if kind == ".tsv" else draw(st.sampled_from(",;\t"))
        text = to_csv(draw, table, delimiter, good=good)
    else:
        shape = draw(st.sampled_from(("array", "wrapped"))) if kind == ".json" else "lines"
        text = to_json(draw, table, shape, good=good)
    codec = draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16")))
    data = text.encode(codec)
    if draw(st.integers(0, 4)) == 0:
        return Upload(gzip.compress(data, compresslevel=1, mtime=0), f"players{kind}.gz")
    return Upload(data, f"players{kind}")


_DAMAGE = (*b'",;\t\r\n\0{}[]:\\ -1x', 0xFF, 0xC3, 0xE9)


@st.composite
def damaged(draw: st.DrawFn) -> Upload:
    """A plain file with bytes put in, taken out or changed."""
    upload = draw(uploads(good=draw(st.booleans())))
    if upload.file_name.endswith(".gz"):
        upload = Upload(gzip.decompress(upload.data), upload.file_name.removesuffix(".gz"))
    data = bytearray(upload.data)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        byte = bytes([draw(st.sampled_from(_DAMAGE))])
        how = draw(st.sampled_from(("put", "take", "change", "cut")))
        if how == "put":
            data[place:place] = byte
        elif how == "cut":
            del data[max(place, len(data) - 40) :]
        else:
            data[place : place + 1] = byte if how == "change" else b""
    return Upload(bytes(data), upload.file_name)
