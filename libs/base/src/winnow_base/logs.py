"""Writes logs as JSON lines on stderr: a fixed sentence, with its details as fields."""

import json
import logging
import sys
import time
from typing import Any

from winnow_contracts import trace_context

_QUIETER = {
    "pika": logging.CRITICAL,  # it logs every connection it opens and closes; the chassis logs those that matter
    "dramatiq": logging.WARNING,
    "httpx2": logging.WARNING,  # it logs every request
    "httpcore2": logging.WARNING,  # it logs each with its address, which may hold a secret
    "urllib3": logging.ERROR,  # it logs every try; the caller logs the result
}
"""The lowest level that each library logs."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a record; ``extra`` fields stand beside the sentence."""

    def __init__(self, service: str, node: str) -> None:
        super().__init__()
        self._origin = {"service": service, "node": node}

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON; control characters are escaped by the encoding itself."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "text": record.getMessage(),
            **self._origin,
        }
        if traceparent := trace_context.current():
            line[trace_context.HEADER] = traceparent
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(service: str, node: str, level: str) -> None:
    """Send every log record of this process to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service, node))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, loud in _QUIETER.items():
        logging.getLogger(name).setLevel(loud)
