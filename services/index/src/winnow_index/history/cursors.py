"""Opaque cursors of lists: where the next page begins."""

import base64
import binascii
import json
from typing import Any

from winnow_contracts.errors import BadInput


def encode(created_ms: int, row_id: str, filters: dict[str, Any]) -> str:
    """The cursor that continues after a row. It is valid only with the same filters."""
    text = json.dumps({"v": 1, "k": [created_ms, row_id], "f": filters}, sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, filters: dict[str, Any]) -> tuple[int | None, str | None]:
    """Time (Unix milliseconds) and id of the row to continue after; both None for the first page.

    Raises BadInput (``invalid-cursor``).
    """
    if not cursor:
        return None, None
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        created_ms, row_id = value["k"]
        if value["v"] != 1 or value["f"] != filters or not isinstance(row_id, str):
            raise ValueError("another list's cursor")
        return int(created_ms), row_id
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BadInput(
            "This cursor does not belong to this list.", code="invalid-cursor", hint="Begin again without a cursor."
        ) from error
