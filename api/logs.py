"""The log of the service: a JSON object a line on standard error, and nothing personal in it."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

# What a line may hold besides its message: what `api.middleware` writes, and nothing else.
_FIELDS = ("request", "method", "operation", "status", "milliseconds", "fault", "where")


class JsonLines(logging.Formatter):
    """One object a line. The words of an exception are never written: only its kind."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLines}},
    "handlers": {
        "lines": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        }
    },
    "loggers": {
        "uvicorn": {"handlers": ["lines"], "level": "INFO", "propagate": False},
        "cantiere": {"handlers": ["lines"], "level": "INFO", "propagate": False},
    },
}
