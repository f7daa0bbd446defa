"""Gathers what is known of one job: index's history, every journal on this machine, the queues of the broker."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from winnow_cli.gateway_client import GatewayClient
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.queues import LANES
from winnow_journal.inspect import JobRecords, open_view
from winnow_journal.values import JournalUnusable
from winnow_local import broker_view
from winnow_local.broker_view import QueueState
from winnow_local.context import amqp_url, gateway
from winnow_local.journals_here import JournalHere, adopted_journals, journals_of
from winnow_local.stack import Stack

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What each place knows of a job.

    ``history`` is index's (job, tasks, events), None where it does not know the job or does not answer; ``journals``
    the rows by node, of those that have any; ``queues`` the lanes, empty where the broker does not answer; ``paused``
    those that are held. ``adopted``: folders of those journals that were adopted, which no process works with.
    ``missing``: sentences about the places that could not be asked.
    """

    job_id: str
    history: dict[str, Any] | None
    journals: dict[str, JobRecords]
    queues: dict[str, QueueState | None]
    missing: tuple[str, ...] = ()
    paused: frozenset[str] = field(default_factory=frozenset)
    adopted: dict[str, Path] = field(default_factory=dict)


def gather(stack: Stack, job_id: str) -> Evidence:
    """All evidence of a job. Raises NotFound where no place knows it, Unavailable before the first start."""
    missing: list[str] = []
    client = gateway(stack)

    def ask(place: Callable[[], T], otherwise: T) -> T:
        try:
            return place()
        except (Unavailable, JournalUnusable) as error:
            missing.append(str(error))
            return otherwise

    history = ask(lambda: _history(client, job_id), None)
    adopted = adopted_journals(stack.home)
    found = {
        journal.node: ask(functools.partial(_records, journal, job_id), None)
        for journal in (*journals_of(stack.home), *adopted)
    }
    journals = {node: records for node, records in found.items() if records is not None}
    if history is None and not journals:
        raise NotFound(f"Neither index nor a journal on this machine knows job {job_id}.", hint=" ".join(missing))
    return Evidence(
        job_id=job_id,
        history=history,
        journals=journals,
        queues=ask(lambda: broker_view.queue_states(amqp_url(stack), LANES), {}),
        paused=ask(lambda: _paused(client), frozenset()),
        adopted={journal.node: journal.folder for journal in adopted if journal.node in journals},
        # Last: it is complete once all places were asked.
        missing=tuple(dict.fromkeys(missing)),
    )


def _history(client: GatewayClient, job_id: str) -> dict[str, Any] | None:
    """What index knows, of any tenant where the key may ask for that."""
    for path in (f"/v1/ops/jobs/{job_id}/trace", f"/v1/jobs/{job_id}/trace"):
        try:
            found: dict[str, Any] = client.get(path)
            return found
        except NotFound:
            continue
    return None


def _paused(client: GatewayClient) -> frozenset[str]:
    try:
        items: Iterable[dict[str, Any]] = client.get("/v1/ops/queues")["items"]
    except NotFound:
        return frozenset()
    return frozenset(str(item["lane"]) for item in items if item.get("paused_since"))


def _records(journal: JournalHere, job_id: str) -> JobRecords | None:
    with open_view(journal.folder) as view:
        records = view.job(job_id)
    return records if records.tasks or records.commands or records.events or records.steps else None
