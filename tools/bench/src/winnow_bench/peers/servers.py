"""What all systems share: RabbitMQ and PostgreSQL of a stack, beside the index that Winnow's worker talks to."""

import dataclasses
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from winnow_backup.postgres_programs import programs
from winnow_bench.pair.processes import IndexAddress
from winnow_bench.peers.redis_server import RedisServer
from winnow_bench.peers.systems import System
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.part import Part
from winnow_local.ports import remembered_ports

_PARTS = ("postgres", "rabbitmq", "s3", "index", "index-api")
_COUNTED = ("rabbitmq", "postgres", "index")
_DATA = {"rabbitmq": "mnesia"}
_UNLIMITED = {"WINNOW_GATEWAY_TENANT_OPEN_JOBS": "0", "WINNOW_GATEWAY_REQUESTS_PER_MINUTE": "0"}
"""All drills are one tenant's, asked for with one key, and few of them ever end."""


class Servers:
    """The servers in ``home``, a ``gateway`` among them if asked for; ``start`` them, and ``close`` them in the end."""

    def __init__(self, home: Path, *, gateway: bool = False) -> None:
        self._stack = StackFixture(home, dress=_without_limits)
        self._redis: dict[str, RedisServer] = {}
        self._home = home
        self._parts = (*_PARTS, "gateway") if gateway else _PARTS

    def start(self) -> None:
        """Start, and wait until all are ready."""
        self._stack.start(only=self._parts)

    def close(self) -> None:
        """End all."""
        for server in self._redis.values():
            server.end()
        self._stack.close()

    @property
    def gateway(self) -> tuple[str, str]:
        """The gateway's address, and a key for it."""
        return self._stack.gateway_url, self._stack.key

    def kill_store(self, system: System) -> None:
        """Kills (SIGKILL) what keeps a system's tasks, and starts it again on what it has on its disk."""
        if redis := self._redis.get(system.appendfsync):
            redis.kill()
            redis.start()
        else:
            self._stack.kill_part(system.server)
            self._stack.wait_part(system.server)

    def lose_store(self, system: System) -> None:
        """Takes the disk of what keeps a system's tasks away, and starts it with an empty one."""
        if redis := self._redis.get(system.appendfsync):
            redis.kill()
            redis.delete_data()
            redis.start()
        else:
            self._stack.stop_part(system.server)
            shutil.rmtree(self._stack.home.data(system.server) / _DATA[system.server])
            self._stack.start_part(system.server)

    def start_redis(self, appendfsync: str) -> str:
        """Starts a Redis of its own for this way to write; returns its URL. Raises Unavailable if there is none."""
        self._redis[appendfsync] = server = RedisServer(self._home / f"redis-{appendfsync}", appendfsync)
        server.start()
        return server.url

    @property
    def amqp_url(self) -> str:
        """The broker's URL."""
        return self._secret("amqp-url")

    @property
    def index(self) -> IndexAddress:
        """Where Winnow's worker finds index."""
        port = remembered_ports(self._stack.home.ports)["index_api"]
        return IndexAddress(url=f"http://127.0.0.1:{port}", service_token=self._secret("service-token"))

    def process_ids(self) -> dict[str, int]:
        """The first process of each part whose processor time counts, by name."""
        ids = self._stack.process_ids()
        redis = {f"redis, {name}": server.pid for name, server in self._redis.items()}
        return {**{name: ids[name] for name in _COUNTED}, **redis}

    def make_database(self, name: str) -> str:
        """Makes an empty database in the stack's PostgreSQL; returns its URL. Raises Unavailable."""
        address = urlsplit(self._secret("database-url"))
        # The stack's own role may not make databases; the superuser has the same password.
        server = f"postgresql://postgres:{address.password}@127.0.0.1:{address.port}"
        done = subprocess.run(
            (str(programs() / "psql"), f"{server}/postgres", "-Xqc", f"CREATE DATABASE {name}"),
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Unavailable(f"The database {name} was not made: {done.stderr.strip()}", dependency="postgres")
        return f"{server}/{name}"

    def _secret(self, name: str) -> str:
        return (self._stack.home.secrets / name).read_text(encoding="utf-8").strip()


def _without_limits(part: Part) -> Part:
    return dataclasses.replace(part, environment={**part.environment, **_UNLIMITED}) if part.name == "gateway" else part
