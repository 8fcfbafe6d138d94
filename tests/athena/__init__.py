"""A moto server whose Athena runs SQL, and the tests of it.

moto answers Athena's calls without ever looking at a statement. Here they are answered for real,
behind boto3 and over HTTP, so that a client cannot tell the difference:

- `engine`: the interface of what runs a statement, its results and its errors.
- `duckdb_engine`: the default one. `lint` refuses what Trino would run and Athena must not be sent,
  `catalog` finds the Glue table, `parquet_scan` reads the objects of its partition as Athena would.
- `trino_engine`: the real one, of `make test-trino`. It proves the SQL and the types of the
  statements; the lint knows nothing of them.
- `service`: the calls; `execution` is one query, `script` the misfortunes that a test may order.
- `table`: the deployed table and workgroup, made from `infra/app.yaml`.
- `fixtures`: all of it together, as the fixture `athena`.
"""
