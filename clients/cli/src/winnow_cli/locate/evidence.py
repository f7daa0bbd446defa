"""Collects what is known of one job: index's history, the lanes, and the journals, read here or at their nodes."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from winnow_cli.locate.machine import Machine, QueueState
from winnow_client import Client
from winnow_client.errors import NotFound, Unavailable, WinnowError
from winnow_contracts import errors as services
from winnow_contracts.json_codec import from_json
from winnow_contracts.node_api import JobRecords, Row
from winnow_contracts.queues import LANES

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What each place knows of a job.

    ``history`` is index's (job, tasks, events), None if index does not know the job or does not answer. ``journals``
    has the rows by node, of journals with any; ``queues`` the lanes, empty if the broker does not answer; ``paused``
    the paused lanes. ``adopted`` has the folders of journals that were adopted, which no process uses. ``missing`` has
    sentences about the places that did not answer.
    """

    job_id: str
    history: Row | None
    journals: dict[str, JobRecords]
    queues: dict[str, QueueState | None]
    missing: tuple[str, ...] = ()
    paused: frozenset[str] = field(default_factory=frozenset)
    adopted: dict[str, Path] = field(default_factory=dict)


def gather(client: Client, job_id: str, machine: Machine) -> Evidence:
    """Collects all evidence of a job, from the gateway and from a machine.

    Raises NotFound if no place knows the job. If the machine has no journals, the gateway asks the nodes for theirs; if
    it has no broker, the queues are the lanes as the gateway reports them.
    """
    missing: list[str] = []

    def ask(place: Callable[[], T]) -> T | None:
        try:
            return place()
        except (Unavailable, services.Unavailable) as error:
            missing.append(str(error))
            return None

    history = ask(lambda: _history(client, job_id))
    if machine.journals:
        found = {node: ask(functools.partial(read, job_id)) for node, read in machine.journals.items()}
    else:
        found = ask(lambda: _at_the_nodes(client, job_id, missing)) or {}
    journals = {node: records for node, records in found.items() if records is not None}
    if history is None and not journals:
        raise NotFound(f"Neither index nor a journal that was read knows job {job_id}.", hint=" ".join(missing))
    lanes = ask(lambda: _lanes(client)) or {}
    queues = (ask(functools.partial(machine.queues, LANES)) or {}) if machine.queues else _as_told(lanes)
    return Evidence(
        job_id=job_id,
        history=history,
        journals=journals,
        queues=queues,
        paused=frozenset(name for name, lane in lanes.items() if lane.get("paused_since")),
        adopted={node: folder for node, folder in machine.adopted.items() if node in journals},
        missing=tuple(dict.fromkeys(missing)),
    )


def _history(client: Client, job_id: str) -> Row | None:
    """Index's history of the job, over all tenants if the key may read that."""
    return _shown(client, f"/v1/ops/jobs/{job_id}/trace") or _shown(client, f"/v1/jobs/{job_id}/trace")


def _at_the_nodes(client: Client, job_id: str, missing: list[str]) -> dict[str, JobRecords | None]:
    """What the nodes' journals have of the job, as the gateway asks them; adds sentences about silent nodes."""
    answer = _shown(client, f"/v1/ops/jobs/{job_id}/journals") or {"items": (), "missing": ()}
    missing += answer["missing"]
    return {str(item["node"]): from_json(JobRecords, item["records"]) for item in answer["items"]}


def _lanes(client: Client) -> dict[str, Row]:
    """The lanes as the gateway reports them; empty if the key may not read them."""
    return {str(item["lane"]): item for item in (_shown(client, "/v1/ops/queues") or {"items": ()})["items"]}


def _shown(client: Client, path: str) -> Row | None:
    """A resource; None if it does not exist, or if the key may not read it."""
    try:
        found: Row = client.get(path)
    except WinnowError as error:
        if isinstance(error, NotFound) or error.code == "forbidden":
            return None
        raise
    return found


def _as_told(lanes: Mapping[str, Row]) -> dict[str, QueueState | None]:
    """The lanes whose numbers the broker gave the gateway."""
    return {
        name: QueueState(ready=lane["ready"], consumers=lane["consumers"])
        for name, lane in lanes.items()
        if lane.get("ready") is not None and lane.get("consumers") is not None
    }
