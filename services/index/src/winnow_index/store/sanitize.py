"""Sanitizes JSON for PostgreSQL: without NUL, lone surrogates and NaN, one bad string cannot block a batch."""

from typing import Any

from winnow_index.words import normal


def sanitize(value: Any) -> Any:
    """The value with texts in composed form (NFC), without NUL and lone surrogates, and with null for NaN and ±∞."""
    match value:
        case str():
            return normal(value)
        case dict():
            return {normal(str(key)): sanitize(item) for key, item in value.items()}
        case list() | tuple():
            return [sanitize(item) for item in value]
        case float() if value != value or value in (float("inf"), float("-inf")):
            return None
        case _:
            return value
