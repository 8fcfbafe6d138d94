"""The document describes this API: every route, parameter, status, header and example."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chalicelib import __version__
from chalicelib.api.errors import REFUSALS
from chalicelib.api.openapi import document
from chalicelib.api.routes import all_operations
from chalicelib.api.table import CSV_TYPE
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.between_lake import publish_all
from tests.api.support import APP, FOR_BROWSERS, Api, address
from tests.engines.support import player

OPERATIONS = all_operations()
DOCUMENT = document(OPERATIONS)
EARLIER = date(2026, 1, 19)
DAY_LIKE = re.compile(r"\d{4}-\d\d-\d\d")

NOTED = ("1.5.0", "b4812587eb3dec39dcacf89e809bf78fc7405b547954aa9c8f0ee9e212e6aa25")
"""The software's version, and the SHA-256 of the document's shape that belongs to it."""


def resolve(node: Any) -> Any:
    """The node with every reference followed."""
    if isinstance(node, list):
        return [resolve(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return resolve(target)
    return {key: resolve(value) for key, value in node.items()}


def parameters(path: str) -> Any:
    """The parameters of a path."""
    return resolve(DOCUMENT["paths"][path]["get"]["parameters"])


def validate(value: Any, schema: Any) -> None:
    checker = FormatChecker(formats=["date", "date-time"])
    Draft202012Validator(resolve(schema), format_checker=checker).validate(value)


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document but those inside examples, with its path."""
    if isinstance(node, list):
        for number, one in enumerate(node):
            yield from nodes(one, f"{path}/{number}")
    elif isinstance(node, dict):
        yield path, node
        for name, one in node.items():
            if name not in ("example", "examples"):
                yield from nodes(one, f"{path}/{name}")


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example of the document with the schema it stands beside or in."""
    for path, node in nodes(DOCUMENT):
        if "example" in node:
            yield path, node["example"], node["schema"]
        given = node.get("examples", [])
        if isinstance(given, dict):
            for name, one in given.items():
                yield f"{path}/{name}", one["value"], node["schema"]
        else:
            for one in given:
                yield path, one, node


def without_examples(node: Any) -> Any:
    """The document but for its examples."""
    if isinstance(node, list):
        return [without_examples(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_examples(one)
        for key, one in node.items()
        if key not in ("example", "examples")
    }


def check_response(response: Any, path: str) -> None:
    """Whether a real response is one that the document tells of."""
    told = resolve(DOCUMENT["paths"][path]["get"]["responses"])[str(response.status_code)]
    for name, header in told.get("headers", {}).items():
        text = response.headers[name]
        validate(int(text) if header["schema"]["type"] == "integer" else text, header["schema"])
    if "content" in told:
        kind = response.headers["Content-Type"]
        assert list(told["content"]) == [kind]
        body = response.body.decode() if kind == CSV_TYPE else response.json_body
        validate(body, told["content"][kind]["schema"])
    else:
        assert response.body == b""


def test_the_document_is_valid_openapi() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1")
    assert DOCUMENT["info"]["version"] == __version__
    assert DOCUMENT["servers"][0]["url"] == "."


def test_the_software_s_version_is_raised_when_answers_change_their_shape() -> None:
    document = {**DOCUMENT, "info": {**DOCUMENT["info"], "version": None}}
    shape = json.dumps(without_examples(document), sort_keys=True)
    found = (__version__, hashlib.sha256(shape.encode()).hexdigest())
    assert found == NOTED, (
        "What the API answers, or what its document says of it, has changed. Tags follow from the "
        "software's version: raise __version__ in chalicelib/__init__.py, or clients keep answers "
        f"of the old shape; then note the new pair here: NOTED = {found!r}"
    )


def test_the_route_answers_the_document(api: Api) -> None:
    assert api.json("/openapi.json") == DOCUMENT


def test_every_schema_is_valid() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_example_fits_its_schema() -> None:
    found = list(examples())
    assert len(found) > 40
    for path, example, schema in found:
        try:
            validate(example, schema)
        except Exception as error:
            raise AssertionError(path) from error


def test_the_numbers_of_an_example_of_a_board_agree() -> None:
    for board in DOCUMENT["components"]["schemas"]["Leaderboard"]["examples"]:
        end = min(board["offset"] + board["limit"], board["total"])
        positions = [entry["position"] for entry in board["entries"]]
        assert positions == list(range(board["offset"] + 1, end + 1))
        assert all(entry["rank"] <= entry["position"] for entry in board["entries"])
        assert (board["next"] is None) == (end == board["total"])


def test_every_schema_of_an_answer_has_an_example() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("examples"), name


def test_the_paths_are_those_of_the_app() -> None:
    # A path whose last part varies is one route of the app, with or without `.csv`.
    told = {path.replace("}.csv", "}") for path in DOCUMENT["paths"]}
    assert told == {*APP.routes} - FOR_BROWSERS
    assert all(list(methods) == ["GET"] for methods in APP.routes.values())
    assert all(list(methods) == ["get"] for methods in DOCUMENT["paths"].values())


def test_every_list_is_told_as_csv_too() -> None:
    lists = {operation.path for operation in OPERATIONS if operation.table is not None}
    assert {path for path in DOCUMENT["paths"] if path.endswith(".csv")} == {
        f"{path}.csv" for path in lists
    }
    assert {one.path for one in OPERATIONS} - lists <= {"/v1/health", "/openapi.json"}


def test_the_parts_of_a_path_are_its_parameters() -> None:
    for path, methods in DOCUMENT["paths"].items():
        declared = methods["get"]["parameters"]
        in_path = [one["name"] for one in declared if one["in"] == "path"]
        route = APP.routes[path.replace("}.csv", "}")]["GET"]
        assert in_path == re.findall(r"{(\w+)}", path) == route.view_args
        assert all(one["required"] == (one["in"] == "path") for one in declared)


def test_operations_are_named_uniquely() -> None:
    names = [methods["get"]["operationId"] for methods in DOCUMENT["paths"].values()]
    assert len({*names}) == len(names)


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    resolve(DOCUMENT)
    text = str(DOCUMENT)
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            assert f"#/components/{kind}/{name}'" in text, name


def test_no_default_that_is_told_contradicts_another_parameter() -> None:
    """Some generated clients send all defaults that are told, whatever else they send."""
    for operation in OPERATIONS:
        told = {one["name"] for one in parameters(operation.path) if "default" in one["schema"]}
        for rule in operation.rules:
            assert told.isdisjoint(vars_of(rule)), (operation.name, rule)


def vars_of(rule: Any) -> tuple[str, str]:
    """The parameters that a rule is of."""
    return rule.one, rule.other


def test_no_schema_has_the_name_of_its_own_property() -> None:
    """Generated Python would use one variable for both."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert words not in schema.get("properties", {}), name


