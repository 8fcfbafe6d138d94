"""What does not count in a header, and what does."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.players.fold import fold
from chalicelib.players.headers import map_headers


@pytest.mark.parametrize(
    ("header", "folded"),
    [
        ("Kill Points", "killpoints"),
        ("KILL_points", "killpoints"),
        ("Kill-Points", "killpoints"),
        ("Kill\u2011Points", "killpoints"),
        ("Kill\u2013Points", "killpoints"),
        ("Kill\u00a0Points", "killpoints"),
        ("Kill\nPoints", "killpoints"),
        ("Kill\r\nPoints ", "killpoints"),
        ("\u3000Kill\u2003Points", "killpoints"),
        ("Ｋｉｌｌ　Ｐｏｉｎｔｓ", "killpoints"),
        ("\ufeffKill\u200bPo\xadints\u2060", "killpoints"),
        ("\u200eKill Points\u200f", "killpoints"),
        ("\u202aKill Points\u202c", "killpoints"),
        ("\u2066Kill\u061c Points\u2069", "killpoints"),
        ("Kill\U000e0100 Points\ufe00", "killpoints"),
        ("Kill\u034fPoints\u3164", "killpoints"),
        ("Kill\x7fPoints\x01", "killpoints"),
        ("Kill Points:", "killpoints"),
        ("Kill Points.", "killpoints"),
        ("(Kill Points)", "killpoints"),
        ("[Kill Points]", "killpoints"),
        ("**Kill Points**", "killpoints"),
        ("“Kill Points”", "killpoints"),
        ("（Kill Points）：", "killpoints"),
        ("# Kill Points", "killpoints"),
        ("⚔️ Kill Points", "killpoints"),
        ("Kill Points 💀💀", "killpoints"),
        ("👨\u200d👩 Kill Points 🇰🇷", "killpoints"),
        ("👍🏽Kill Points", "killpoints"),
        ("1️⃣ Kill Points", "killpoints"),
        ("ℹ️ Kill Points", "killpoints"),
        ("T4️⃣ Kills", "t4kills"),
        ("닉네임", "닉네임"),
        ("ＩＤ", "id"),
    ],
)
def test_what_does_not_count_is_left_out(header: str, folded: str) -> None:
    assert fold(header) == folded


@pytest.mark.parametrize(
    ("header", "folded"),
    [
        ("Kills %", "kills%"),
        ("％ Kills", "%kills"),
        ("Kills ‰", "kills‰"),
        ("Power (M)", "power(m"),
        ("Kills (T4+)", "kills(t4+"),
        ("T4+T5", "t4+t5"),
        ("Kills+", "kills+"),
        ("+Kills", "+kills"),
        ("K/D", "k/d"),
        ("Power▲", "power▲"),
        ("ΔPower", "δpower"),
        ("$ Power", "$power"),
        ("Kill.Points", "kill.points"),
    ],
)
def test_what_may_be_meaning_stays(header: str, folded: str) -> None:
    assert fold(header) == folded


@pytest.mark.parametrize("header", ["", " ", "#", "...", "💀", "\u200b\ufe0f", "_-_"])
def test_a_header_of_nothing_else_is_empty(header: str) -> None:
    assert fold(header) == ""


@given(st.text())
def test_folding_twice_is_folding_once(header: str) -> None:
    assert fold(fold(header)) == fold(header)


@given(st.text())
@example("ı")
def test_the_normal_form_and_the_case_of_a_header_do_not_matter(header: str) -> None:
    assert fold(unicodedata.normalize("NFD", header)) == fold(unicodedata.normalize("NFC", header))
    small = fold(header).lower()
    # Turkish has a small letter whose capital is that of another one: Unicode keeps the two apart.
    if small.upper().casefold() == small.casefold():
        assert fold(small.upper().lower()) == fold(small)


@pytest.mark.parametrize("word", ["Column", "Kolumné", "컬럼"])
def test_ten_thousand_headers_take_no_time(word: str) -> None:
    headers = [f"{word} {number}" for number in range(10_000)]
    start = time.process_time()
    map_headers(headers)
    assert time.process_time() - start < 0.4
