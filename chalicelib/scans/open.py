"""The reader of an upload, by its file format."""

from chalicelib.config import Settings
from chalicelib.lake.file_names import FileName
from chalicelib.scans.reader import MoreColumnsError, Reader
from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import Upload


def open_reader(upload: Upload, file: FileName, settings: Settings) -> Reader:
    """The reader of an upload.

    Args:
        upload: its bytes.
        file: its name, which defines the format.
        settings: for `MAX_UPLOAD_BYTES`.

    Raises:
        UnreadableError: nothing in it can be read.
    """

    def open_text() -> TextStream:
        return TextStream(upload.open, gzipped=file.gzipped, max_bytes=settings.max_upload_bytes)

    # Import only the reader that is needed: every import delays a cold start.
    if file.format in ("csv", "tsv"):
        from chalicelib.scans.csv.reader import CsvReader

        return CsvReader(open_text)
    if file.format == "xlsx":
        from chalicelib.scans.xlsx.reader import WorkbookReader

        return WorkbookReader(upload.open, settings.max_upload_bytes)
    from chalicelib.scans.json.reader import JsonReader

    return JsonReader(open_text)


def read_to_the_end(reader: Reader) -> Reader:
    """Read all rows, so that the reader knows all columns: `whole_rows` gives just those.

    Raises:
        UnreadableError: the file cannot be read to its end.
    """
    while True:
        reader.columns()
        try:
            for _ in reader.batches():
                pass
        except MoreColumnsError:
            continue
        return reader
