"""One page of a list, newest first."""

from dataclasses import dataclass
from typing import Any

from winnow_index.cursors import Cursors, Place
from winnow_index.database import Transaction


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which page of which list: whose, with which status, how long, and behind which cursor."""

    tenant_id: str
    limit: int
    status: str | None = None
    cursor: str | None = None


def read_page(
    transaction: Transaction, cursors: Cursors, name: str, id_column: str, wanted: Wanted
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of a page of statement ``name`` and the next page's cursor. Raises BadInput (``invalid-cursor``)."""
    filters = (name, wanted.tenant_id, wanted.status)
    place = cursors.read(wanted.cursor, filters) if wanted.cursor else None
    rows = transaction.rows(
        name,
        {
            "tenant_id": wanted.tenant_id,
            "status": wanted.status,
            "after_ms": place.created_ms if place else None,
            "after_id": place.item_id if place else None,
            "limit": wanted.limit + 1,  # one more tells whether there is a next page
        },
    )
    shown = rows[: wanted.limit]
    if len(rows) <= wanted.limit:
        return shown, None
    last = Place(created_ms=shown[-1]["created_ms"], item_id=shown[-1][id_column])
    return shown, cursors.write(last, filters)
