"""Makes a job of every delivery that was noted: its command is an open command, which index publishes."""

import logging
from collections.abc import Callable

from winnow_base.background import BackgroundLoop
from winnow_contracts.commands import DeliverWebhook
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.identity import new_traceparent
from winnow_contracts.webhooks import WEBHOOK_TENANT
from winnow_index.database import Database, Transaction
from winnow_index.history.open_commands import open_now
from winnow_index.store.completion import ensure_job
from winnow_index.worker_parts import WorkerParts
from winnow_webhooks.early import open_early

_LOG = logging.getLogger(__name__)
_AT_ONCE = 200


class DeliveryCommands:
    """A background part of an index worker. Delivery and command change in one transaction, so none is forgotten.

    Any number of nodes may run it side by side. ``ready`` says whether the database has this version's tables.
    """

    def __init__(self, database: Database, ready: Callable[[], bool]) -> None:
        self._database = database
        self._ready = ready
        self._loop = BackgroundLoop("webhook commands", "writes the commands of webhooks' deliveries", self._turn)

    def start(self) -> None:
        """Look for noted deliveries each second."""
        self._loop.start()

    def stop(self) -> None:
        """Stop after the present transaction."""
        self._loop.stop()

    def write(self) -> int:
        """Write the commands of deliveries that are noted; returns of how many. Raises Unavailable and TimedOut.

        The commands of those that come early are published again.
        """
        with self._database.transaction() as transaction:
            noted = transaction.rows("take_noted_deliveries", {"limit": _AT_ONCE})
            for row in noted:
                _open(transaction, command_of(row["delivery_id"]), row["run"])
            open_early(transaction, _AT_ONCE)
        return len(noted)

    def _turn(self) -> float | None:
        if not self._ready():
            return None
        try:
            return 0.0 if self.write() == _AT_ONCE else None
        except WinnowError as error:
            _LOG.warning("Webhooks' deliveries wait.", extra={"detail": error.detail})
            return None


def delivery_commands(parts: WorkerParts) -> DeliveryCommands:
    """The loop that writes them. Index's worker finds it by its entry point."""
    return DeliveryCommands(parts.database, parts.ready)


def command_of(delivery_id: str) -> DeliverWebhook:
    """The command that delivers: job and media have the delivery's own UUID."""
    own = delivery_id.removeprefix("dlv_")
    return DeliverWebhook(tenant_id=WEBHOOK_TENANT, job_id=f"job_{own}", media_id=f"med_{own}", delivery_id=delivery_id)


def job_of(delivery_id: str) -> str:
    """The job that delivers."""
    return command_of(delivery_id).job_id


def _open(transaction: Transaction, command: DeliverWebhook, run: int) -> None:
    """Keep the command as one that is to be published now."""
    envelope = Envelope(command=command, run=run, created_ms=now_ms(), traceparent=new_traceparent())
    ensure_job(transaction, command.tenant_id, command.job_id, command.media_id, kind="webhook")
    open_now(transaction, envelope)
