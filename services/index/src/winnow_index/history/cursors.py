"""Cursors of lists: where the next page begins, opaque to whoever holds one."""

import base64
import binascii
import json
from typing import Any

from winnow_contracts.errors import BadInput


def encode(created_ms: int, row_id: str, filters: dict[str, Any]) -> str:
    """The cursor after a row; it belongs to the same filters only."""
    text = json.dumps({"v": 1, "k": [created_ms, row_id], "f": filters}, sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, filters: dict[str, Any]) -> tuple[int | None, str | None]:
    """Time and id of the row to go on after; both None at the beginning. Raises BadInput invalid-cursor."""
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
