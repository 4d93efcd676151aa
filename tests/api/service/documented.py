"""Whether a response is one that the description of the API documents."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from api.openapi import describe
from api.settings import Settings


@cache
def document() -> dict[str, Any]:
    """The description of the API."""
    return describe(Settings())


@cache
def operations() -> dict[str, dict[str, Any]]:
    """Every operation by its id."""
    return {
        operation["operationId"]: operation
        for path in document()["paths"].values()
        for operation in path.values()
    }


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A node, or what it refers to."""
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def undocumented(operation: str, response: Any) -> list[str]:
    """What of a response departs from its documentation."""
    documented = operations()[operation]["responses"]
    if str(response.status_code) not in documented:
        return [f"status {response.status_code}"]
    expected = resolved(documented[str(response.status_code)])
    missing = [name for name in expected["headers"] if name not in response.headers]
    faults = [f"header {name}" for name in missing if name != "WWW-Authenticate"]
    if "content" not in expected:
        return faults + (["a body"] if response.content else [])
    [(media_type, content)] = expected["content"].items()
    if response.headers["content-type"].removesuffix("; charset=utf-8") != media_type:
        faults.append(response.headers["content-type"])
    if media_type != "application/json" and not media_type.endswith("+json"):
        return faults
    schema = content["schema"] | {"components": document()["components"]}
    return faults + [
        f"{e.json_path}: {e.message[:200]}"
        for e in Draft202012Validator(schema).iter_errors(response.json())
    ]
