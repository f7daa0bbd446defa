"""Reads figures that an earlier run wrote with ``--json``."""

import json
from pathlib import Path
from typing import Any

from winnow_contracts.errors import NotFound


def read_figures(path: Path) -> dict[str, Any]:
    """Returns the figures in a file. Raises NotFound if there are none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotFound(f"{path} cannot be read: {error}", hint="Name the file that --json wrote.") from error
    return found
