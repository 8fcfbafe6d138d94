"""Read JSON scans (contract, section 4): an array, an object with one in it, one object a line.

pyarrow parses players block by block as long as its strict types hold them. The rest is decoded
object by object. Either way integers are exact, and no value is converted to a float.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from typing import Any, BinaryIO, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.headers import KINGDOM, HeaderMap, is_kingdom, map_headers, meaning
from chalicelib.players.schema import TEXT_COLUMNS
from chalicelib.scans.batch import (
    Cells,
    JsonNumber,
    RowLocation,
    SkippedRows,
    WholeRow,
)
from chalicelib.scans.findings import Finding, FindingList, shorten
from chalicelib.scans.json import again
from chalicelib.scans.json.arrow_blocks import (
    after_last_line,
    after_last_object,
    parse_lines,
    parse_list,
)
from chalicelib.scans.json.cells import blank_mask, cells_of
from chalicelib.scans.json.cursor import (
    MAX_VALUE,
    JsonShapeError,
    JsonSyntaxError,
    JsonText,
    RepeatedKeys,
    bad_json,
)
from chalicelib.scans.json.shapes import (
    Shape,
    enter_list,
    find_shape,
    line_objects,
    objects_left,
    split_batches,
)
from chalicelib.scans.reader import MoreColumnsError
from chalicelib.scans.row_limit import check_rows
from chalicelib.scans.text_stream import TextStream, count_line_ends

BLOCK: Final = 1024 * 1024
MAX_KEYS: Final = 20_000


class JsonReader:
    """A JSON scan, in one of its three shapes.

    Attributes:
        skipped: rows that are no objects.
        errors: such rows, and keys that are repeated in one object.
        blank_rows: objects without a value in any mapped column.
    """

    delimiter = None
    header_line = None
    sheet = None
    sheets = ()
    skipped_line = None

    def __init__(self, open_text: Callable[[], TextStream]) -> None:
        """Find the shape and read the first object's keys.

        Args:
            open_text: opens the upload's text at its start, as often as it is called.

        Raises:
            UnreadableError: it is no JSON.
        """
        self._open_text = open_text
        text = open_text()
        self.encoding = text.encoding.name
        try:
            self.shape: Shape = find_shape(JsonText(text))
        except JsonSyntaxError as error:
            raise bad_json(error) from None
        line, first = next(again.objects_of(JsonText(open_text()), self.shape), (1, None))
        self._first: dict[str, Any] = first if isinstance(first, dict) else {}
        self._keys: dict[str, None] = {}
        self._key_characters = 0
        self._add_keys(self._first, line)
        self._headers = map_headers(self._keys)
        self._start()

    def _start(self) -> None:
        """Restart at the first row, with the known columns of all keys that were read so far."""
        self.skipped = SkippedRows()
        self.errors = FindingList()
        self.rows = 0
        self.blank_rows = 0
        # The keys to read, as they are written, and their columns.
        self._columns = {
            key: column
            for key, column in zip(self._keys, self.headers.columns, strict=True)
            if column is not None
        }
        self._deciding = again.deciding_keys(self._columns)

    @property
    def format(self) -> str:
        """`jsonl` or `json`, independent of the file's name."""
        return "jsonl" if self.shape == "lines" else "json"

    @property
    def headers(self) -> HeaderMap:
        """The columns of the objects' keys that were read so far."""
        if len(self._headers.columns) < len(self._keys):
            self._headers = map_headers(self._keys)
        return self._headers

    @property
    def has_header(self) -> bool:
        """Whether there is an object with keys."""
        return bool(self._keys) or self.rows > len(self.skipped)

    def columns(self) -> HeaderMap:
        """See `Reader.columns`; if the first object lacks required columns, all objects are read.

        Reading the keys of all objects first would avoid the restart for a late column, but reading
        would take 40% longer for every file; an export writes the same keys for every player.
        """
        self._start()
        while self.headers.missing or not self.headers.counters:
            try:
                for _ in self.batches():
                    pass
            except MoreColumnsError:
                self._start()
            else:
                break
        return self.headers

    def batches(self) -> Iterator[Cells]:
        """See `Reader.batches`."""
        if self.shape == "lines":
            text = yield from self._blocks(self._open_text(), b"", 1)
            objects = line_objects(
                text, self.errors, rows_before=self.rows, is_no_row=self._is_blank
            )
        else:
            stream = self._open_text()
            text = JsonText(stream)
            wrapped = self.shape == "wrapped"
            if not enter_list(text, wrapped=wrapped):
                return
            text = yield from self._blocks(stream, text.unread(), text.line)
            objects = objects_left(
                text, wrapped=wrapped, rows_before=self.rows, is_no_row=self._is_blank
            )
        yield from self._decoded_batches(text, objects)

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`; reads the text again."""
        return again.locate_rows(self._source, rows)

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`; the keys are those that were read so far."""
        return again.whole_rows(self._source, tuple(self._keys))

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`; the rest stays valid JSON."""
        again.write_without(self._source, rows, out)

    def _is_blank(self, player: dict[str, Any]) -> bool:
        return again.is_blank(player, self._deciding)

    @property
    def _source(self) -> again.Source:
        return again.Source(self._open_text, self.shape, self._columns)

    def _blocks(
        self, stream: TextStream, rest: bytes, line: int
    ) -> Generator[Cells, None, JsonText]:
        """The cells of whole blocks, as long as pyarrow can parse them.

        Args:
            stream: the text.
            rest: what was read from it already.
            line: the physical line where `rest` starts.

        Returns:
            The remaining text, to be decoded object by object.
        """
        is_lines = self.shape == "lines"
        find_end, parse = (
            (after_last_line, parse_lines) if is_lines else (after_last_object, parse_list)
        )
        try:
            player = pa.schema([(key, self._type(key)) for key in self._keys])
        except UnicodeEncodeError:  # a key with a lone surrogate
            return JsonText(stream, rest, line)
        while True:
            data = stream.read(BLOCK)
            rest += data
            if data and len(rest) < BLOCK:
                continue
            end = find_end(rest)
            block = rest[:end]
            players = parse(block, player) if end else None
            if players is None:
                return JsonText(stream, rest, line)
            blank = blank_mask([players.column(key) for key in self._deciding])
            if blank is not None:
                self.blank_rows += blank.true_count
                players = kernels.filter_by(players, kernels.invert(blank))
            self.rows += players.num_rows
            check_rows(self.rows + self.blank_rows)
            columns = {column: players.column(key) for key, column in self._columns.items()}
            if players.num_rows:
                yield Cells(columns, players.num_rows)
            line += count_line_ends(block)
            rest = rest[end:]

    def _type(self, key: str) -> pa.DataType:
        """The type that pyarrow must find under a key: that of the first object's value."""
        first = self._first.get(key)
        if isinstance(first, str) or self._columns.get(key) in TEXT_COLUMNS:
            return pa.string()
        if key not in self._columns and isinstance(first, bool | JsonNumber):
            return pa.bool_() if isinstance(first, bool) else pa.float64()
        return pa.int64()

    def _add_keys(self, keys: Iterable[str], line: int) -> None:
        """Add keys, which stay in memory and are listed in the report.

        Raises:
            UnreadableError: the file has too many different keys, or too many characters in them.
        """
        new = [key for key in dict.fromkeys(keys) if key not in self._keys]
        self._keys.update(dict.fromkeys(new))
        self._key_characters += sum(map(len, new))
        if len(self._keys) > MAX_KEYS or self._key_characters > MAX_VALUE:
            most = f"{MAX_KEYS:,} different keys, or {MAX_VALUE:,} characters in them"
            raise bad_json(JsonShapeError(line, f"by then its objects have more than {most}"))

    def _add_late_keys(self, player: dict[str, Any], line: int) -> None:
        """Add keys that appear after the first object.

        Raises:
            MoreColumnsError: one of them is a known column.
        """
        new = [key for key in player if key not in self._keys]
        self._add_keys(new, line)
        has_kingdom = KINGDOM in self._columns.values()
        if any(meaning(key) or (is_kingdom(key) and not has_kingdom) for key in new):
            raise MoreColumnsError

    def _decoded_batches(
        self, text: JsonText, objects: Iterator[tuple[int, Any]]
    ) -> Iterator[Cells]:
        for batch in split_batches(text, objects):
            taken = (self._take(line, value) for line, value in batch)
            players = [player for player in taken if player is not None]
            check_rows(self.rows + self.blank_rows)
            if players:
                yield cells_of(players, self._columns)

    def _take(self, line: int, value: Any) -> dict[str, Any] | None:
        """Count the next value; the player that it is, if any."""
        if not isinstance(value, dict):
            self.rows += 1
            self.skipped.add(self.rows)
            return None
        if value.keys() - self._keys.keys():
            self._add_late_keys(value, line)
        if self._is_blank(value):
            self.blank_rows += 1
            return None
        self.rows += 1
        if isinstance(value, RepeatedKeys):
            self._report_repeated(value, line)
        return value

    def _report_repeated(self, player: RepeatedKeys, line: int) -> None:
        for key in player.repeated:
            column = meaning(key)
            if column in self.headers.present:
                finding = Finding(
                    code="duplicate_column",
                    message=f'The key "{shorten(key)}" stands twice in this object.',
                    hint="Keep one of the two.",
                    row=self.rows,
                    line=line,
                    column=column,
                    position=self.headers.columns.index(column),
                )
                self.errors.add([finding])
