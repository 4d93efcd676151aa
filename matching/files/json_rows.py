"""JSON Lines, or a JSON array → rows. Strict: nothing is guessed, repeated or rounded."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from matching.files.columns import kind_of
from matching.files.contents import Row, Table, UnreadableError
from matching.messages import say

# The key that rejected files carry; it is not the user's, and reading leaves it out.
ERROR_KEY = "_error"

_SPACE = re.compile(r"[ \t\r\n]*")
_plain = json.JSONDecoder()


class _BadJsonError(ValueError):
    """JSON that Python would take and the contract does not; the message is a sentence."""


def json_table(file: Path, text: str) -> Table:
    """The rows of a JSON file, a record an object.

    Args:
        file: ``.jsonl`` and ``.ndjson`` hold an object a line; ``.json`` an array or one object.
        text: The characters of the file.

    Raises:
        UnreadableError: If there is no object, or where one ends cannot be told.
    """
    objects = _objects(text) if file.suffix.lower() == ".json" else _lines(text)
    rows = tuple(_row(number, text) for number, text in objects)
    if not rows:
        raise UnreadableError(say("files.file.empty"))
    return Table(file, rows=rows, is_json=True)


def _objects(text: str) -> Iterator[tuple[int, str]]:
    """The objects of a ``.json`` file: an array, one object, or for all that one a line."""
    whole = text.strip()
    if whole.startswith("["):
        return _elements(text)
    try:
        _plain.decode(whole)
    except (ValueError, RecursionError):
        return _lines(text)
    return iter([(text[: text.index(whole)].count("\n") + 1, whole)])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines(): it would also break at characters that a JSON string may hold.
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]
    filled = [(number, line) for number, line in lines if line]
    if len(filled) > 1 and filled[0][1] in ("[", "{"):  # every line would be an error
        raise UnreadableError(say("files.json.spread"), filled[0][0])
    return iter(filled)


def _elements(text: str) -> Iterator[tuple[int, str]]:
    """The elements of an array as they are written, each with the line it begins at."""
    start = text.index("[")
    at = _skip(text, start + 1)
    if text[at : at + 1] == "]":
        return
    number, counted = 1, 0
    while True:
        number, counted = number + text.count("\n", counted, at), at
        try:
            _, end = _plain.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise UnreadableError(say("files.json.broken_array"), error.lineno) from None
        except (ValueError, RecursionError):
            raise UnreadableError(say("files.json.broken_array"), number) from None
        yield number, text[at:end]
        after = _skip(text, end)
        if text[after : after + 1] == "]" and _skip(text, after + 1) == len(text):
            return
        if text[after : after + 1] != ",":
            line = text.count("\n", 0, after) + 1
            raise UnreadableError(say("files.json.broken_array"), line)
        at = _skip(text, after + 1)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _row(number: int, text: str) -> Row:
    try:
        values = parse_object(text)
    except _BadJsonError as error:
        return Row(number, None, text=text, problem=str(error))
    kind = kind_of(values)
    return Row(number, kind, values, text, "" if kind else say("files.table.unknown_kind"))


def parse_object(text: str) -> dict[str, object]:
    """The fields of a JSON object; nulls are left out (unknown), lists are tuples, 2.0 is 2.

    Raises:
        ValueError: With the sentence that says what is wrong.
    """
    try:
        value = _strict.decode(text)
        if not isinstance(value, dict):
            raise _BadJsonError(say("files.json.not_object"))
        return {name: _frozen(item) for name, item in value.items() if name != ERROR_KEY}
    except json.JSONDecodeError as error:
        raise _BadJsonError(say("files.json.broken", position=error.pos + 1)) from None
    except RecursionError:
        raise _BadJsonError(say("files.json.too_deep")) from None
    except _BadJsonError:
        raise
    except ValueError:  # an integer of thousands of digits
        raise _BadJsonError(say("files.json.number")) from None


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return value


def _fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs if name != ERROR_KEY]
    if len(set(names)) < len(names):
        raise _BadJsonError(say("files.json.repeated_key"))
    return {name: value for name, value in pairs if value is not None}


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _BadJsonError(say("files.json.number"))
    return int(number) if number.is_integer() else number


def _constant(_: str) -> object:
    raise _BadJsonError(say("files.json.number"))


_strict = json.JSONDecoder(object_pairs_hook=_fields, parse_float=_number, parse_constant=_constant)
