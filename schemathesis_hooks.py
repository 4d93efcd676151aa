"""What Schemathesis must know that no JSON Schema can say: rules between two fields of a record.

A body that breaks one is refused with 422, and rightly, though it fits the schema.
"""

import re
from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leave out what fits the schema and is no record, and what is said to fit and does not."""
    body = case.body
    if case.meta.generation.mode.is_positive and not _is_version(case):
        return False
    return not (isinstance(body, dict) and (_ages_reversed(body) or _empty_window(body)))


def _is_version(case: Any) -> bool:
    """Whether If-Match fits its schema: of letters and digits alone, none does, and 0 is sent."""
    given = (case.headers or {}).get("If-Match")
    return given is None or bool(re.fullmatch(r'\*|"[0-9a-f]{32}"', str(given)))


def _ages_reversed(offer: dict[str, Any]) -> bool:
    ages = (offer.get("min_age"), offer.get("max_age"))
    return all(isinstance(age, int | float) for age in ages) and ages[0] > ages[1]


def _empty_window(record: dict[str, Any]) -> bool:
    """Hours that begin when they end."""
    lists = [record.get(name) for name in ("schedule", "availability")]
    windows = [w for given in lists if isinstance(given, list) for w in given]
    return any(isinstance(w, dict) and w.get("from") == w.get("to") for w in windows)
