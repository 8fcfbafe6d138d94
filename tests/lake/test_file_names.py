"""An upload's own name: formats, what is refused, and the name with a hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.file_names import (
    TEXT_EXTENSIONS,
    FileFormat,
    KeyRefusalCode,
    KeyRefusedError,
    parse_file_name,
    quote,
    with_hash,
    without_hash,
)

SHA256 = "1a2b3c4d" + "0" * 56

stems = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/"), min_size=1, max_size=40
)
extensions = st.builds(
    lambda extension, gz, upper: (extension + gz).upper() if upper else extension + gz,
    st.sampled_from(TEXT_EXTENSIONS),
    st.sampled_from(["", ".gz"]),
    st.booleans(),
) | st.sampled_from([".xlsx", ".XLSX", ".Xlsx"])


@pytest.mark.parametrize(
    ("name", "file_format", "gzipped", "extension"),
    [
        ("players.csv", "csv", False, ".csv"),
        ("players.tsv", "tsv", False, ".tsv"),
        ("players.json", "json", False, ".json"),
        ("players.jsonl", "jsonl", False, ".jsonl"),
        ("players.ndjson", "jsonl", False, ".ndjson"),
        ("players.csv.gz", "csv", True, ".csv.gz"),
        ("players.ndjson.gz", "jsonl", True, ".ndjson.gz"),
        ("players.xlsx", "xlsx", False, ".xlsx"),
        ("players.csv.XLSX", "xlsx", False, ".XLSX"),
        ("PLAYERS.CSV", "csv", False, ".CSV"),
        ("Players.Json.GZ", "json", True, ".Json.GZ"),
        ("players.csv.json", "json", False, ".json"),
        ("v1.2 (3).csv", "csv", False, ".csv"),
        ("🏰.csv", "csv", False, ".csv"),
        ("a%2Fb.csv", "csv", False, ".csv"),
        ("..csv", "csv", False, ".csv"),
    ],
)
def test_the_extension_says_the_format(
    name: str, file_format: FileFormat, gzipped: bool, extension: str
) -> None:
    file = parse_file_name(name)
    assert (file.format, file.gzipped, file.extension) == (file_format, gzipped, extension)
    assert file.name == name == file.stem + file.extension


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("players.xls", "unsupported_format", '".xls"'),
        ("players.docx", "unsupported_format", '".docx"'),
        ("players.csv.zip", "unsupported_format", '".zip"'),
        ("players.gz", "unsupported_format", "what the .gz holds"),
        ("players.xlsx.gz", "unsupported_format", "what the .gz holds"),
        ("players.csv.gz.gz", "unsupported_format", "what the .gz holds"),
        ("players", "unsupported_format", "no extension"),
        ("csv", "unsupported_format", "no extension"),
        ("", "unsupported_format", "no extension"),
        ("players.csv ", "unsupported_format", '".csv "'),
        ("players.cſv", "unsupported_format", "cſv"),
        ("players.", "unsupported_format", '"."'),
        (".csv", "bad_key", "only an extension"),
        (".JSON.gz", "bad_key", "only an extension"),
        ("a\nb.csv", "bad_key", r'"a\nb.csv" has control'),
        ("players.csv\n", "bad_key", "control characters"),
        ("a\0.csv", "bad_key", "control characters"),
        ("a\x7f.csv", "bad_key", "control characters"),
        ("a\x85.csv", "bad_key", "control characters"),
        ("a\udcff.csv", "bad_key", "control characters"),
        ("n" * 237 + ".csv", "bad_key", "241 bytes"),
        ("é" * 119 + ".csv", "bad_key", "242 bytes"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused(name: str, code: KeyRefusalCode, says: str) -> None:
    with pytest.raises(KeyRefusedError) as refused:
        parse_file_name(name)
    assert refused.value.code == code
    assert says in refused.value.message
    assert str(refused.value) == refused.value.message
    assert refused.value.hint
    assert refused.value.right_name is not None
    assert parse_file_name(refused.value.right_name)


def test_the_longest_name_leaves_room_for_its_report_and_a_hash() -> None:
    longest = "é" * 118 + ".csv"
    assert len(parse_file_name(longest).name.encode()) == 240
    assert len(f"{with_hash(longest, SHA256)}.json".encode()) <= 255


@given(stems, extensions)
def test_stem_and_extension_are_the_name(stem: str, extension: str) -> None:
    file = parse_file_name(stem + extension)
    assert file.stem + file.extension == stem + extension
    assert file.gzipped == extension.lower().endswith(".gz")


@given(st.text(st.characters(exclude_characters="/")))
def test_any_name_is_parsed_or_refused(name: str) -> None:
    try:
        parsed = parse_file_name(name).name
    except KeyRefusedError as error:
        parsed, refused = name, error.message
    else:
        refused = ""
    assert parsed == name
    assert refused.isprintable()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("players.csv", "players~1a2b3c4d.csv"),
        ("players.csv.gz", "players~1a2b3c4d.csv.gz"),
        ("v1.2.JSON.GZ", "v1.2~1a2b3c4d.JSON.GZ"),
        ("inbox/a.b/players.xlsx", "inbox/a.b/players~1a2b3c4d.xlsx"),
        ("inbox/a.b/players", "inbox/a.b/players~1a2b3c4d"),
        (".csv", "~1a2b3c4d.csv"),
    ],
)
def test_the_hash_goes_before_the_whole_extension(file: str, expected: str) -> None:
    assert with_hash(file, SHA256) == expected
    assert without_hash(expected, SHA256) == file


@given(stems, extensions)
def test_a_name_with_a_hash_is_read_back(stem: str, extension: str) -> None:
    name = stem + extension
    hashed = with_hash(name, SHA256)
    assert parse_file_name(hashed).extension == parse_file_name(name).extension
    assert without_hash(hashed, SHA256) == name
    assert without_hash(hashed, "ffffffff" + SHA256) is None


@given(stems, extensions)
def test_a_name_without_this_hash_has_none_to_lose(stem: str, extension: str) -> None:
    assert without_hash(stem + extension, "not there") is None


def test_a_message_shows_a_long_part_short_and_printable() -> None:
    assert quote("a" * 100) == f'"{"a" * 80}…"'
    assert quote("a\n\0é\u202e🏰") == r'"a\n\x00é\u202e🏰"'
