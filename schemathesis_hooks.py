"""What Schemathesis must know that no JSON Schema can say: rules between two fields of a record.

A body that breaks one is refused with 422, and rightly, though it fits the schema.
"""

from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leave out what fits the schema and is no record."""
    body = case.body
    return not (isinstance(body, dict) and (_ages_reversed(body) or _empty_window(body)))


def _ages_reversed(offer: dict[str, Any]) -> bool:
    ages = (offer.get("min_age"), offer.get("max_age"))
    return all(isinstance(age, int) for age in ages) and ages[0] > ages[1]


def _empty_window(record: dict[str, Any]) -> bool:
    """Hours that begin when they end."""
    lists = [record.get(name) for name in ("schedule", "availability")]
    windows = [w for given in lists if isinstance(given, list) for w in given]
    return any(isinstance(w, dict) and w.get("from") == w.get("to") for w in windows)
