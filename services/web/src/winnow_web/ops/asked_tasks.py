"""Which tasks a page or a form is about: its filters, as the API has them, and the command that means the same."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime

from winnow_ops.task_filters import TASK_FILTERS, instant_ms, read_filters

_OPTIONS = {"tenant_id": "tenant"}
"""The options of ``./winnow tasks`` that are not named as their filters."""


def asked_filters(values: Mapping[str, str]) -> dict[str, str]:
    """Returns the filters of a query or form that are not empty, times in UTC.

    Raises FieldError for one that is none: without it more tasks would be meant than somebody asked for.
    """
    texts = {one.name: values.get(one.name, "").strip() for one in TASK_FILTERS}
    given = read_filters({name: text for name, text in texts.items() if text}, where="?")
    return {**given, **{name: _in_utc(name, given[name]) for name in ("since", "until") if name in given}}


def tasks_command(given: Mapping[str, str], action: str = "") -> str:
    """Returns the command that lists the tasks, or does ``action`` to all of them."""
    options = "".join(f" --{_OPTIONS.get(name, name)} {shlex.quote(text)}" for name, text in given.items())
    return f"./winnow tasks{options} {action}".rstrip()


def _in_utc(name: str, text: str) -> str:
    at_ms = instant_ms(name, text) or 0
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
