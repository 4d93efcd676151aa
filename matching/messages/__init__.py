"""Every sentence a user reads, by key: one catalogue a language, a file a subject (`it/*.toml`)."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from matching.messages.italian import Words

LANGUAGE = "it"


@cache
def catalogue(language: str = LANGUAGE) -> dict[str, str]:
    """The catalogue of a language, flattened: ``{"labels.target.youth": "…", …}``.

    The first part of a key is the name of its file.
    """
    flat: dict[str, str] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(f"{prefix}{key}.", value)
            else:
                flat[f"{prefix}{key}"] = value

    for file in resources.files("matching.messages").joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            walk(f"{file.name.removesuffix('.toml')}.", tomllib.loads(file.read_text("utf-8")))
    return flat


def say(key: str, /, **values: object) -> str:
    """The sentence of ``key`` with its values filled in; a text may ask for grammar (`Words`).

    Raises:
        KeyError: If the catalogue has no such key, or the sentence needs a value not given.
    """
    spoken = {k: Words(v) if isinstance(v, str) else v for k, v in values.items()}
    return catalogue()[key].format_map(spoken)


def join_words(words: list[str], *, last: str = "labels.list.and") -> str:
    """``["a", "b", "c"]`` → ``"a, b e c"``; "ed" where it sounds better."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {say(last, word=words[-1])}"
