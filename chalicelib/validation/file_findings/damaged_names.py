"""Warn of names whose letters were lost before the upload (contract, section 4)."""

from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import as_single_value, byte_bounds
from chalicelib.scans.batch import Cells, SkippedRows
from chalicelib.scans.findings import Finding, shorten

_LEAST: Final = 3
_LEAST_PERCENT: Final = 2
_NOTHING_ELSE: Final = r"\A[\s?\x{fffd}]*\z"
# What one character of UTF-8 may have become: two of Western, Turkish or Central European pages,
# or of the Cyrillic one; three or more, if it had three bytes or more.
_REST: Final = r"\x{80}-\x{bf}\x{2013}-\x{203a}\x{20ac}\x{2122}"
_LATIN_REST: Final = f"[{_REST}ŒœŠšŸŽžŚśŤťŹźŁłĄąŞşŻżĽľƒˆ˜ˇ˘˛˝]"
_CYRILLIC_REST: Final = f"[{_REST}ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґёєјЅѕї№]"
_MAYBE_MISREAD: Final = (
    rf"[\x{{c2}}-\x{{df}}ĂĹĆČĘĚĎĐŃŇŐŘŮŰŢĞİŞ]{_LATIN_REST}"
    rf"|[\x{{e0}}-\x{{f4}}ăŕĺćčęěďđńňğ]{_LATIN_REST}{_LATIN_REST}"
    rf"|[В-Я]{_CYRILLIC_REST}|[а-р]{_CYRILLIC_REST}{_CYRILLIC_REST}"
    # A Western letter as Excel on a Mac shows it, and as a window of DOS did.
    r"|[√├][^\x00-\x7f]"
)
# Characters of which UTF-8 read as GBK consists are common in Chinese names too, so no kernel rules
# a batch out. A whole kingdom has about 10,000 players; of a larger file the first rows are tried.
_TRIED_AS_GBK: Final = 20_000
# The first byte of the first Chinese characters in UTF-8.
_CHINESE: Final = 0xE3


class _Example(NamedTuple):
    row: int
    name: str
    original: str | None


class DamagedNames:
    """Counts names of question marks, and names that are UTF-8 read as another code page."""

    def __init__(self, skipped: SkippedRows) -> None:
        """Start before the first row."""
        self._skipped = skipped
        self._rows = 0
        self._names = 0
        self._lost = 0
        self._misread = 0
        self._lost_example: _Example | None = None
        self._misread_example: _Example | None = None

    def add(self, cells: Cells, names: pa.Array) -> None:
        """Add the next batch.

        Args:
            cells: the batch.
            names: its names as they are stored.
        """
        raw = cells.columns["name"]
        text = as_single_value(raw)[0].as_buffer().to_pybytes()
        if b"?" in text or b"\xef\xbf\xbd" in text:
            self._add_lost(names)
        if not text.isascii():
            self._add_misread(raw)
        self._names += len(names) - names.null_count
        self._rows += cells.length

    def warning(self) -> Finding | None:
        """The warning, if there are enough such names."""
        count = self._lost + self._misread
        if count < _LEAST or count * 100 < self._names * _LEAST_PERCENT:
            return None
        example = self._misread_example or self._lost_example
        assert example is not None
        return Finding(
            code="damaged_names",
            message=f"{count:,} of {self._names:,} names have lost their letters before the "
            f"upload, for example {' and '.join(self._examples())}.",
            hint=_MISREAD_HINT if self._misread_example else _LOST_HINT,
            column="name",
            value=shorten(example.name),
        )

    def _examples(self) -> list[str]:
        told = []
        for example in (self._misread_example, self._lost_example):
            if example is not None:
                was = "" if example.original is None else f", which was '{_cut(example.original)}'"
                told.append(f"'{_cut(example.name)}' (row {example.row}{was})")
        return told

    def _add_lost(self, names: pa.Array) -> None:
        """Add the names that are nothing but question marks."""
        starts = kernels.or_(kernels.starts_with(names, "?"), kernels.starts_with(names, "\ufffd"))
        indices = kernels.indices_nonzero(kernels.fill_null(starts, False))
        if not len(indices):
            return
        lost = kernels.match_substring_regex(kernels.take(names, indices), _NOTHING_ELSE)
        self._lost += lost.true_count
        if lost.true_count and self._lost_example is None:
            index = kernels.filter_by(indices, lost)[0].as_py()
            self._lost_example = _Example(self._row(index), names[index].as_py(), None)

    def _add_misread(self, all_names: pa.Array) -> None:
        """Add the names that are UTF-8 read as another code page."""
        is_ascii = kernels.fill_null(kernels.string_is_ascii(all_names), value=True)
        rows = kernels.indices_nonzero(kernels.invert(is_ascii))
        names = kernels.take(all_names, rows)
        mask = kernels.match_substring_regex(names, _MAYBE_MISREAD)
        if mask.true_count:
            # Imported late: in most files there is no such name.
            from chalicelib.validation.file_findings.misread_text import original

            for index in kernels.indices_nonzero(mask).to_pylist():
                name = names[index].as_py()
                self._add_one(rows[index].as_py(), name, original(name))
        _, highest = byte_bounds(names) or (0, 0)
        if highest >= _CHINESE and self._rows < _TRIED_AS_GBK:
            from chalicelib.validation.file_findings.misread_text import originals_of_gbk

            texts = names.to_pylist()
            for index, text in originals_of_gbk(texts).items():
                self._add_one(rows[index].as_py(), texts[index], text)

    def _add_one(self, index: int, name: str, original: str | None) -> None:
        if original is not None:
            self._misread += 1
            if self._misread_example is None:
                self._misread_example = _Example(self._row(index), name, original)

    def _row(self, index: int) -> int:
        return self._skipped.row(self._rows + index + 1)


_SHOWN: Final = 40
_LOST_HINT: Final = (
    "The program that saved the file could not write these letters. Export it again and save it as "
    "UTF-8 (in Excel: Save As, CSV UTF-8), or upload the file as the scanner wrote it."
)
_MISREAD_HINT: Final = (
    "A program opened the file as if it were not UTF-8, and saved it like that. Upload the file as "
    "the scanner wrote it; to open it in Excel choose Data, From Text/CSV, File Origin 65001 "
    "(UTF-8), and save it as CSV UTF-8."
)


def _cut(name: str) -> str:
    name = name.strip()
    return name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
