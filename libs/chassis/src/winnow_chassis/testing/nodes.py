"""Worker nodes in the test's own process, and the real broker as a test looks at it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from winnow_chassis import delays
from winnow_chassis.node import Node
from winnow_chassis.routes import Dependency, Policy, Route
from winnow_chassis.settings import ChassisSettings
from winnow_chassis.topology import declare, parameters
from winnow_chassis.worker import WorkerNode
from winnow_contracts import queues
from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted
from winnow_journal.task import Task

LANE = queues.MEDIA_EXAMINE
PATIENT = Policy(retries=3, backoff_seconds=1, limit_seconds=60)
ACCEPTED = JobAccepted(
    kind="recording", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)
Actor = Callable[[Task, Any], None]


def wait_for(condition: Callable[[], bool], seconds: float = 120, what: str = "the awaited did not happen") -> None:
    """Wait until the condition holds; AssertionError saying ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} within {seconds:.0f} s"
        time.sleep(0.02)


def envelope(name: str, **fields: Any) -> Envelope:
    """An examine task of its own job; the actor finds ``name`` as the command's filename."""
    command = Examine(tenant_id="t", job_id=f"job_{name}", media_id="m", original_key="k", filename=name, size_bytes=1)
    return Envelope(command=command, created_ms=now_ms(), **fields)


def settings(amqp_url: str, folder: Path, node: str) -> ChassisSettings:
    """Settings of a node that needs nothing but the broker."""
    return ChassisSettings(
        service="media",
        node=node,
        data_dir=folder / node,
        amqp_url=amqp_url,
        s3_endpoint="",
        s3_bucket="",
        s3_access_key="",
        s3_secret_key="",
        s3_region="",
        s3_secure=False,
        service_token="",
        index_url="http://127.0.0.1:1",
        health_host="127.0.0.1",
        health_port=0,
        log_level="INFO",
    )


class Nodes:
    """Starts worker nodes on the examine lane; ``close`` stops those that still work."""

    def __init__(self, amqp_url: str, folder: Path) -> None:
        self._amqp_url = amqp_url
        self._folder = folder
        self._working: list[WorkerNode] = []

    def start(
        self,
        actor: Actor | None,
        *,
        name: str = "node",
        amqp_url: str = "",
        threads: int = 2,
        policy: Policy = PATIENT,
        dependencies: Sequence[Dependency] = (),
    ) -> WorkerNode:
        """A node whose examine actor is ``actor``; with None it has no route at all."""
        routes = [] if actor is None else [Route(command=Examine, actor=actor, policy=policy)]
        node = WorkerNode(
            settings(amqp_url or self._amqp_url, self._folder, name),
            [LANE],
            threads,
            routes,
            dependencies,
            stopping=threading.Event(),
            patience_seconds=0,  # there is no index
        )
        self._working.append(node)
        node.start()
        wait_for(lambda: node.node.publisher.connected, what="the publisher did not connect")
        return node

    def stop(self, node: WorkerNode) -> None:
        """Stop a node as SIGTERM does."""
        self._working.remove(node)
        node.stop()

    def close(self) -> None:
        """Stop what still works."""
        for node in list(self._working):
            self.stop(node)


class Sender:
    """Takes jobs in and publishes them by way of ``node``, as the gateway does."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def __call__(self, *wanted: Envelope) -> threading.Event:
        """Take in and publish; the event is set once the broker has confirmed the last one."""
        confirmed = threading.Event()
        for one in wanted:
            journal = self.node.journal
            rows = journal.accept(one, ACCEPTED) if one.run == 1 else journal.submit(one)
            self.node.relay.offer(rows, then=confirmed.set if one is wanted[-1] else lambda: None)
        return confirmed


class BrokerView:
    """The real RabbitMQ at ``amqp_url``."""

    def __init__(self, amqp_url: str) -> None:
        self.amqp_url = amqp_url

    @contextlib.contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """A channel of a connection of its own."""
        connection = pika.BlockingConnection(parameters(self.amqp_url, "test"))
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()

    def depth(self, queue: str = LANE) -> int:
        """Messages ready in a queue; 0 also where a busy broker did not count in time: wait for any other number."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).method.message_count)

    def clean(self) -> None:
        """Declare the topology and empty every queue that tests use."""
        with self.channel() as channel:
            declare(channel)
            levels = [delays.level_name(level) for level in range(delays.LEVELS)]
            for queue in (*queues.LANES, queues.INDEX_EVENTS, queues.UNREADABLE, *levels):
                channel.queue_purge(queue)
