"""The engine `athena`: its tables, queries, client and errors."""
