"""The description of the API follows the Italian interoperability guidelines, rule by rule.

The rules are those of the public checker ("Italian Guidelines Full") and of `spectral:oas`; here
they are asked again without its runtime.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema
import pytest

from api.access.rules import RULES
from tests.api.service.documented import document, operations, resolved

Json = dict[str, Any]
RATE_LIMIT = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
# Who calls these has nothing to show yet.
OPEN = {"show_status", "begin_federated_sign_in"}
OPERATIONS = sorted(operations())


def nodes(node: Any, where: str = "") -> Iterator[tuple[str, Json]]:
    """Every object of the document, but for examples; names of properties are no objects."""
    if isinstance(node, list):
        for i, item in enumerate(node):
            yield from nodes(item, f"{where}/{i}")
    if not isinstance(node, dict):
        return
    yield where, node
    for key, value in node.items():
        children = value.items() if key == "properties" else [("", value)]
        for name, child in children:
            if key not in ("example", "examples"):
                yield from nodes(child, f"{where}/{key}/{name}".rstrip("/"))


def schemas(kind: str) -> list[tuple[str, Json]]:
    return [(where, node) for where, node in nodes(document()) if node.get("type") == kind]


def test_the_document_says_whose_it_is() -> None:
    info = document()["info"]
    assert info["contact"]["email"]
    assert info["termsOfService"].startswith("https://")
    assert len(info["description"]) > 100
    assert info["x-summary"]
    assert info["x-api-id"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
    assert document()["openapi"].startswith("3.1")
    assert all(s["url"].startswith("https://") and s["description"] for s in document()["servers"])


def test_there_is_a_status_that_answers_as_a_problem() -> None:
    ok = document()["paths"]["/status"]["get"]["responses"]["200"]
    [(media_type, content)] = ok["content"].items()
    assert media_type == "application/problem+json"
    assert {"status", "title", "detail"} <= resolved(content["schema"])["properties"].keys()


def test_paths_are_kebab_case_and_name_no_method() -> None:
    for path in document()["paths"]:
        assert re.fullmatch(r"(/[a-z0-9-.]+|/\{[a-z_]+\})+", path)
        assert not re.search(r"/(get|post|put|delete|patch|create|remove|list)", path)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_explained(name: str) -> None:
    operation = operations()[name]
    known = {tag["name"] for tag in document()["tags"] if tag["description"]}
    assert operation["tags"]
    assert set(operation["tags"]) <= known
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert not re.match("get|post|put|delete|patch|head", name)
    for parameter in operation.get("parameters", []):
        assert parameter["description"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_protected_as_its_rule_says(name: str) -> None:
    security = operations()[name]["security"]
    schemes = document()["components"]["securitySchemes"]
    if name in OPEN:
        assert security == [{}]
        return
    [scheme] = [scheme for one in security for scheme in one]
    assert schemes[scheme]["type"] == "http"
    assert (scheme == "bearer") == ("nobody" not in RULES[name])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_has_its_headers_and_every_error_is_a_problem(name: str) -> None:
    for status, answer in operations()[name]["responses"].items():
        response = resolved(answer)
        headers = response["headers"].keys()
        assert headers >= RATE_LIMIT
        assert response["description"]
        if status in ("429", "503"):
            assert "Retry-After" in headers
        if status[0] == "2":
            assert "Cache-Control" in headers
            assert ("content" in response) == (status != "204")
        else:
            assert list(response["content"]) == ["application/problem+json"]
            problem = resolved(response["content"]["application/problem+json"]["schema"])
            assert {"type", "title", "status", "detail"} <= problem["properties"].keys()
        for media_type, content in response.get("content", {}).items():
            a_file = not media_type.endswith("json")
            assert resolved(content["schema"])["type"] == ("string" if a_file else "object")


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_may_go_wrong_is_said(name: str) -> None:
    operation = operations()[name]
    statuses = operation["responses"].keys()
    assert {"400", "403", "429", "500", "503"} <= statuses
    assert ("401" in statuses) == (name not in OPEN)
    if "requestBody" in operation:
        assert {"413", "422"} <= statuses
    if "{" in next(p for p, item in document()["paths"].items() if operation in item.values()):
        assert {"404", "422"} <= statuses
    names = {p["name"] for p in operation.get("parameters", [])}
    assert ("412" in statuses) == ("428" in statuses) == ("If-Match" in names)


def test_bodies_are_objects_and_only_where_they_belong() -> None:
    for path in document()["paths"].values():
        for method, operation in path.items():
            if "requestBody" in operation:
                assert method in ("post", "put")
                assert operation["requestBody"]["required"]
                [(media_type, content)] = operation["requestBody"]["content"].items()
                assert media_type == "application/json"
                one = resolved(content["schema"])
                for schema in map(resolved, one.get("oneOf", [one])):
                    assert schema["type"] == "object"


def test_every_list_is_paginated() -> None:
    for name in OPERATIONS:
        content = resolved(operations()[name]["responses"].get("200", {})).get("content", {})
        for of_type in content.values():
            schema = resolved(of_type["schema"])
            if "items" in schema.get("properties", {}):
                names = {p["name"] for p in operations()[name]["parameters"]}
                assert {"limit", "cursor"} <= names
                assert "next_cursor" in schema["properties"]
                assert schema["properties"]["items"]["maxItems"] <= 100


def test_numbers_have_a_format_and_bounds() -> None:
    for kind, formats in (("integer", {"int32", "int64"}), ("number", {"double"})):
        assert schemas(kind)
        for where, schema in schemas(kind):
            assert schema["format"] in formats, where
            assert {"minimum", "maximum"} <= schema.keys(), where


def test_texts_lists_and_objects_have_bounds() -> None:
    for where, schema in schemas("string"):
        assert schema.keys() & {"enum", "format", "maxLength"}, where
    for where, schema in schemas("array"):
        assert {"minItems", "maxItems"} <= schema.keys(), where
    for where, schema in schemas("object"):
        more = schema["additionalProperties"]
        assert more is False or (isinstance(more, dict) and "maxProperties" in schema), where


def test_no_secret_in_an_address_and_no_header_that_openapi_reserves() -> None:
    for where, node in nodes(document()):
        if node.get("in") in ("query", "path"):
            assert not re.search("password|secret|apikey|token|code", node["name"], re.I), where
        if node.get("in") == "header":
            assert node["name"].lower() not in ("accept", "content-type", "authorization"), where
            assert not node["name"].startswith("X-")


def test_the_examples_are_valid() -> None:
    components = {"components": document()["components"]}
    seen = 0
    for _, node in nodes(document()):
        schema = node.get("schema", node)
        given = [node["example"]] if "example" in node else []
        for example in (*node.get("examples", []), *given):
            jsonschema.validate(example, schema | components)
            seen += 1
    assert seen > 20


def test_the_schemas_are_schemas() -> None:
    for schema in document()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_day_of_the_schema_is_a_day_of_the_calendar() -> None:
    pattern = document()["components"]["schemas"]["Offer"]["properties"]["start_date"]["pattern"]
    for year in (1999, 2000, 2023, 2024, 2096, 2100, 2101):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}"
                try:
                    real = 2000 <= date.fromisoformat(text).year <= 2100
                except ValueError:
                    real = False
                assert bool(re.search(pattern, text)) == real, text
