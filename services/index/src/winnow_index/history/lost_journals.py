"""Notices that a node lost its journal: it has one, so that another one took the place of what came before."""

import logging
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_index.database import Transaction

_LOG = logging.getLogger(__name__)


def lose_older(transaction: Transaction, service: str, node: str) -> list[dict[str, Any]]:
    """Mark all journals of a node but the last to begin as lost. Returns job and task of their open attempts."""
    return _lost(transaction, "mark_older_journals_lost", service, node, {})


def lose_others(transaction: Transaction, service: str, node: str, journal_id: str) -> list[dict[str, Any]]:
    """Mark all journals of a node as lost but the one that it has now, whichever began last by the clocks of the time.

    Returns job and task of their open attempts.
    """
    return _lost(transaction, "mark_other_journals_lost", service, node, {"journal_id": journal_id})


def _lost(
    transaction: Transaction, statement: str, service: str, node: str, more: dict[str, str]
) -> list[dict[str, Any]]:
    whose = {"service": service, "node": node}
    rows = transaction.rows(statement, {**whose, **more, "now_ms": now_ms()})
    lost = [row["journal_id"] for row in rows]
    if not lost:
        return []
    _LOG.warning("A node began a new journal: the older one is lost.", extra={**whose, "journal_ids": lost})
    return transaction.rows("open_attempts", {"node": node, "journal_ids": lost})
