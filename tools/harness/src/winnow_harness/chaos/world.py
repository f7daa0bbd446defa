"""The world of a chaos run: the whole stack in a home of its own, its broker behind a proxy that can cut."""

import dataclasses
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from winnow_harness.chaos.clock import NodeClock
from winnow_harness.chaos.connection_hoard import ConnectionHoard
from winnow_harness.chaos.disks import Disks
from winnow_harness.chaos.far_node import LEASE_SECONDS, FarNode
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.server_disk import ServerDisk
from winnow_harness.fixtures.endpoint import FakeEndpoint
from winnow_harness.fixtures.processes import RunningPart
from winnow_harness.fixtures.proxy import Proxy
from winnow_harness.fixtures.servers import RabbitFixture
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.part import Part
from winnow_local.parts import WORKERS
from winnow_local.scale import node_names

LEAVING_GATEWAY = "gateway-2"
_OTHERS = ("gateway", "index-api")


class World:
    """Servers, nodes and the files that record faults and executions. Start and close it in one thread.

    ``scale``: nodes by worker. ``heartbeat_seconds``: the heartbeat of the nodes' broker connections. ``faults``: what
    may strike; some need disks (root only), a second gateway or a short lease. The AI endpoint is a small one that
    answers at once.
    """

    def __init__(
        self,
        home: Path,
        *,
        scale: Mapping[str, int] | None = None,
        heartbeat_seconds: int,
        faults: Sequence[Fault] = (),
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        scale = dict(scale or {})
        self.workers = tuple(node for worker in WORKERS for node in node_names(worker.name, scale.get(worker.name, 1)))
        self.processes = (*self.workers, *_OTHERS)
        self.faults_folder = home / "faults"
        self.faults_folder.mkdir(exist_ok=True)
        self.ledger_file = home / "drills.jsonl"
        self.rabbit = RabbitFixture(home / "broker")
        self.proxy = Proxy(_port(self.rabbit.url))
        self.ai = FakeEndpoint()
        self.ai_proxy = Proxy(_port(self.ai.url))
        self.clock = NodeClock(self.workers[-1], home / "clock")
        self._disks_of = {fault.disk_of for fault in faults}
        self._names = {fault.name for fault in faults}
        variables = self._variables(heartbeat_seconds)
        self.far = FarNode(self.workers[-2], variables["WINNOW_AMQP_URL"], home / "far-amqp-url")
        self.stack = StackFixture(home / "stack", variables, scale=scale, dress=self._dress)
        self.disks = Disks(self.stack.home.root / "nodes")
        self.rabbit_disk = ServerDisk(self.rabbit.server.data, home / "rabbitmq.img")
        self.postgres_disk = ServerDisk(self.stack.home.data("postgres"), home / "postgres.img")
        self.hoard = ConnectionHoard()
        self.leaving_gateway: RunningPart | None = None
        self.gateway_urls: tuple[str, ...] = ()

    def start(self) -> None:
        """Starts everything and waits until it is ready."""
        if "nodes" in self._disks_of:
            self.disks.mount(self.workers)
        if "rabbitmq" in self._disks_of:
            self.rabbit_disk.mount()
        self.ai.start()
        self.rabbit.start()
        self.stack.start()
        self.gateway_urls = (self.stack.gateway_url,)
        if "gateway_scale_in" in self._names:
            self.leaving_gateway, url = self.stack.another_gateway(LEAVING_GATEWAY)
            self.leaving_gateway.start()
            self.gateway_urls += (url,)

    def close(self) -> None:
        """Ends everything."""
        self.hoard.release()
        self.stack.close()
        self.rabbit.close()
        self.far.close()
        self.proxy.close()
        self.ai_proxy.close()
        self.ai.stop()
        self.disks.unmount()
        self.rabbit_disk.unmount()
        self.postgres_disk.unmount()

    @property
    def logs(self) -> tuple[Path, ...]:
        """The logs of the nodes."""
        return tuple(file for node in self.workers for file in self.stack.home.logs.glob(f"{node}.log*"))

    def signal(self, name: str, number: signal.Signals) -> int:
        """Signals a process and its children; returns its id. Raises Unavailable if it does not run."""
        return self.stack.signal(name, number)

    def _variables(self, heartbeat_seconds: int) -> dict[str, str]:
        broker = urlsplit(self.rabbit.url)
        through = broker._replace(
            netloc=f"{broker.username}:{broker.password}@127.0.0.1:{self.proxy.port}",
            query=f"heartbeat={heartbeat_seconds}",
        )
        return {
            "WINNOW_AMQP_URL": through.geturl(),
            "WINNOW_AI_BASE_URL": f"http://127.0.0.1:{self.ai_proxy.port}/v1",
            "WINNOW_AI_API_KEY": "a key that nobody checks",
            "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
            "WINNOW_AI_EMBEDDING_MODEL": "vectors",
        }

    def _dress(self, part: Part) -> Part:
        if part.name == "postgres" and "postgres" in self._disks_of:
            return dataclasses.replace(part, prepare=lambda: self._prepare_on_disk(part))
        if part.is_server:
            return part
        more = {"WINNOW_FAULTS_DIR": str(self.faults_folder), "WINNOW_DRILL_LEDGER": str(self.ledger_file)}
        if part.name == self.clock.node:
            more |= self.clock.variables
        if "silent_node" in self._names:
            if part.name == self.far.node:
                more |= self.far.variables
            if part.name.startswith("index"):
                more["WINNOW_INDEX_LEASE_SECONDS"] = str(LEASE_SECONDS)
        return dataclasses.replace(part, environment={**part.environment, **more})

    def _prepare_on_disk(self, part: Part) -> None:
        """Makes the cluster where it has room, then moves it to its disk."""
        part.prepare()
        self.postgres_disk.mount()


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port
