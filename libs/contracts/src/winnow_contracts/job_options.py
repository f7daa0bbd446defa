"""How a user wants a job to be run, and what they write on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from winnow_contracts.queues import Priority

MetadataValue = str | int | float | bool


class Track(StrEnum):
    """How much of a job's history is recorded.

    ``full``: each attempt's beginning, steps and end. ``outcome``: ends alone, be they a retry, a death or the last
    one; and steps with AI calls, because those cost money.
    """

    FULL = "full"
    OUTCOME = "outcome"


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """The options of a job, as its gateway accepted them.

    ``priority`` is whether somebody waits for it, or it may stand behind all other work. It does not begin
    before ``not_before_ms`` (Unix milliseconds; 0: at once). ``metadata`` is the tenant's:
    Winnow keeps it and finds jobs by it. ``track`` is how much of its history is recorded.
    """

    priority: Priority = Priority.NORMAL
    not_before_ms: int = 0
    metadata: dict[str, MetadataValue] = field(default_factory=dict)
    track: Track = Track.FULL


def readings(text: str) -> list[MetadataValue]:
    """The values that a text in an address may mean: itself, and the number or truth value that it writes."""
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    return [text, value] if isinstance(value, (int, float)) else [text]


def has_metadata(options: JobOptions, wanted: Mapping[str, str]) -> bool:
    """Whether the job's metadata has each of the ``wanted`` texts under its key."""
    return all(any(_is(value, options.metadata.get(key)) for value in readings(text)) for key, text in wanted.items())


def _is(value: MetadataValue, kept: MetadataValue | None) -> bool:
    # Python takes true for 1.
    return value == kept and isinstance(value, bool) == isinstance(kept, bool)
