"""Reads every kept result of the project."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow_bench.results import KEPT
from winnow_contracts.errors import NotFound


def read_kept(root: Path) -> dict[str, Mapping[str, Any]]:
    """The kept results below the project's ``root``, by bench. Raises NotFound for a file that is none."""
    return {path.stem: _read(path) for path in sorted((root / KEPT).glob("*.json"))}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotFound(f"{path} has no figures: {error}", hint="Keep them anew with --keep.") from error
    if missing := {"bench", "when", "conditions", "figures"} - result.keys():
        raise NotFound(f"{path} has no {min(missing)!r}.", hint="Keep the figures anew with --keep.")
    return result
