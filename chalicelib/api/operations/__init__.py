"""The API's operations: each a pure function from a backend and validated values to an answer.

`chalicelib.api.openapi` is made from the same declarations, so the document and the behaviour
cannot differ.
"""
