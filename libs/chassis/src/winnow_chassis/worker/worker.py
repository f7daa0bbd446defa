"""Runs a worker node: one process, its lanes, its journal."""

import contextlib
import functools
import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence

from winnow_base import logs, tracing
from winnow_base.background import start_thread
from winnow_base.end_signals import EndSignals
from winnow_base.http.health import HealthServer
from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.broker.dead_letters import DeadLetters
from winnow_chassis.broker.dramatiq_broker import WinnowBroker
from winnow_chassis.outbox.departed_nodes import DepartedNodes
from winnow_chassis.outbox.heartbeats import Heartbeats
from winnow_chassis.outbox.resend import resend
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.settings import ChassisSettings
from winnow_chassis.worker.actor_runner import ActorRunner
from winnow_chassis.worker.circuit_breaker import ConsumerBreaker, DependencyMonitor
from winnow_chassis.worker.clock_check import ClockCheck
from winnow_chassis.worker.consumed_lanes import ConsumedLanes
from winnow_chassis.worker.control import Control
from winnow_chassis.worker.executor import Executor
from winnow_chassis.worker.lane import Lane
from winnow_chassis.worker.lane_worker import LaneWorker
from winnow_chassis.worker.routes import Background, Dependency, Route
from winnow_chassis.worker.task_history import PATIENCE_SECONDS, TaskHistoryClient
from winnow_contracts.errors import Misconfigured, Unavailable
from winnow_journal.values import Flag, JournalCorrupt, JournalUnusable

_LOG = logging.getLogger(__name__)
_PAST_SECONDS = 5.0
"""Timeout of the task history lookup. A thread waits for it, and continues without an answer."""


def run_worker(
    settings: ChassisSettings,
    lanes: Sequence[Lane],
    routes: Sequence[Route],
    dependencies: Sequence[Dependency],
    background: Sequence[Background] = (),
) -> None:
    """Run a worker until SIGTERM or SIGINT.

    Running tasks then return to the queue at their next step; no retry is spent.

    Raises Misconfigured if the node cannot run with its settings, and JournalCorrupt if its journal's file turned out
    damaged. The next process renames that file and begins a fresh one.
    """
    logs.configure(settings.service, settings.node, settings.log_level)
    tracing.configure(settings.service, settings.node)
    signals = EndSignals()
    stopping = threading.Event()
    worker = WorkerNode(settings, lanes, routes, dependencies, background, stopping=stopping, failed=signals.end)
    worker.start()
    threads = {lane.name: lane.threads for lane in lanes}
    _LOG.info("The node works.", extra={"lanes": list(threads), "threads": threads, "pid": os.getpid()})
    signals.wait()
    _LOG.info("The node stops.")
    worker.stop()
    tracing.stop()
    if worker.fault is not None:
        raise worker.fault


