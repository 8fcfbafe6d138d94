"""The API explained for a person, made from its OpenAPI document."""

from functools import lru_cache

from chalicelib.api.web.files import HTML_TYPE, File, make_file, site

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API</title>
<link rel="stylesheet" href="static/style.css">
</head>
<body><main><h1>The API</h1><p><a href="openapi.json">Its description</a></p></main></body>
</html>
"""


@lru_cache(maxsize=1)
def page() -> File:
    """The page at `/docs`."""
    return make_file(HTML_TYPE, site().versioned(_PAGE))
