"""Names whose letters were lost before the upload are a warning; real names never are."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.csv import reader as read_csv
from chalicelib.validation.file_findings.misread_text import original, originals_of_gbk
from tests.ingest.support import SLOW, patched, read

LATIN = ("Zoë", "Ñandú", "Łukasz", "ŞahİnĞ", "Jürgen", "Čeněk", "Ångström", "François", "ẞtraße")
OTHERS = ("Саша", "Ярик", "Київ", "Ελλάδα", "שלום", "محمد", "سلام", "สวัสดี", "नमस्ते", "한국", "龍王")
MORE = ("ひらがな", "カタカナ", "👑King", "გამარჯობა", "Հայաստան", "தமிழ்", "বাংলা", "🐉龙🐉")
NAMES = (*LATIN, *OTHERS, *MORE)
# Real names, in capitals and with the signs with which players decorate them.
REAL = (
    *NAMES,
    *(name.upper() for name in NAMES),
    *("SÃO", "MÃO", "Ã", "ÃÃÃ", "Mãe", "Ação", "IRMÃO", "CONCEIÇÃO", "À", "Â", "Âme", "ÊTRE"),
    *("GÓŁ", "STÓŁ", "PÓŁNOC", "ŻÓŁĆ", "ŚCIĘŻ", "ŘŽŠ", "ČEŠI", "ŇŠ", "CÎŞTIG", "ŐŰ", "ÜŞ", "ĞÖK"),
    *("ДІДІ", "РІЧ", "СЁГУН", "моё", "ЇЖАК", "ЊЕГОШ", "ЉУБАВ", "БОРЊ", "Рі", "ҐУДЗ", "ЎЎ", "Ёж"),
    *(
        "小心",
        "新性血",
        "一一",
        "天下",
        "有无",
        "血龍",
        "小小小",
        "毛",
        "联通",
        "國王",
        "狼",
        "无名",
        "心血",
    ),
    *("『King』", "×King×", "«Roi»", "°King°", "King™", "®King®", "†King†", "…", "¡Hola!", "¿Qué?"),
    *("√King√", "꧁King꧂", "★King★", "ⓚⓘⓝⓖ", "𝕶𝖎𝖓𝖌", "ᴋɪɴɢ", "K̶i̶n̶g̶", "Œdipe", "‡K‡", "—King—"),
    *("what?", "?King", "King??", "Who? Me?", "NA", "007", "???a", "..."),
)


def scan(names: Sequence[str]) -> bytes:
    rows = [{"ID": row, "Name": name, "Power": 5} for row, name in enumerate(names, 1)]
    return json.dumps(rows).encode()


def warned(names: Sequence[str]) -> list[dict[str, Any]]:
    report, players = read(scan(names), "players.json")
    assert (report["status"], len(players)) == ("accepted", len(names))
    return [one for one in report["warnings"] if one["code"] == "damaged_names"]


def misread(name: str, page: str) -> str:
    """A name in UTF-8, read as a page, as Windows does where the page has no character."""
    return "".join(
        bytes([byte]).decode(page, "ignore") or chr(byte) for byte in name.encode("utf-8")
    )


@pytest.mark.parametrize("page", ["cp1252", "latin-1", "cp1251", "cp1250", "cp1254"])
def test_utf_8_that_was_read_as_another_page_is_recognised(page: str) -> None:
    few = LATIN if page == "cp1251" else ()
    for name in {*NAMES} - {*few}:
        assert original(misread(name, page)) == name


@pytest.mark.parametrize("page", ["mac_roman", "cp850", "cp437"])
def test_western_names_that_a_mac_or_dos_misread_are_one_warning(page: str) -> None:
    for name in ("José", "Zoë", "Jürgen", "François", "Núñez"):
        (warning,) = warned([misread(name, page)] * 3)
        assert f"which was '{name}'" in warning["message"]


@pytest.mark.parametrize("name", ["√King√", "├──┤", "├King┤", "√ é", "√√√©©©", "√√"])
def test_signs_that_players_use_are_no_such_names(name: str) -> None:
    assert warned([name] * 20) == []


def test_utf_8_that_was_read_as_gbk_is_recognised_where_it_is_sure() -> None:
    names = ["Саша", "Иван", "龍王", "한국", "محمد", "ひらがな", "שלום", "Ελλάδα", "King 龍王"]
    found = originals_of_gbk([name.encode().decode("gbk", "replace") for name in names])
    assert [found.get(index, "")[:3] for index in range(len(names))] == [one[:3] for one in names]


def test_names_of_question_marks_are_one_warning() -> None:
    (warning,) = warned(["Ada", "????", "??? ??", " ? ", "\ufffd\ufffd"])
    assert (warning["row"], warning["column"], warning["value"]) == (None, "name", "????")
    assert "4 of 5 names" in warning["message"]
    assert "'????' (row 2)" in warning["message"]
    assert "CSV UTF-8" in warning["hint"]


def test_misread_names_are_one_warning_that_says_what_they_were() -> None:
    (warning,) = warned(["Ada", "ZoÃ«", "Ð¡Ð°ÑˆÐ°", "????"])
    assert "3 of 4 names" in warning["message"]
    assert "'ZoÃ«' (row 2, which was 'Zoë') and '????' (row 4)" in warning["message"]
    assert warning["value"] == "ZoÃ«"
    assert "65001" in warning["hint"]


@pytest.mark.parametrize(
    ("bad", "good", "is_warned"),
    [(2, 0, False), (3, 0, True), (3, 147, True), (3, 148, False), (4, 196, True), (2, 50, False)],
)
def test_three_names_and_two_percent_of_all_are_needed(
    bad: int, good: int, is_warned: bool
) -> None:
    names = ["???"] * bad + ["Ada"] * good + [""] * 50
    assert bool(warned(names)) == is_warned


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_never_taken_for_one(name: str) -> None:
    assert warned([name] * 20) == []


COMMON = "小心新性血王天下一有无国士大人中子不我他这个上来到时地为笑学雪写谢鞋蟹邪校协鸭训寻"


@SLOW
@given(st.lists(st.text(st.sampled_from(COMMON), min_size=1, max_size=7), max_size=20))
def test_names_of_common_chinese_characters_are_never_taken_for_one(names: list[str]) -> None:
    assert originals_of_gbk(names) == {}


def test_it_is_the_same_batch_by_batch() -> None:
    names = ["Ada"] * 60 + ["ZoÃ«", "???", "Bo"] * 20
    rows = [f"{row},{name},5" for row, name in enumerate(names, 1)]
    data = "\n".join(["ID,Name,Power", *rows]).encode()
    whole, _ = read(data)
    with patched((read_csv, "BLOCK", 64)):
        cut, _ = read(data)
    assert whole == cut
    assert "40 of 120 names" in whole["warnings"][0]["message"]
    assert "(row 61, " in whole["warnings"][0]["message"]
