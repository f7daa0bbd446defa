"""Reads a page of a list, newest first, and the cursor of the next page."""

from typing import Any

from winnow_index.database import Transaction
from winnow_index.history import cursors


def read_page(
    transaction: Transaction,
    query: str,
    order: tuple[str, str],
    *,
    limit: int,
    cursor: str | None,
    filters: dict[str, Any],
    **whose: Any,
) -> tuple[list[dict[str, Any]], str | None]:
    """At most ``limit`` rows of ``query``, and the next page's cursor or None.

    ``order`` names the columns of time and id that the statement sorts by. A cursor is valid only with its
    ``filters``; the owner of the rows is not in it and is given with every page. Raises BadInput (``invalid-cursor``).
    """
    named = {"list": query, **filters}
    after_ms, after_id = cursors.decode(cursor, named)
    wanted = {**whose, **filters, "after_ms": after_ms, "after_id": after_id, "limit": limit + 1}
    rows = transaction.rows(query, wanted)
    if len(rows) <= limit:
        return rows, None
    time_name, id_name = order
    last = rows[limit - 1]
    return rows[:limit], cursors.encode(last[time_name], last[id_name], named)
