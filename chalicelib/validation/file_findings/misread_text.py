"""Recognise UTF-8 that was read as another code page: `ZoÃ«` for `Zoë`.

Imported only for names that may be such: its tables take milliseconds.
"""

import re
from typing import Final

# Windows' pages of Western, Cyrillic, Central European and Turkish letters; the one of Macs; those
# of DOS. Latin-1 is the first with the control characters that stand for the bytes that it lacks.
_PAGES: Final = ("cp1252", "cp1251", "cp1250", "cp1254", "mac_roman", "cp850", "cp437")
_NO_BYTE: Final = 0x100


def _to_latin_1(page: str) -> dict[int, int]:
    """The table that gives each character of a page the number of its byte."""
    table = dict.fromkeys(range(0x80, 0x100), _NO_BYTE)
    for byte in range(0x80, 0x100):
        table[ord(bytes([byte]).decode(page, "ignore") or chr(byte))] = byte
    return {**table, **{code: code for code in range(0x80, 0xA0)}}


_TABLES: Final = {page: _to_latin_1(page) for page in _PAGES}


def original(text: str) -> str | None:
    """What a text was before it was read as a code page of one byte a character; None if it was.

    The text may have been trimmed, so its last character may be cut.
    """
    for page, table in _TABLES.items():
        try:
            raw = text.translate(table).encode("latin-1")
        except UnicodeEncodeError:
            continue
        read, is_cut = _decoded(raw)
        if _is_sure(read, page) and not (is_cut and page == "cp1251"):
            return read
    return None


def originals_of_gbk(texts: list[str]) -> dict[int, str]:
    """What texts were that are surely UTF-8 read as GBK, by index.

    Chinese names are UTF-8 by chance only if they are short.
    """
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    raw = joined.replace("\ufffd", "?").encode("gbk", "replace")
    found: dict[int, str] = {}
    index = start = 0
    for line in _LEADS_ARE_FOLLOWED.finditer(raw):
        index += raw.count(b"\n", start, line.start())
        start = line.start()
        # A byte without a second one became a question mark.
        read, _ = _decoded(line[0].rstrip(b"? "))
        wide = [ord(character) for character in read if character > "\x7f"]
        is_long = sum(code >= _THREE_BYTES for code in wide) >= _FEW
        if (is_long or (len(wide) > _FEW and _is_one_alphabet(wide))) and _is_rare(texts[index]):
            found[index] = read
    return found


def _is_one_alphabet(codes: list[int]) -> bool:
    return any(all(code in alphabet for code in codes) for alphabet in _ALPHABETS)


def _is_rare(text: str) -> bool:
    """Whether a text has Chinese characters that GB 2312 lacks, so that few names have them."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


_THREE_BYTES: Final = 0x800
_FEW: Final = 2
_MANY: Final = 3
# Lines in which each first byte of UTF-8's characters has one after it, as most GBK has not; and
# with at least six bytes above 0x7f: two characters of three bytes have these, or three of two.
_LEADS_ARE_FOLLOWED: Final = re.compile(
    rb"^(?=(?:[ -~]*[\x80-\xff]){6})(?:[ -~]*[\xc3-\xf0][\x80-\xbf]+)+[ -~]*(?:[\xc3-\xf0][? ]*)?$",
    re.MULTILINE,
)


def _decoded(raw: bytes) -> tuple[str, bool]:
    """Bytes as UTF-8, and whether the last character is cut; nothing if they are none."""
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return "", False
        return raw[: error.start].decode("utf-8"), True


# Characters of which names consist, as far as UTF-8 gives them two bytes.
_LATIN: Final = range(0xA0, 0x180)
_CYRILLIC: Final = range(0x400, 0x460)
_GREEK: Final = range(0x386, 0x3CF)
_ARMENIAN: Final = range(0x531, 0x588)
_HEBREW: Final = range(0x5D0, 0x5EB)
_ARABIC: Final = range(0x620, 0x6D4)
_ALPHABETS: Final = (_LATIN, _CYRILLIC, _GREEK, _ARMENIAN, _HEBREW, _ARABIC)


def _is_sure(read: str, page: str) -> bool:
    """Whether a text that was read as UTF-8 is no accident: capitals of Polish have some, `ÓŁ`."""
    wide = [ord(character) for character in read if character > "\x7f"]
    if not wide or min(wide) < _LATIN.start:
        return False
    is_other = len(wide) > _MANY and _is_one_alphabet(wide)
    kinds = (_CYRILLIC,) if page == "cp1251" and not is_other else _ALPHABETS
    if not all(code >= _THREE_BYTES or any(code in kind for kind in kinds) for code in wide):
        return False
    return len(wide) > 1 or wide[0] >= _THREE_BYTES or wide[0] in _LATIN
