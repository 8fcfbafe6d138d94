"""What the slim tree must be able to do, each a program that ends with `ok`.

They run with nothing but the package and the standard library on the path.
"""

_INGEST = """
import gzip, json, os
os.environ["LAKE_URI"] = "file:lake"
from chalicelib import config
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.open import open_store
import pyarrow.parquet as pq

NAMES = ["ID", "Name", "Power", "T4 Kills"]
ROWS = [[1, "Ana", 1000, 5], [2, "Bö 雪", 2000, 7], [3, "-", 3, 9]]

def text(delimiter):
    rows = [NAMES, *ROWS]
    return "".join(delimiter.join(map(str, row)) + "\\n" for row in rows)

RECORDS = [dict(zip(NAMES, row)) for row in ROWS]

def ingest(name, body):
    store = open_store("file:lake")
    key = f"inbox/source=rok_players/kingdom=51/dt=2026-01-26/{name}"
    store.create(key, body)
    done = ingest_key(store, key, config.load())
    report = done.answer(store)
    assert (report["status"], report["players"]) == ("accepted", 3), report
    path = "lake/" + report["written"]["curated"]
    table = pq.read_table(path, partitioning=None)
    assert table.column("id").to_pylist() == [1, 2, 3]
    assert table.column("name").to_pylist()[1] == "Bö 雪"
    assert table.column("power").to_pylist() == [1000, 2000, 3]
    group = pq.ParquetFile(path).metadata.row_group(0)
    assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
    return report
"""

_CHECKED = "print('ok')\n"


def _ingest(name: str, body: str) -> str:
    return f"{_INGEST}\ningest({name!r}, {body})\n{_CHECKED}"


_LINES = r'"".join(json.dumps(r, ensure_ascii=False) + "\n" for r in RECORDS).encode()'

FORMATS = {
    "CSV": _ingest("a.csv", 'text(",").encode()'),
    "CSV with semicolons and a BOM": _ingest("a.csv", 'text(";").encode("utf-8-sig")'),
    "CSV in UTF-16": _ingest("a.csv", 'text(",").encode("utf-16")'),
    "CSV, gzipped": _ingest("a.csv.gz", 'gzip.compress(text(",").encode())'),
    "TSV": _ingest("a.tsv", r'text("\t").encode()'),
    "TSV in UTF-16, gzipped": _ingest("a.tsv.gz", r'gzip.compress(text("\t").encode("utf-16"))'),
    "JSON array": _ingest("a.json", "json.dumps(RECORDS).encode()"),
    "JSON object": _ingest("a.json", 'json.dumps({"players": RECORDS}).encode()'),
    "JSON lines": _ingest("a.jsonl", _LINES),
    "JSON lines, gzipped": _ingest("a.ndjson.gz", f"gzip.compress({_LINES})"),
    "what pyarrow's parts do": """
import io
import pyarrow as pa, pyarrow.acero, pyarrow.compute as pc, pyarrow.csv, pyarrow.dataset as ds
import pyarrow.json, pyarrow.parquet as pq

table = pyarrow.csv.read_csv(io.BytesIO(b"a,b\\n1,x\\n2,y\\n1,z\\n"))
out = io.BytesIO()
pyarrow.csv.write_csv(table, out)
assert out.getvalue().splitlines()[1] == b'1,"x"'
assert pyarrow.json.read_json(io.BytesIO(b'{"a": 1}\\n{"a": 2}\\n')).num_rows == 2
for codec in ("zstd", "snappy", "gzip", "lz4", "brotli", "none"):
    pq.write_table(table, "t.parquet", compression=codec)
    assert pq.read_table("t.parquet", filters=[("a", "=", 1)]).num_rows == 2
assert ds.dataset("t.parquet").scanner(filter=pc.field("a") == 2).to_table().num_rows == 1
grouped = table.group_by("a").aggregate([("b", "count")])
assert sorted(grouped.column("b_count").to_pylist()) == [1, 2]
assert table.join(table, "a", right_suffix="_").num_rows == 5
assert table.sort_by([("a", "descending")]).column("a").to_pylist() == [2, 1, 1]
assert pc.utf8_normalize("e\\u0301", form="NFC").as_py() == "\\u00e9"
assert pc.strptime("2026-01-26", format="%Y-%m-%d", unit="s").as_py().year == 2026
print("ok")
""",
}
