"""The faults: a killed worker, a killed store that comes back with its disk, and one that comes back without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from winnow_bench.peers.servers import Servers
from winnow_bench.peers.systems import System

WORKER, STORE, DISK = "worker killed", "store killed", "store's disk lost"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is done to a system in the middle of its work. ``kills_worker``: its worker dies, and nothing else."""

    kills_worker: bool = False
    strike: Callable[[Servers, System], None] = lambda servers, system: None

    def hits(self, system: System) -> bool:
        """Whether the fault is struck: the tables of a system go with PostgreSQL's disk, so there is nothing to see."""
        return self.strike is not Servers.lose_store or system.server != "postgres"


FAULTS: Mapping[str, Fault] = {
    WORKER: Fault(kills_worker=True),
    STORE: Fault(strike=Servers.kill_store),
    DISK: Fault(strike=Servers.lose_store),
}
