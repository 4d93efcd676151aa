"""The lines of the log: one JSON object each, with fields of a closed list."""

import json
import logging
import sys

from api.logs import JsonLines
from tests.programme import MARK, STORY


def line_of(record: logging.LogRecord) -> dict[str, object]:
    text = JsonLines().format(record)
    assert "\n" not in text
    document: dict[str, object] = json.loads(text)
    return document


def test_a_line_has_the_fields_that_are_foreseen_and_no_other() -> None:
    record = logging.getLogger("cantiere.service").makeRecord(
        "cantiere.service", logging.INFO, __file__, 1, "request", (), None,
        extra={"operation": "show_profile", "status": 200, "path": STORY, "participant": "P-001"},
    )  # fmt: skip
    line = line_of(record)
    assert (line["operation"], line["status"]) == ("show_profile", 200)
    assert set(line) == {"at", "level", "logger", "message", "operation", "status"}


def test_of_an_exception_only_its_kind_is_said() -> None:
    try:
        raise ValueError(STORY)
    except ValueError:
        record = logging.LogRecord(
            "uvicorn.error", logging.ERROR, __file__, 1, "fault", (), sys.exc_info()
        )
    line = line_of(record)
    assert line["fault"] == "ValueError"
    assert MARK not in json.dumps(line)
