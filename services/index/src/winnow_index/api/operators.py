"""Routes that show operators journals, nodes, and the findings of ``Diagnostics``."""

from flask import Flask

from winnow_contracts.index_api.operators import (
    AllFindings,
    CountOddAttempts,
    EventsSetAside,
    Journals,
    ListEventsSetAside,
    ListFindings,
    ListJournals,
    OddAttempts,
)
from winnow_contracts.index_api.workers import ListWorkers, Workers
from winnow_index.api.request_args import whole
from winnow_index.api.serving import serves
from winnow_index.history.diagnostics import Diagnostics
from winnow_index.history.worker_status import WorkerStatuses


def add(app: Flask, findings: Diagnostics, nodes: WorkerStatuses) -> None:
    """Add the routes."""

    @serves(app, ListJournals)
    def journals() -> Journals:
        return Journals(items=tuple(findings.journals()))

    @serves(app, ListEventsSetAside)
    def events_set_aside() -> EventsSetAside:
        return findings.events_set_aside(whole("limit", 20, at_least=1, at_most=100))

    @serves(app, ListWorkers)
    def workers() -> Workers:
        return Workers(items=tuple(nodes.all()))

    @serves(app, ListFindings)
    def all_findings() -> AllFindings:
        stuck_seconds = whole("stuck_seconds", 900, at_least=0, at_most=86_400 * 365)
        return AllFindings(items=tuple(findings.all(stuck_seconds)))

    @serves(app, CountOddAttempts)
    def odd_attempts() -> OddAttempts:
        return findings.odd_attempts()
