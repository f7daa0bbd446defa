"""Reads settings that are JSON objects."""

import json
from typing import Any

from winnow_base.environment import Environment


def read_object(environment: Environment, name: str) -> dict[str, Any]:
    """The JSON object in the variable ``name``; empty, with a fault noted, if it is something else."""
    text = environment.text(name, "{}")
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        environment.fault(f"{name} must be a JSON object, not {text[:60]!r}")
        return {}
    return value


def is_amount(value: Any) -> bool:
    """Whether it is a number from 0 on, and finite."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")
