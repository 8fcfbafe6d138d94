"""Shared objects for 64-bit little-endian Linux: what they need, and how to strip them.

Stripping is done here, not by binutils: it works on a machine that has none, for another
architecture too, and gives the same bytes everywhere. Formats: the System V ABI's ELF-64.
"""

import struct
from dataclasses import dataclass
from typing import Final

_MAGIC: Final = b"\x7fELF\x02\x01"  # 64-bit, little-endian
_HEADER: Final = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT: Final = struct.Struct("<IIQQQQQQ")
_SECTION: Final = struct.Struct("<IIQQQQIIQQ")
_DYNAMIC: Final = struct.Struct("<qQ")
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SONAME = 0, 1, 5, 14
_SHT_STRTAB, _SHT_NOBITS = 3, 8
_SHF_ALLOC: Final = 2


class ElfError(ValueError):
    """Raised for bytes that are no shared object of the kind that is expected."""


@dataclass(frozen=True, slots=True)
class SharedObject:
    """What the loader would read first.

    Attributes:
        machine: the number of the machine it is for.
        soname: its own name, if it has one.
        needed: the names of the libraries that it needs.
    """

    machine: int
    soname: str | None
    needed: tuple[str, ...]


def read(data: bytes) -> SharedObject:
    """Read a shared object's header and dynamic section.

    Raises:
        ElfError: it is none, or is damaged.
    """
    try:
        header = _header(data)
        segments = _segments(data, header)
        entries = _dynamic_entries(data, segments)
        names = _offset(segments, next(value for tag, value in entries if tag == _DT_STRTAB))
        needed = [_text(data, names + value) for tag, value in entries if tag == _DT_NEEDED]
        soname = [_text(data, names + value) for tag, value in entries if tag == _DT_SONAME]
    except (struct.error, StopIteration, ValueError, OverflowError) as error:
        raise ElfError(f"not a whole shared object ({error})") from None
    return SharedObject(header[2], soname[0] if soname else None, tuple(needed))


def strip(data: bytes) -> bytes:
    """The shared object without symbol table, debug information and comments.

    As `strip --strip-unneeded`: what is mapped at run time stays as it is, byte for byte. An
    object whose mapped part is not all in front of the rest is returned unchanged.

    Raises:
        ElfError: it is no shared object.
    """
    try:
        header = _header(data)
        loaded = max(s[2] + s[5] for s in _segments(data, header) if s[0] == _PT_LOAD)
        sections = [
            _SECTION.unpack_from(data, header[6] + index * _SECTION.size)
            for index in range(header[12])
        ]
        names = sections[header[13]][4] if sections else 0
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise ElfError(f"not a whole shared object ({error})") from None
    kept = [section for section in sections[1:] if section[2] & _SHF_ALLOC]
    front = sections[1 : 1 + len(kept)] == kept
    behind = all(s[4] >= loaded for s in sections[1 + len(kept) :])
    inside = all(s[4] + s[5] <= loaded for s in kept if s[1] != _SHT_NOBITS)
    if not (sections and front and behind and inside):
        return data
    return _without_rest(data, header, (names, sections[: 1 + len(kept)]), loaded)


def _without_rest(
    data: bytes,
    header: tuple[int, ...],
    sections: tuple[int, list[tuple[int, ...]]],
    loaded: int,
) -> bytes:
    """The mapped part, then the names of the kept sections, then their table."""
    old_names, kept = sections
    names = bytearray(b"\0")
    table = [_SECTION.pack(*kept[0])]
    for section in kept[1:]:
        table.append(_SECTION.pack(len(names), *section[1:]))
        names += _text(data, old_names + section[0]).encode() + b"\0"
    own = len(names)
    names += b".shstrtab\0"
    table.append(_SECTION.pack(own, _SHT_STRTAB, 0, 0, loaded, len(names), 0, 0, 1, 0))
    names += b"\0" * (-(loaded + len(names)) % 8)
    fields = list(header)
    fields[6], fields[12], fields[13] = loaded + len(names), len(table), len(table) - 1
    front = _HEADER.pack(*fields) + data[_HEADER.size : loaded]
    return front + bytes(names) + b"".join(table)


def _header(data: bytes) -> tuple[int, ...]:
    if not data.startswith(_MAGIC):
        raise ValueError("no 64-bit little-endian ELF header")
    return _HEADER.unpack_from(data)


def _segments(data: bytes, header: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [
        _SEGMENT.unpack_from(data, header[5] + index * _SEGMENT.size) for index in range(header[10])
    ]


def _dynamic_entries(data: bytes, segments: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    start, size = next((s[2], s[5]) for s in segments if s[0] == _PT_DYNAMIC)
    if start + size > len(data):
        raise ValueError("it ends too early")
    entries: list[tuple[int, int]] = []
    for tag, value in _DYNAMIC.iter_unpack(data[start : start + size]):
        if tag == _DT_NULL:
            break
        entries.append((tag, value))
    return entries


def _offset(segments: list[tuple[int, ...]], address: int) -> int:
    """Where in the file the byte is that is mapped to an address."""
    return next(
        address - s[3] + s[2] for s in segments if s[0] == _PT_LOAD and 0 <= address - s[3] < s[5]
    )


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode("ascii")