def test_every_object_is_a_component() -> None:
    """Of inline ones clients are generated that cannot be imported, or have names by number."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for path, node in nodes(schema):
            inline = path and "properties" in node and not path.endswith("/properties")
            assert not inline or name == "OpenApi", f"{name}{path}"
            for one in (*node.get("anyOf", ()), *node.get("oneOf", ())):
                assert one == {"type": "null"} or [*one] == ["$ref"], f"{name}{path}"


def texts_of_list(schema: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The same of a parameter that is a list."""
    if schema["items"]["type"] == "integer":
        many = ",".join(map(str, range(1, schema["maxItems"] + 2)))
        return ["51", "1,99999"], ["x", "", "51,51", "51,", "0", "051", "100000", many]
    names = schema["items"]["enum"]
    return [names[0], ",".join(names)], ["x", "", f"{names[0]},{names[0]}", f"{names[0]},"]


def texts_of(parameter: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Texts at a parameter's limits: those that the document allows, and those it does not."""
    schema = parameter["schema"]
    if schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return [str(low), str(high)], [str(low - 1), str(high + 1), "x", "1.5", ""]
    if schema["type"] == "array":
        return texts_of_list(schema)
    if "enum" in schema:
        return schema["enum"], ["x"]
    if "maxLength" in schema:
        longest = schema["maxLength"]
        return ["é", "x" * longest], ["", "x" * (longest + 1), "a%00b"]
    if "pattern" in schema:
        good, bad = ["0123456789abcdef"], ["0123456789ABCDEF", "0123", ""]
        if parameter["name"] == "weights":
            good = ["deaths:0", "deaths:1000000,kills:1"]
            bad = [
                "",
                "deaths",
                "deaths:1000001",
                "deaths:-1",
                "deaths:01",
                "x:1",
                "kills:1,kills:1",
            ]
        return good, bad
    words = [one["const"] for one in schema.get("anyOf", ()) if "const" in one]
    return [*words, "2026-01-26"], ["x", "2026-02-30", ""]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
class TestLiveApi:
    def url(self, path: str, name: str = "", text: str = "") -> str:
        """The operation's URL with one parameter set."""
        return address(path, **({name: text} if name else {}))

    def test_every_parameter_takes_what_the_document_says_and_nothing_else(
        self, api: Api, directory_store: DirectoryStore, operation: Any
    ) -> None:
        publish_all(directory_store, [player(1)], EARLIER)
        publish_all(directory_store, [player(1)])
        for parameter in parameters(operation.path):
            if parameter["in"] == "header":
                continue
            good, bad = texts_of(parameter)
            for text in good:
                response = api.get(self.url(operation.path, parameter["name"], text))
                # A date that fits may be in the wrong order with the others.
                told = (200, 400, 404, 409) if DAY_LIKE.fullmatch(text) else (200, 404, 409)
                assert response.status_code in told, (text, response.body)
                check_response(response, operation.path)
            for text in bad:
                response = api.get(self.url(operation.path, parameter["name"], text))
                if not text and parameter["in"] == "path":
                    continue
                assert response.status_code == (404 if "enum" in parameter["schema"] else 400)
                check_response(response, operation.path)

    def test_defaults_are_what_the_document_says(
        self, api: Api, directory_store: DirectoryStore, operation: Any
    ) -> None:
        publish_all(directory_store, [player(number) for number in range(1, 150)], EARLIER)
        publish_all(directory_store, [player(number) for number in range(1, 150)])
        plain = api.get(self.url(operation.path))
        for parameter in parameters(operation.path):
            if "default" in parameter["schema"]:
                default = str(parameter["schema"]["default"])
                given = api.get(self.url(operation.path, parameter["name"], default))
                assert given.body == plain.body

    def test_every_status_is_told_and_comes(
        self,
        api: Api,
        directory_store: DirectoryStore,
        operation: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        publish_all(directory_store, [player(1)], EARLIER)
        publish_all(directory_store, [player(1)])
        url = self.url(operation.path)
        if operation.table is not None:
            rows = self.url(f"{operation.path}.csv")
            csv = api.get(rows)
            again = api.get(rows, if_none_match=csv.headers["ETag"])
            assert (csv.status_code, again.status_code) == (200, 304)
            for response in (csv, again, api.get(self.url(f"{operation.path}.csv", "x", "1"))):
                check_response(response, f"{operation.path}.csv")
        fresh = api.get(url)
        seen = [fresh, api.get(url, if_none_match=fresh.headers["ETag"])]
        seen += [api.get(self.url(operation.path, "x", "1")), api.request("POST", url)]
        if 404 in operation.refusals:
            name = "kingdom" if "{kingdom}" in operation.path else "metric"
            seen.append(api.get(self.url(operation.path, name, "52")))
        if 409 in operation.refusals:
            seen.append(api.get(self.url(operation.path, "version", "0" * 16)))
        for error in (503, 504, 500):
            monkeypatch.setattr("app.lake", failing(error))
            if error in operation.refusals or (error == 500 and 503 in operation.refusals):
                seen.append(api.get(url))
        for response in seen:
            check_response(response, operation.path)
        told = {*DOCUMENT["paths"][operation.path]["get"]["responses"]}
        # What does not touch the lake cannot be made to fail; that it might is told all the same.
        # 403, 429 and 5XX are API Gateway's own: tests/infra/guards/test_gateway.py.
        gateway = {"403", "429", "5XX"}
        assert told - {str(response.status_code) for response in seen} <= {*gateway, "500"}


def failing(status: int) -> Any:
    kinds = {shape.status: kind for kind, shape in REFUSALS.items()}

    def lake(_: Any) -> Any:
        raise kinds[status]("no")

    return lake
