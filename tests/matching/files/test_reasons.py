"""Every error that a model can raise has an Italian sentence, and every sentence has a use."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from pydantic import ValidationError

import matching.files
import matching.model
from matching.files.columns import MODELS
from matching.files.contents import Kind
from matching.files.reasons import PATTERNS, reason_of
from matching.messages import catalogue
from tests.broken_files import COMPANY, OFFER, PARTICIPANT

# What pydantic may raise for a schema, in strict mode and from Python values; then for its bounds.
RAISED_BY_TYPE = {
    "str": {"string_type", "string_unicode"},
    "int": {"int_type"},
    "float": {"float_type"},
    "bool": {"bool_type"},
    "date": {"date_type"},
    "literal": {"literal_error"},
    "tuple": {"tuple_type"},
    "model": {"model_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "nullable": set(),
    "default": set(),
    "function-after": set(),
    "definitions": set(),
    "definition-ref": set(),
}
RAISED_BY_BOUND = {
    "ge": {"greater_than_equal"},
    "gt": {"greater_than"},
    "le": {"less_than_equal"},
    "lt": {"less_than"},
    "pattern": {"string_pattern_mismatch"},
    ("str", "min_length"): {"string_too_short"},
    ("str", "max_length"): {"string_too_long"},
    ("tuple", "min_length"): {"too_short"},
    ("tuple", "max_length"): {"too_long"},
    "multiple_of": {"multiple_of"},
}
# Parts of a schema that have a type and are none themselves.
NO_SCHEMA = {"model-field", "no-info"}
# Told by `reason_of` itself, from sentences of their own.
SPECIAL = {"literal_error", "string_pattern_mismatch"}


def schemas(node: object, *, nested: bool = True) -> Iterator[dict[str, Any]]:
    """Every schema inside a core schema; ``nested``: also those inside the models it holds."""
    if isinstance(node, dict):
        if "type" in node and node["type"] not in NO_SCHEMA:
            yield node
        if nested or node.get("type") != "model":
            for key, value in node.items():
                if key not in ("metadata", "serialization", "config"):
                    yield from schemas(value, nested=nested)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from schemas(item, nested=nested)


def raised_by(schema: dict[str, Any]) -> set[str]:
    kind = schema["type"]
    raised = set(RAISED_BY_TYPE[kind])  # a schema that this test does not know fails it
    for bound in schema:
        raised |= RAISED_BY_BOUND.get(bound, RAISED_BY_BOUND.get((kind, bound), set()))
    return raised


def every_error_type() -> set[str]:
    pydantic_types = {
        raised
        for model in MODELS.values()
        for schema in schemas(model.__pydantic_core_schema__)
        for raised in raised_by(schema)
    }
    source = inspect.getsource(matching.model)
    return pydantic_types | set(re.findall(r'PydanticCustomError\(\s*"(\w+)"', source))


def test_every_error_type_has_a_sentence() -> None:
    types = every_error_type()
    assert {"missing", "string_too_long", "unknown_municipality", "empty_window"} <= types
    sentences = {key.rsplit(".", 1)[1] for key in catalogue() if key.startswith("files.reason.")}
    assert types - SPECIAL == sentences


def test_every_pattern_has_a_meaning() -> None:
    fields = {
        name
        for model in MODELS.values()
        for node in schemas(model.__pydantic_core_schema__)
        if node["type"] == "model-fields"
        for name, field in node["fields"].items()
        if any("pattern" in schema for schema in schemas(field["schema"], nested=False))
    }
    named = {"from" if name == "start" else "to" if name == "end" else name for name in fields}
    assert named | {"participant_id"} == PATTERNS.keys()


# What an unfilled sentence of the catalogue would show; a value may have a brace of its own.
PLACEHOLDER = re.compile(r"\{\w+[^}]*\}")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.sampled_from(["kind", "days", "from", "to", "code", "level", "title", "boh"]), inner
        )
    ),
)
records: dict[Kind, dict[str, Any]] = {
    "participants": PARTICIPANT,
    "companies": COMPANY,
    "offers": OFFER,
    "experiences": {"kind": "work"},
}


@given(st.sampled_from(list(records)), st.data())
def test_whatever_is_wrong_is_told_in_one_italian_line(kind: Kind, data: st.DataObject) -> None:
    names = st.sampled_from([*MODELS[kind].model_fields, "boh"])
    changes = data.draw(st.dictionaries(names, anything, min_size=1))
    try:
        MODELS[kind].model_validate(records[kind] | changes, strict=True)
    except ValidationError as failure:
        for error in failure.errors():
            reason = reason_of(error, kind)
            assert reason.isprintable()
            assert not PLACEHOLDER.search(reason)
            shown = re.findall("«(.*?)»", reason)
            assert all(len(value) <= 40 for value in shown)


SOURCES = "\n".join(
    path.read_text("utf-8") for path in Path(matching.files.__path__[0]).glob("*.py")
)
BUILT_KEYS = ("files.reason.", "files.pattern.", "files.place.", "columns.")


@pytest.mark.parametrize("key", [key for key in catalogue() if key.startswith("files.")])
def test_every_sentence_is_used_and_filled(key: str) -> None:
    section, _, name = key.rpartition(".")
    used = f'"{key}"' in SOURCES or (f"{section}.{{" in SOURCES and f'"{name}"' in SOURCES)
    assert used or key.startswith(BUILT_KEYS)
    assert all(value != "" for _, value, _, _ in Formatter().parse(catalogue()[key]))
