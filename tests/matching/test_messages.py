"""The catalogue and the code agree: every sentence is said, and everything said is there."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import typer
from pydantic_core.core_schema import ErrorType

from api.vault.identity import Identity
from matching.files.columns import MODELS
from matching.messages import catalogue, join_words, say
from matching.model import RECORDS
from tests.programme import demonstration
from tests.source import ROOT, modules

TYPER = "typer."  # its keys are Typer's own English sentences
CATALOGUE = {key: text for key, text in catalogue().items() if not key.startswith(TYPER)}
TYPERS = {k.removeprefix(TYPER): v for k, v in catalogue().items() if k.startswith(TYPER)}
SAYERS = {"say", "met", "not_met", "unknown"}


def fields(sentence: str) -> set[str]:
    """``"{day:%d} e {id}"`` → ``{"day", "id"}``."""
    return {
        re.split(r"[.\[]", name)[0]
        for _, name, _, _ in string.Formatter().parse(sentence)
        if name is not None
    }


def _pattern(node: ast.expr) -> str:
    """What a key may be: holes of an f-string are anything, unless they choose between words."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.IfExp):
        return f"(?:{_pattern(node.body)}|{_pattern(node.orelse)})"
    if isinstance(node, ast.FormattedValue):
        return _pattern(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(value) for value in node.values)
    return ".+"


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in SAYERS
                and node.args
            ):
                yield f"{path}:{node.lineno}", node


def _said(call: ast.Call) -> str:
    """The pattern of the key of a call; the verdicts speak from the file `eligibility`."""
    prefix = "" if getattr(call.func, "id", "") == "say" else r"eligibility\."
    return prefix + _pattern(call.args[0])


LITERAL = [(where, c) for where, c in _calls() if isinstance(c.args[0], ast.Constant)]
COMPOSED = [(where, c) for where, c in _calls() if isinstance(c.args[0], ast.JoinedStr)]


def test_every_literal_key_exists() -> None:
    missing = [(where, _said(c)) for where, c in LITERAL if not _keys(c)]
    assert len(LITERAL) > 100
    assert missing == []


def test_every_composed_key_may_exist() -> None:
    missing = [(where, _said(c)) for where, c in COMPOSED if not _keys(c)]
    assert len(COMPOSED) > 20
    assert missing == []


def _keys(call: ast.Call) -> list[str]:
    pattern = re.compile(_said(call))
    return [key for key in CATALOGUE if pattern.fullmatch(key)]


def test_a_sentence_gets_the_values_it_asks_for() -> None:
    wrong = []
    for where, call in LITERAL:
        given = {keyword.arg for keyword in call.keywords}
        if None in given:  # **values: known only when it runs
            continue
        wrong += [(where, k) for k in _keys(call) if fields(CATALOGUE[k]) != given]
    assert wrong == []


# --- Every sentence is said ---------------------------------------------------------------------


@cache
def _words_of_the_code() -> set[str]:
    """The parts of every string of the code, and its names: what a key may be composed of."""
    words: set[str] = set(get_args(ErrorType))
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(node.value.split("."))
            elif isinstance(node, ast.keyword) and node.arg:
                words.add(node.arg)
    for model in (*RECORDS.values(), *MODELS.values(), Identity):
        words.update(model.model_fields)
    for template in (ROOT / "api" / "templates").glob("*.html"):
        for said in re.findall(r'"([a-z_.]+)"', template.read_text("utf-8")):
            words.update(said.split("."))
    # A language is any that people speak.
    words.update(k.rpartition(".")[2] for k in CATALOGUE if k.startswith("labels.language."))
    return words


@cache
def _patterns() -> list[re.Pattern[str]]:
    """Every string of the code that could be a key: whole, with holes, or all but its end."""
    found: set[str] = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) or (
                isinstance(node, ast.Constant) and isinstance(node.value, str)
            ):
                found.add(_pattern(node))
    found.update(_said(call) for _, call in _calls())
    return [re.compile(rf"{p}(\.[^.]+)?") for p in found if re.match(r"[a-z_]+\\\.", p)]


def _is_said(key: str) -> bool:
    composed_of_known_words = set(key.split(".")[1:]) <= _words_of_the_code()
    return composed_of_known_words and any(p.fullmatch(key) for p in _patterns())


def test_every_sentence_is_said_somewhere() -> None:
    assert [key for key in CATALOGUE if not _is_said(key)] == []


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("labels.target", "Target"), ("labels.transport", "Transport"),
        ("labels.by_transport", "Transport"), ("labels.day", "Day"), ("labels.kind", "OfferKind"),
        ("labels.experience_kind", "ExperienceKind"), ("labels.demand", "Demand"),
    ],
)  # fmt: skip
def test_every_code_has_its_name_and_no_other(prefix: str, codes: str) -> None:
    from matching import model

    named = {k.removeprefix(f"{prefix}.") for k in CATALOGUE if k.startswith(f"{prefix}.")}
    assert named == set(get_args(getattr(model, codes)))


def test_every_language_of_the_demonstration_has_its_name() -> None:
    spoken = {s.code for person in demonstration().participants for s in person.languages or ()}
    assert "it" in spoken
    assert [code for code in spoken if f"labels.language.{code}" not in CATALOGUE] == []


def test_typers_sentences_are_typers_and_keep_their_holes() -> None:
    source = "".join(p.read_text("utf-8") for p in Path(typer.__file__).parent.rglob("*.py"))
    assert [sentence for sentence in TYPERS if f'"{sentence}"' not in source] == []
    assert [s for s, italian in TYPERS.items() if fields(s) != fields(italian)] == []


# --- Saying -------------------------------------------------------------------------------------


def test_a_sentence_is_filled_in() -> None:
    assert say("explanation.near", label="a", near="b") == "a (per «b»)"


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("explanation.none_such")
    with pytest.raises(KeyError):
        say("explanation.near", label="a")


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a e b"), (list("abc"), "a, b e c")]
)
def test_words_are_joined(words: list[str], joined: str) -> None:
    assert join_words(words) == joined


def test_no_sentence_is_empty_or_untrimmed_and_none_shouts() -> None:
    assert [key for key, sentence in CATALOGUE.items() if not sentence.strip()] == []
    assert [key for key, sentence in CATALOGUE.items() if "!" in sentence] == []