class WorkerNode:
    """A complete node: journal and relay, a worker of each lane, dependency monitor, health port.

    ``stopping`` is set once it stops, also by itself, for a ``fault``; then ``failed`` is called.
    ``patience_seconds``: see ``TaskHistoryClient``.
    """

    def __init__(
        self,
        settings: ChassisSettings,
        lanes: Sequence[Lane],
        routes: Sequence[Route],
        dependencies: Sequence[Dependency],
        background: Sequence[Background] = (),
        *,
        stopping: threading.Event,
        failed: Callable[[], None] = lambda: None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.fault: Misconfigured | JournalCorrupt | None = None
        self._stopping = stopping
        self._failed = failed
        self.breaker = ConsumerBreaker()
        names = [lane.name for lane in lanes]
        self._consumed = ConsumedLanes(names, self._may_consume)
        self.breaker.watch(self._consuming_changed)
        self.outbox = OutboxRuntime(settings)
        self._control = Control(
            self.outbox.journal,
            self.outbox.index,
            settings.amqp_url,
            settings.node,
            resend=functools.partial(resend, self.outbox),
            watched=self.outbox.watched.note,
            told_time=ClockCheck(self.breaker, settings.clock_limit_seconds).told,
            changed=self._consuming_changed,
        )
        self._journal_limit_bytes = settings.journal_limit_bytes
        self._monitor = DependencyMonitor(
            self.breaker, [*dependencies, Dependency(name="journal", probe=self._probe_journal)]
        )
        dead_letters = DeadLetters(self.outbox.publisher)
        runner = ActorRunner(
            self.outbox.journal,
            routes,
            self._monitor,
            self._control,
            stopping=stopping,
            tell=self.outbox.tell,
            fatal=self._fail,
            consumed_seconds=self._consumed.seconds,
        )
        self._executor = Executor(
            self.outbox.journal,
            self.outbox.relay,
            runner,
            self.breaker,
            self._control,
            lookup_history=TaskHistoryClient(
                IndexClient(settings.index_url, settings.service_token, timeout_seconds=_PAST_SECONDS),
                self.outbox.journal.journal_id,
                stopping,
                patience_seconds=patience_seconds,
            ).lookup,
            stopping=stopping,
        )
        actors = [route.command.ACTOR for route in routes]
        self._lanes = [
            LaneWorker(
                lane,
                WinnowBroker(settings.amqp_url, settings.node, self._may_consume, dead_letters),
                self._executor,
                actors,
            )
            for lane in lanes
        ]
        self._heartbeats = Heartbeats(
            settings,
            self.outbox.publisher,
            journal=self.outbox.counter.figures,
            lanes=names,
            threads=sum(lane.threads for lane in lanes),
            tasks=self._executor.counts.figures,
            unacked=lambda: {one.lane.name: one.unacked() for one in self._lanes},
        )
        self._background = list(background)
        if settings.nodes_dir:
            self._background.append(DepartedNodes(settings))
        if settings.health_port:
            self._background.append(
                HealthServer(
                    settings.health_host, settings.health_port, self._reasons, journal=self.outbox.journal_reads
                )
            )

    def start(self) -> None:
        """Start consuming."""
        self.outbox.start()
        self._control.start()
        for part in self._background:
            part.start()
        self._monitor.start()
        self._consumed.look()
        for lane in self._lanes:
            lane.start()
        self._heartbeats.start()

    def stop(self) -> None:
        """Let running tasks reach their next step, return the rest to the broker, and end."""
        self._stopping.set()
        with contextlib.suppress(JournalUnusable):  # then no task can be blamed either
            self.outbox.journal.clear_isolation()
        # Consumers stop first, so that returned messages go to another node and not to this one.
        self.breaker.trip("stopping", "The node stops.")
        for lane in self._lanes:
            lane.end()
        # Side by side: a lane that drains for long, or a loop whose turn is slow to end, adds nothing to the others.
        _join(start_thread(f"stop {one.lane.name}", "waits until a lane's tasks end", one.stop) for one in self._lanes)
        loops = (*self._background, self._monitor, self._control, self._heartbeats)
        _join(start_thread("stop loop", "waits until a loop's turn ends", one.stop) for one in loops)
        self.outbox.stop()

    def _consuming_changed(self) -> None:
        self._consumed.look()
        for lane in self._lanes:
            lane.wake()

    def _may_consume(self, lane: str) -> bool:
        return self.breaker.may_consume and not self._control.is_paused(lane)

    def _reasons(self) -> dict[str, str]:
        broker = {} if self.outbox.publisher.connected else {"broker": "the broker cannot be reached"}
        return {**self.breaker.reasons, **broker}

    def _probe_journal(self) -> None:
        try:
            self.outbox.journal.set_flag(Flag.PROBE, "written")
            size_bytes = self.outbox.journal.used_bytes()
        except JournalUnusable as error:
            if isinstance(error, JournalCorrupt):
                # The journal raises this on every call once any thread has found the damage.
                self._fail(error)
            raise Unavailable(str(error), dependency="journal") from error
        if size_bytes > self._journal_limit_bytes:
            raise Unavailable(
                f"the journal has {size_bytes} bytes, more than the {self._journal_limit_bytes} allowed",
                dependency="journal",
                hint="See why index does not apply its events, or raise WINNOW_JOURNAL_LIMIT_BYTES.",
            )

    def _fail(self, fault: Misconfigured | JournalCorrupt) -> None:
        self.fault = fault
        self._stopping.set()
        self._failed()


def _join(threads: Iterable[threading.Thread]) -> None:
    for thread in list(threads):  # all of them have begun before the first is waited for
        thread.join()
