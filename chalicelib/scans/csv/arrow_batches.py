"""The fast way to read CSV: pyarrow, as long as all records have one width.

pyarrow only splits the text into cells. Every cell stays text, so that the rules of the contract
define its value.
"""

import codecs
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

from chalicelib.scans.blank_rows import blank_cells
from chalicelib.scans.csv.header import Header
from chalicelib.scans.csv.source import SENTINEL_CELL, SPLIT_CHARACTER_BYTES, CsvSource, sentinel
from chalicelib.scans.text_stream import TextStream


class ArrowBatches:
    """The records after a header, as batches of the columns that are wanted.

    Attributes:
        is_closed: whether the text ended, and not inside quotes. Not known before the last batch.
    """

    def __init__(
        self, header: Header, text: TextStream, columns: dict[int, str], *, width: int, block: int
    ) -> None:
        """Start behind the header.

        Args:
            header: the file's header.
            text: what comes after the header's block.
            columns: the wanted columns, by their place.
            width: how many cells the records have; those beyond the header's names must be blank.
            block: bytes read at once.
        """
        self.is_closed = False
        self._header = header
        self._text = text
        self._columns = columns
        self._width = width
        self._block = block
        self._sentinel = sentinel(width, header.delimiter)

    def __iter__(self) -> Iterator[tuple[dict[str, pa.Array], int]]:
        """Batches: the wanted columns, and how many records.

        They end before the text does where a record has another width, a value beyond the header's
        names, or more bytes than pyarrow reads: `is_closed` is false then.
        """
        rest = self._header.rest or self._text.read(self._block)
        if not rest:
            self.is_closed = True
            return
        # pyarrow drops a BOM at its start. The file's own BOM is gone already, so this one belongs
        # to a cell; a second BOM protects it.
        bom = codecs.BOM_UTF8 if rest.startswith(codecs.BOM_UTF8) else b""
        source = CsvSource(bom + rest, self._text, self._sentinel)
        try:
            with self._open_arrow(source) as stream:
                for batch in stream:
                    records = self._without_sentinel(batch)
                    if not self._are_blank(records.columns[len(self._columns) :]):
                        return
                    arrays = records.columns[: len(self._columns)]
                    yield dict(zip(self._columns.values(), arrays, strict=True)), records.num_rows
        except pa.ArrowInvalid:
            return
        finally:
            if not self.is_closed:
                # pyarrow's read-ahead thread may still be running.
                self._text.close()

    def _open_arrow(self, source: CsvSource) -> pacsv.CSVStreamingReader:
        # One thread: a second one has nothing to do. Blocks are a little longer than pieces, so
        # that a piece is passed on without a copy.
        reading = pacsv.ReadOptions(
            use_threads=False,
            block_size=self._block + SPLIT_CHARACTER_BYTES // 2,
            column_names=[str(place) for place in range(self._width)],
        )
        wanted = [str(place) for place in self._columns]
        wanted += [str(place) for place in range(len(self._header.names), self._width)]
        return pacsv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=reading,
            parse_options=pacsv.ParseOptions(
                delimiter=self._header.delimiter, newlines_in_values=True
            ),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False,  # TextStream has checked it
                strings_can_be_null=False,
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
            ),
        )

    def _without_sentinel(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch without the sentinel record at the text's end."""
        if not batch.num_rows:
            return batch
        *columns, cells = batch.columns
        last = cells[-1].as_py()
        if last == SENTINEL_CELL:
            self.is_closed = True
            return batch.slice(0, batch.num_rows - 1)
        if last.endswith(self._sentinel):  # a quote is open: the sentinel is part of that cell
            text = pa.array([last.removesuffix(self._sentinel)], pa.string())
            columns.append(pa.concat_arrays([cells[:-1], text]))
            return pa.record_batch(columns, schema=batch.schema)
        return batch

    def _are_blank(self, arrays: list[pa.Array]) -> bool:
        """Whether the cells beyond the header's names are blank."""
        return all(
            text_bytes(array) == 0 or all(blank_cells(array).to_pylist()) for array in arrays
        )


def text_bytes(texts: pa.StringArray) -> int:
    """How many bytes the cells of a column have in all."""
    bounds = memoryview(texts.buffers()[1]).cast("i")
    size: int = bounds[texts.offset + len(texts)] - bounds[texts.offset]
    return size
