"""Reads and checks a request's query arguments and its JSON body."""

from typing import Any

from flask import request

from winnow_contracts.errors import BadInput

_MOST_MS = 2**53


def needed(name: str) -> str:
    """The query argument ``name``. Raises BadInput if it is missing."""
    value = request.args.get(name, "")
    if not value:
        raise BadInput(f"{name} is needed.", code="invalid-field")
    return value


def whole(name: str, default: int, *, at_least: int, at_most: int) -> int:
    """The query argument ``name`` as a whole number. Raises BadInput if it is not one, or out of bounds."""
    text = request.args.get(name, str(default))
    if not text.isdecimal() or not at_least <= int(text) <= at_most:
        raise BadInput(f"{name} must be a number from {at_least} to {at_most}.", code="invalid-field")
    return int(text)


def page(*names: str) -> dict[str, Any]:
    """The limit, cursor and filters of a list; None for those not given. Those that end in ``_ms`` are numbers."""
    return {"limit": whole("limit", 20, at_least=1, at_most=100), **filters("cursor", *names)}


def filters(*names: str) -> dict[str, Any]:
    """The filters of a list, as in ``page``."""
    given: dict[str, Any] = {name: request.args.get(name) for name in names}
    for name, value in given.items():
        if name.endswith("_ms") and value is not None:
            given[name] = whole(name, 0, at_least=0, at_most=_MOST_MS)
    return given


def body() -> dict[str, Any]:
    """The request's JSON object. Raises BadInput for any other JSON."""
    given = request.get_json()
    if not isinstance(given, dict):
        raise BadInput("The body must be a JSON object.", code="invalid-field")
    return given


def text(given: dict[str, Any], name: str) -> str:
    """The body's text ``name``. Raises BadInput if it is missing, empty or not a text."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{name} must be a text.", code="invalid-field")
    return value


def text_or_none(given: dict[str, Any], name: str) -> str | None:
    """The body's text ``name``; None if it is missing, null or empty. Raises BadInput if it is not a text."""
    return text(given, name) if given.get(name) not in (None, "") else None


def number(given: dict[str, Any], name: str, *, over: float, at_most: float) -> float:
    """The body's number ``name``. Raises BadInput if it is not a number, or out of bounds."""
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not over < value <= at_most:
        raise BadInput(f"{name} must be a number over {over:g}, and {at_most:g} at most.", code="invalid-field")
    return value


def job_ids(given: dict[str, Any], *, at_most: int | None = None) -> list[str]:
    """The body's list of job ids. Raises BadInput if it is not one, or too long."""
    value = given.get("job_ids")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadInput("job_ids must be a list of job ids.", code="invalid-field")
    if at_most is not None and len(value) > at_most:
        raise BadInput(f"job_ids may name {at_most} jobs at most.", code="invalid-field")
    return value
