"""Examines a Winnow elsewhere by what its gateway tells: the nodes' journals as they are now, and index's findings."""

from collections.abc import Iterator
from dataclasses import replace

from winnow_cli.locate.evidence import gather
from winnow_cli.locate.machine import Machine
from winnow_client import Client
from winnow_client.errors import NotFound, WinnowError
from winnow_contracts.json_codec import from_json
from winnow_contracts.node_api import JournalSummary
from winnow_local.doctor import database, journals
from winnow_local.doctor.finding import DoctorFinding

_MENDS = {
    "events_unapplied": "see the log of the index node with the lane events",
    "journal_behind_index": "stop the node, and start it with an empty data folder",
    "lost_journal_lives": "give each of the two nodes a WINNOW_NODE and a data folder of its own",
}
"""What helps where this machine's commands reach no node."""


def examine(client: Client, stuck_seconds: int) -> Iterator[DoctorFinding]:
    """All findings, those of the journals first: they are there while the database is not."""
    known: list[JournalSummary] = []
    try:
        now = client.get("/v1/ops/journals/now")
    except NotFound:
        yield _not_asked("journals", "This gateway is of an earlier version.")
    except WinnowError as error:
        yield _not_asked("gateway", error.detail)
        return
    else:
        known = [from_json(JournalSummary, item) for item in now["items"]]
        for sentence in now["missing"]:
            yield _not_asked("node", sentence)
        if not now["items"] and not now["missing"]:
            yield _not_asked("journals", "The gateway knows no node: WINNOW_GATEWAY_NODES is empty.")
    for summary in known:
        yield from map(_mended, journals.late(summary))
    try:
        at_index = client.get("/v1/ops/journals")["items"]
        found = client.get("/v1/ops/findings", {"stuck_seconds": stuck_seconds})["items"]
    except WinnowError as error:
        yield _not_asked("index", error.detail)
        return
    yield from map(_mended, journals.compare(known, at_index))
    yield from database.look(found, lambda job_id: gather(client, job_id, Machine()), {})


def _mended(finding: DoctorFinding) -> DoctorFinding:
    return replace(finding, mend=_MENDS.get(finding.kind, finding.mend))


def _not_asked(what: str, detail: str) -> DoctorFinding:
    return DoctorFinding(kind="not_asked", what=what, detail=detail, mend=f"see why {what} does not answer")
