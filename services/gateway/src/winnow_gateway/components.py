"""Builds the real components of one gateway process: journal, store, clients, live listener."""

import os
import signal

from flask import Flask

from winnow_base.background import start_thread
from winnow_base.http.health import HealthServer
from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_base.http.journal_reads import JournalReads
from winnow_base.http.readiness import Readiness
from winnow_chassis.broker.control_channel import ControlListener, broadcast, broadcast_confirmed
from winnow_chassis.broker.live_events import LiveListener
from winnow_chassis.broker.queue_depths import lane_depths
from winnow_chassis.composition import object_store
from winnow_chassis.outbox.departed_nodes import DepartedNodes
from winnow_chassis.outbox.heartbeats import Heartbeats
from winnow_chassis.outbox.resend import resend
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.outbox.submission_journal import JournalSubmissions
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.index_api.jobs import CountOpenJobs
from winnow_contracts.index_api.tenants import ReadStorage, StorageView
from winnow_gateway.app import create_app
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.node_journals import NodeJournals
from winnow_gateway.clients.operator_reads import OperatorReads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.sessions import session_secret
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.storage_quota import StorageQuotas
from winnow_gateway.uploads.tenant_share import TenantShare

_EMBED_SECONDS = 5
_KEYS_SECONDS = 3
_AI_SECONDS = 2
_SHARE_SECONDS = 1


class Components:
    """Starts and stops the components of a process."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        chassis = settings.chassis
        self._node = OutboxRuntime(chassis, exclusive=False)
        self._heartbeats = Heartbeats(
            chassis,
            self._node.publisher,
            journal=self._node.counter.figures,
            threads=settings.threads,
            may_speak=self._node.journal.owners.try_become_leader,
        )
        self._departed = DepartedNodes(chassis) if chassis.nodes_dir else None
        self._board = LiveBoard(self._watch)
        self._objects = object_store(chassis, connections=settings.threads)
        self._intake = JournalSubmissions(
            self._node, self._objects, most_unconfirmed=settings.most_unconfirmed, corrupt=_make_room
        )
        self._listener = LiveListener(chassis.amqp_url, self._board.heard, chassis.node)
        self._news = ControlListener(chassis.amqp_url, chassis.node, self._heard)
        self._key_list = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_KEYS_SECONDS)
        self._share_list = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_SHARE_SECONDS)
        self._keys = KeyRing(self._key_list, chassis.data_dir / "keys.json")
        self._ai = AiClient(settings.ai_url, chassis.service_token, timeout_seconds=_EMBED_SECONDS)
        self._readiness = Readiness(
            {"s3": self._objects.probe}, helpful={"index": self._key_list.probe, "ai": self._ai.probe}
        )
        self._health: HealthServer | None = None

    def start(self) -> Flask:
        """Starts the background work of this process and returns the app."""
        self._node.start()
        self._heartbeats.start()
        if self._departed is not None:
            self._departed.start()
        self._intake.start()
        self._listener.start()
        self._news.start()
        self._keys.uses.start()
        self._readiness.start()
        if self._settings.chassis.health_port:
            self._health = health_server(self._settings.chassis, self._readiness, self._node.journal_reads)
        return create_app(self._settings, self._collaborators())

    def release(self) -> None:
        """Ends event streams. Runs in a signal handler, which must not take a lock, so a thread does it."""
        start_thread("release", "ends event streams", self._board.stop)

    def stop(self) -> None:
        """Stops everything. Unsent messages stay in the journal."""
        self._board.stop()
        self._news.stop()
        self._keys.uses.stop()
        self._listener.stop()
        self._intake.stop()
        if self._departed is not None:
            self._departed.stop()
        self._heartbeats.stop()
        self._node.stop()
        self._readiness.stop()
        if self._health is not None:
            self._health.stop()

    def _watch(self, name: str) -> None:
        broadcast(self._node.publisher, ControlMessage(kind=ControlKind.WATCH, name=name))

    def _heard(self, news: ControlMessage) -> None:
        # The gateway runs no tasks and consumes no lane: of all broadcasts, only this one concerns it.
        if news.kind is ControlKind.RESEND:
            resend(self._node, news.name)

    def _open_jobs(self, tenant_id: str, most: int) -> int:
        return self._share_list.ask(CountOpenJobs(tenant_id=tenant_id, most=most)).open

    def _storage(self, tenant_id: str) -> StorageView:
        return self._share_list.ask(ReadStorage(tenant_id=tenant_id))

    def _collaborators(self) -> Dependencies:
        chassis, settings = self._settings.chassis, self._settings
        index = IndexClient(chassis.index_url, chassis.service_token)
        reads = IndexReads(index, self._ai, self._intake)
        return Dependencies(
            objects=self._objects,
            links=object_store(chassis, reached_by=settings.public_store_url) if settings.public_store_url else None,
            intake=self._intake,
            reads=reads,
            index=index,
            ai=AiClient(settings.ai_url, chassis.service_token, timeout_seconds=_AI_SECONDS),
            operator_reads=OperatorReads(index, self._intake, lambda: lane_depths(chassis.amqp_url, chassis.node)),
            node_journals=NodeJournals(settings.nodes, chassis.service_token),
            steering=JobSteering(index, reads, self._intake, lambda news: broadcast(self._node.publisher, news)),
            broadcast_confirmed=lambda news: broadcast_confirmed(self._node.publisher, news),
            keys=self._keys,
            board=self._board,
            share=TenantShare(self._open_jobs, settings.tenant_open_jobs),
            quotas=StorageQuotas(self._storage),
            data_dir=chassis.data_dir,
            session_secret=session_secret((chassis.nodes_dir or chassis.data_dir) / "session-secret"),
            readiness=self._readiness,
        )


def health_server(chassis: ChassisSettings, readiness: Readiness, journal: JournalReads) -> HealthServer:
    """Starts and returns this process's share of the health port.

    Every process that serves answers there, so the port tells of those that do the work: gunicorn's first process lives
    on while they hang, and a port of one of them would be gone while that one is replaced.
    """
    server = HealthServer(
        chassis.health_host, chassis.health_port, lambda: readiness.reasons, shared=True, journal=journal
    )
    server.start()
    return server


def _make_room() -> None:
    """Ends this process after its current requests; gunicorn starts another."""
    os.kill(os.getpid(), signal.SIGTERM)
