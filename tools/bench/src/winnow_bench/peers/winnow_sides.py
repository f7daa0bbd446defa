"""Winnow among the systems: a worker that is filled straight by its broker, or by a gateway as its users do."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.accept.drill_client import DrillClient
from winnow_bench.peers import winnow_peer
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import Accepted, Side

_COMMAND = (sys.executable, "-m", winnow_peer.__name__)


def winnow_side(servers: Servers, home: Path) -> Side:
    """One Winnow worker with its journal; index stores what it tells."""
    home.mkdir(parents=True)
    return Side(name="Winnow", home=home, command=_COMMAND, variables=_variables(servers))


@dataclass(frozen=True, kw_only=True)
class GatewaySide(Side):
    """The same, whose jobs a gateway takes by HTTP: chains of three, under ids of its own."""

    gateway: tuple[str, str]

    def accept(self, jobs: Sequence[int]) -> Accepted:
        """Asks for as many jobs, each once the one before is answered."""
        client, numbers, waits_ms = DrillClient(*self.gateway), [], []
        for _ in jobs:
            asked = time.perf_counter()
            answer = client.ask()
            waits_ms.append((time.perf_counter() - asked) * 1000)
            numbers.append(winnow_peer.number_of(answer["job_id"]))
        client.close()
        return Accepted(jobs=numbers, waits_ms=waits_ms)

    def submit_chains(self, jobs: Sequence[int]) -> Sequence[int]:
        """Asks for as many chains."""
        return self.accept(jobs).jobs


def gateway_side(servers: Servers, home: Path) -> GatewaySide:
    """One Winnow worker as above, behind a gateway."""
    home.mkdir(parents=True)
    return GatewaySide(
        name="Winnow", home=home, command=_COMMAND, variables=_variables(servers), gateway=servers.gateway
    )


def _variables(servers: Servers) -> dict[str, str]:
    return {
        winnow_peer.AMQP_URL: servers.amqp_url,
        winnow_peer.INDEX_URL: servers.index.url,
        winnow_peer.SERVICE_TOKEN: servers.index.service_token,
    }
