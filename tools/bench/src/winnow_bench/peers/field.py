"""The systems that take part in a run: what was measured of each, and why others do not."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from winnow_bench.pair.processes import Process
from winnow_bench.peers import kills
from winnow_bench.peers.bodies import Bodies
from winnow_bench.peers.drains import TASKS, Drain, drain, settle
from winnow_bench.peers.environments import install
from winnow_bench.peers.figures import Compared, Rate, rate
from winnow_bench.peers.kills import Kill
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import Side, peer_side
from winnow_bench.peers.systems import WINNOW, System
from winnow_bench.peers.winnow_sides import winnow_side
from winnow_contracts.errors import TimedOut, Unavailable
from winnow_local.settings import read_settings

AtWork = Callable[[System, Side, Process, Bodies], None]
"""Called with a worker that runs, and what its bodies write."""
_WARM_JOBS = 30
_WARM_SECONDS = 120


class Field:
    """Systems side by side on the same ``servers``, each with a folder in ``home``.

    ``absent`` says of each one that could not go on what failed. Winnow's own failures are raised.
    """

    def __init__(
        self,
        servers: Servers,
        home: Path,
        progress: Callable[[str], None],
        winnow: Callable[[Servers, Path], Side] = winnow_side,
    ) -> None:
        self.absent: dict[str, str] = {}
        self._servers = servers
        self._home = home
        self._progress = progress
        self._winnow = winnow
        self._sides: dict[System, Side] = {}
        self._drains: dict[System, dict[str, list[Drain]]] = {}
        self._kills: dict[System, Kill] = {}
        self._next_job = 1

    @property
    def found(self) -> list[Compared]:
        """What was measured of each system that took part to the end, in order."""
        return [
            Compared(
                name=system.name,
                store=system.store,
                settings=system.settings,
                rates=self.rates(system),
                kill=self._kills[system],
            )
            for system in self._sides
        ]

    def set_up(self, systems: Sequence[System]) -> None:
        """Installs each, and gives it its place on the servers."""
        environments = read_settings().home.root / "peers"
        for system in systems:
            with self._or_absent(system, "setting up"):
                home = self._home / system.key
                if system is WINNOW:
                    self._sides[system] = self._winnow(self._servers, home)
                else:
                    self._sides[system] = peer_side(system, install(system, environments), self._servers, home)
                self._drains[system] = {kind: [] for kind in TASKS}

    def each(self, doing: str, measure: Callable[[System, Side], None]) -> None:
        """Measures each system that still takes part; one that fails is absent from then on."""
        for system, side in list(self._sides.items()):
            with self._or_absent(system, doing):
                measure(system, side)

    def drain(self, round_name: str, tasks: int, first: AtWork = lambda system, side, worker, bodies: None) -> None:
        """Lets each system drain so many tasks of each kind, one after the other; ``first`` has its worker before."""
        servers = self._servers.process_ids()

        def measure(system: System, side: Side) -> None:
            with side.at_work() as (worker, bodies):
                first(system, side, worker, bodies)
                for kind, of_a_job in TASKS.items():
                    warm = self.jobs(_WARM_JOBS)
                    side.fill(kind, warm)
                    bodies.wait(warm, _WARM_SECONDS)
                    settle(servers)
                    found = drain(side, worker, bodies, kind, self.jobs(tasks // of_a_job), servers)
                    self._drains[system][kind].append(found)

        self.each(round_name, measure)

    def kill(self, jobs: int, recovery_seconds: float) -> None:
        """Kills the worker of each system once, in the middle of so many chains."""

        def measure(system: System, side: Side) -> None:
            self._kills[system] = kills.kill(side, self.jobs(jobs), recovery_seconds=recovery_seconds)

        self.each("the kill", measure)

    def rates(self, system: System) -> dict[str, Rate]:
        """What a system drained, by kind of work."""
        return {kind: rate(self._drains[system][kind], self._drains[WINNOW][kind]) for kind in TASKS}

    @property
    def systems(self) -> list[System]:
        """Those that still take part, in order."""
        return list(self._sides)

    def jobs(self, count: int) -> range:
        """The numbers of jobs that nobody had yet: to Winnow, one that was used is a duplicate."""
        first, self._next_job = self._next_job, self._next_job + count
        return range(first, self._next_job)

    @contextmanager
    def _or_absent(self, system: System, doing: str) -> Iterator[None]:
        self._progress(f"{doing}: {system.name}")
        try:
            yield
        except (Unavailable, TimedOut) as error:
            if system is WINNOW:
                raise
            side = self._sides.pop(system, None)
            said = f" Its worker said last: {side.last_words()}" if side else ""
            self.absent[system.name] = f"{doing}: {error}{said}"
