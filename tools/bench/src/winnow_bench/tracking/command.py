"""The command: lets one worker drain full queues with each way to record, in turn, and prints medians and ratios.

A job is two empty tasks, one in the lane of media and one in ai's. Broker, index and PostgreSQL are real, and index
stores what it is told. Nobody tells index of the third way: a worker of its own keeps its events in its journal. That
one takes from the bulk lanes, so that each worker gets what is meant for it and rests while the other works.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.measures import spent
from winnow_bench.pair.beside_index import running_index
from winnow_bench.pair.marks import Marks
from winnow_bench.pair.processes import Process, start_winnow
from winnow_bench.pair.sending import Sending, winnow_task
from winnow_bench.pair.sides import new_names
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.tracking.figures import FULL, OUTCOME, UNSHIPPED, Comparison, Drain, compare, table
from winnow_cli.output import say
from winnow_contracts import queues
from winnow_contracts.job_options import Track
from winnow_contracts.queues import Priority
from winnow_harness.usage import usages

_WARM = 100
_SETTLED_SECONDS = 3.0
"""How long the last events of a drain may take to be stored; they belong to its cost."""
_PARTS = ("index", "index-api", "postgres", "rabbitmq")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to record: the worker that runs the jobs, and how they are sent."""

    worker: Process
    priority: Priority
    track: Track


@dataclass(frozen=True, kw_only=True)
class World:
    """What the bench works with. ``parts`` are the first processes of the servers, by name."""

    ways: Mapping[str, Way]
    parts: Mapping[str, int]
    marks: Marks
    sending: Sending


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench tracking``."""
    parser.add_argument("--jobs", type=int, default=1_500, metavar="N", help="jobs a drain (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="drains of each way (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("tracking") as (home, progress):
        found = measure(home, jobs=arguments.jobs, rounds=arguments.rounds, progress=progress)
    say(table(found))
    write_result(arguments, "tracking", dataclasses.asdict(found))
    return 0


def measure(home: Path, *, jobs: int, rounds: int, progress: Callable[[str], None]) -> Comparison:
    """The comparison, after a warm-up of each way."""
    progress("starting the servers and both workers")
    found: list[dict[str, Drain]] = []
    with _world(home) as world:
        names = list(world.ways)
        for number in range(rounds + 1):
            drains: dict[str, Drain] = {}
            for place in range(len(names)):
                way = names[(number + place) % len(names)]  # another one is first in each round
                progress(f"round {number} of {rounds}: {way}")
                drains[way] = _drain(world, world.ways[way], jobs if number else _WARM)
            found += [drains] if number else []
    return compare(found)


@contextmanager
def _world(home: Path) -> Iterator[World]:
    path = home / "marks"
    with ExitStack() as opened:
        running = opened.enter_context(running_index(home))
        path.touch()

        def worker(name: str, priority: Priority, *, ships: bool) -> Process:
            lanes = [queues.lane_of(lane, priority) for lane in (queues.MEDIA, queues.AI)]
            made = start_winnow(running.amqp_url, home / name, path, lanes, running.index, node=name, ships=ships)
            opened.callback(made.end)
            return made

        ways = {
            UNSHIPPED: Way(
                worker=worker("unshipped", Priority.BULK, ships=False), priority=Priority.BULK, track=Track.FULL
            )
        }
        shipping = worker("shipping", Priority.NORMAL, ships=True)
        ways |= {
            name: Way(worker=shipping, priority=Priority.NORMAL, track=track)
            for name, track in ((OUTCOME, Track.OUTCOME), (FULL, Track.FULL))
        }
        marks = Marks(path)
        opened.callback(marks.close)
        sending = opened.enter_context(Sending(running.amqp_url))
        yield World(ways=ways, parts={part: running.parts[part] for part in _PARTS}, marks=marks, sending=sending)


def _drain(world: World, way: Way, jobs: int) -> Drain:
    names = new_names(jobs)
    roots = {"worker": way.worker.pid, **world.parts}
    with way.worker.frozen():
        world.sending.send(winnow_task(name, follow=1, priority=way.priority, track=way.track) for name in names)
        before, began_ns = usages(roots), time.monotonic_ns()
    last_ns = max(world.marks.wait(names).values())
    time.sleep(_SETTLED_SECONDS)
    return Drain(jobs=jobs, seconds=(last_ns - began_ns) / 1e9, cpu_ms=spent(before, usages(roots), jobs))
