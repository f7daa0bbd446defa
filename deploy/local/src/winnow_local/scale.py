"""The number of nodes of each worker: set once, remembered from start to start."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from winnow_contracts.errors import Misconfigured

MOST = 32
"""Nodes of one worker on one machine."""


def parse_scale(words: Iterable[str]) -> dict[str, int]:
    """Parses ``["ai=3", "media=2"]`` into numbers by name. Raises Misconfigured for any other form."""
    scale: dict[str, int] = {}
    for word in words:
        name, separator, number = word.partition("=")
        if not (name and separator and number.isascii() and number.isdigit()):
            raise Misconfigured(f"{word!r} is no scale.", hint="Write a worker and its number of nodes, such as ai=3.")
        scale[name] = int(number)
    return scale


def check_scale(scale: Mapping[str, int], workers: Iterable[str]) -> None:
    """Raises Misconfigured for a name that is not in ``workers``, or an impossible number."""
    known = tuple(workers)
    for name, number in scale.items():
        if name not in known:
            raise Misconfigured(f"{name!r} cannot be scaled.", hint=f"The workers are {', '.join(known)}.")
        if not 1 <= number <= MOST:
            raise Misconfigured(
                f"{name} cannot have {number} nodes.", hint=f"Choose 1 to {MOST}; --without {name} leaves it away."
            )


def node_names(worker: str, number: int) -> tuple[str, ...]:
    """The names of a worker's nodes: the first has the worker's name, the others are numbered from 2."""
    return (worker, *(f"{worker}-{place}" for place in range(2, number + 1)))


def remembered_scale(path: Path) -> dict[str, int]:
    """The scale of the last start by worker; a worker that is missing has one node."""
    if not path.exists():
        return {}
    return {str(name): int(number) for name, number in json.loads(path.read_text(encoding="utf-8")).items()}


def keep_scale(path: Path, scale: Mapping[str, int]) -> None:
    """Remembers the scale of a start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(dict(scale)), encoding="utf-8")
    fresh.replace(path)
