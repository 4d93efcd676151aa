"""The JSON of the commands against the schemas of contract 5.3 (`schemas/*.json`)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parent / "schemas"


@cache
def _validators() -> dict[str, Draft202012Validator]:
    schemas = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    resources = [(f"{name}.json", Resource.from_contents(s)) for name, s in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    return {
        name: Draft202012Validator(
            schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for name, schema in schemas.items()
    }


def faults(document: Any, schema: str) -> list[str]:
    """Where and how a document departs from a schema."""
    return [f"{e.json_path}: {e.message}" for e in _validators()[schema].iter_errors(document)]


def check(document: Any, schema: str) -> None:
    """Fail unless the document is as the schema says."""
    assert faults(document, schema) == []


def quotes(document: Any) -> list[dict[str, Any]]:
    """Every piece of evidence in a document, at any depth."""
    if isinstance(document, dict):
        if document.keys() == {"source", "text", "start", "end"}:
            return [document]
        return [quote for value in document.values() for quote in quotes(value)]
    if isinstance(document, list):
        return [quote for value in document for quote in quotes(value)]
    return []
