"""A moto server whose Athena runs SQL, and the tests of it.

moto answers Athena's calls without ever looking at a statement. Here they are answered for real,
behind boto3 and over HTTP, so that a client cannot tell the difference:

- `engine`: the interface of what runs a statement, its results and its errors.
- `duckdb_engine`: the default one. `lint` (with `lint_tokens`, `lint_nodes` and `lint_types`)
  refuses what Athena would not take, `catalog` finds the Glue table, `parquet_scan` reads the
  objects of its partition as Athena would.
- `service`: the calls; `execution` is one query, `script` the misfortunes that a test may order.
- `table`: the deployed table and workgroup, made from `infra/app.yaml`.
- `fixtures`: all of it together, as the fixture `athena`.
"""
