"""Builds the real components of one gateway process: journal, store, clients, live listener."""

import os
import signal

from flask import Flask

from winnow_chassis.background import start_thread
from winnow_chassis.broker.control_channel import ControlListener, broadcast, broadcast_confirmed
from winnow_chassis.broker.live_events import LiveListener
from winnow_chassis.broker.queue_depths import lane_depths
from winnow_chassis.composition import object_store
from winnow_chassis.http.internal_clients import AiClient, IndexClient
from winnow_chassis.outbox.resend import resend
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.outbox.submission_journal import JournalSubmissions
from winnow_chassis.worker.routes import Dependency
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_gateway.app import create_app
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.operator_reads import OperatorReads
from winnow_gateway.clients.photo_reads import PhotoReads
from winnow_gateway.clients.rule_reads import RuleReads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.sessions import session_secret
from winnow_gateway.settings import GatewaySettings

_EMBED_SECONDS = 5
_KEYS_SECONDS = 3
_RULES_SECONDS = 2


class Components:
    """Starts and stops the components of a process."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        chassis = settings.chassis
        self._node = OutboxRuntime(chassis, exclusive=False)
        self._board = LiveBoard(self._watch)
        self._objects = object_store(chassis, connections=settings.threads)
        self._intake = JournalSubmissions(
            self._node, self._objects, most_unconfirmed=settings.most_unconfirmed, corrupt=_make_room
        )
        self._listener = LiveListener(chassis.amqp_url, self._board.heard, chassis.node)
        self._news = ControlListener(chassis.amqp_url, chassis.node, self._heard)

    def start(self) -> Flask:
        """Starts the background work of this process and returns the app."""
        self._node.start()
        self._intake.start()
        self._listener.start()
        self._news.start()
        return create_app(self._settings, self._collaborators())

    def release(self) -> None:
        """Ends event streams. Runs in a signal handler, which must not take a lock, so a thread does it."""
        start_thread("release", "ends event streams", self._board.stop)

    def stop(self) -> None:
        """Stops everything. Unsent messages stay in the journal."""
        self._board.stop()
        self._news.stop()
        self._listener.stop()
        self._intake.stop()
        self._node.stop()

    def _watch(self, job_id: str) -> None:
        broadcast(self._node.publisher, ControlMessage(kind=ControlKind.WATCH, name=job_id))

    def _heard(self, news: ControlMessage) -> None:
        # The gateway runs no tasks and consumes no lane: of all broadcasts, only this one concerns it.
        if news.kind is ControlKind.RESEND:
            resend(self._node, news.name)

    def _collaborators(self) -> Dependencies:
        chassis, settings = self._settings.chassis, self._settings
        index = IndexClient(chassis.index_url, chassis.service_token)
        key_list = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_KEYS_SECONDS)
        ai = AiClient(settings.ai_url, chassis.service_token, timeout_seconds=_EMBED_SECONDS)
        rules = AiClient(settings.ai_url, chassis.service_token, timeout_seconds=_RULES_SECONDS)
        reads = IndexReads(index, ai, self._intake)
        return Dependencies(
            objects=self._objects,
            intake=self._intake,
            reads=reads,
            photos=PhotoReads(index, self._intake, reads),
            rules=RuleReads(rules),
            index=index,
            operator_reads=OperatorReads(index, self._intake, lambda: lane_depths(chassis.amqp_url, chassis.node)),
            steering=JobSteering(index, reads, self._intake, lambda news: broadcast(self._node.publisher, news)),
            broadcast_confirmed=lambda news: broadcast_confirmed(self._node.publisher, news),
            keys=KeyRing(key_list, chassis.data_dir / "keys.json"),
            board=self._board,
            data_dir=chassis.data_dir,
            session_secret=session_secret(chassis.data_dir / "session-secret"),
            needed=(Dependency(name="s3", probe=self._objects.probe),),
            helpful=(
                Dependency(name="index", probe=key_list.probe),
                Dependency(name="ai", probe=ai.probe),
            ),
        )


def _make_room() -> None:
    """Ends this process after its current requests; gunicorn starts another."""
    os.kill(os.getpid(), signal.SIGTERM)
