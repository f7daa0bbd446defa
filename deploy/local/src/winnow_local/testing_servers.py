"""The real servers as test fixtures hold them: each in a folder and on ports of its own."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Unavailable
from winnow_local.ports import choose_ports
from winnow_local.secret_files import random_secret
from winnow_local.servers.postgres import Postgres
from winnow_local.servers.rabbitmq import RabbitMq
from winnow_local.servers.s3 import S3_PORTS, S3Store
from winnow_local.store_probe import takes_writes
from winnow_local.testing_processes import RunningPart

_CTL_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class StoreFixture:
    """Where a test finds the S3 store."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    secure: bool = False


class RabbitFixture:
    """A RabbitMQ of its own that a test may stop, start, restart and wipe."""

    def __init__(self, home: Path) -> None:
        ports = free_ports("amqp", "amqp_nodes", "epmd")
        self._server = RabbitMq(
            data=home / "data",
            port=ports["amqp"],
            nodes_port=ports["amqp_nodes"],
            epmd_port=ports["epmd"],
            password=random_secret(),
        )
        self._names = RunningPart(self._server.epmd_part(), home / "epmd.log")
        self._node = RunningPart(self._server.part(), home / "rabbitmq.log")

    @property
    def url(self) -> str:
        """The AMQP URL, the same through all restarts."""
        return self._server.url

    @property
    def server(self) -> RabbitMq:
        """The server itself."""
        return self._server

    @property
    def pid(self) -> int:
        """The Erlang VM's process id, for signals."""
        return self._node.pid

    def start(self) -> None:
        """Start and wait until it takes connections."""
        self._names.start()
        self._node.start()

    def stop(self) -> None:
        """Stop cleanly; durable queues and persistent messages stay."""
        self._node.stop()

    def kill(self) -> None:
        """SIGKILL the node."""
        self._node.kill()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Stop it, throw all its data away and start it empty, under the same URL."""
        self.stop()
        shutil.rmtree(self._server.data / "mnesia")
        self.start()

    def ctl(self, *arguments: str) -> str:
        """What rabbitmqctl prints. Raises Unavailable with its words when it fails."""
        done = subprocess.run(
            self._server.ctl_command(*arguments),
            env=self._server.ctl_environment(),
            capture_output=True,
            text=True,
            timeout=_CTL_SECONDS,
        )
        if done.returncode:
            raise Unavailable(f"rabbitmqctl failed: {done.stderr or done.stdout}", dependency="broker")
        return done.stdout

    def close(self) -> None:
        """Stop everything."""
        self._node.stop()
        self._names.stop()


def s3_server(home: Path, bucket: str = "winnow-test") -> tuple[RunningPart, StoreFixture]:
    """A store that is not started yet, and where to find it."""
    ports = free_ports(*S3_PORTS)
    found = StoreFixture(
        endpoint=f"127.0.0.1:{ports['s3']}", bucket=bucket, access_key=random_secret(), secret_key=random_secret()
    )
    server = S3Store(
        data=home / "data",
        sockets=home / "run",
        ports=ports,
        access_key=found.access_key,
        secret_key=found.secret_key,
        bucket=bucket,
        probe=lambda: takes_writes(
            found.endpoint, bucket, access_key=found.access_key, secret_key=found.secret_key, region=found.region
        ),
    )
    return RunningPart(server.part(), home / "s3.log"), found


def postgres_server(home: Path) -> tuple[RunningPart, str]:
    """A server that is not started yet, and the URL of its empty database."""
    server = Postgres(data=home / "data", port=free_ports("postgres")["postgres"], password=random_secret())
    return RunningPart(server.part(), home / "postgres.log"), server.url


def free_ports(*names: str) -> dict[str, int]:
    """A free random port per name: never the stack's usual ones, which a developer's own stack may use."""
    return choose_ports(dict.fromkeys(names, 0))
