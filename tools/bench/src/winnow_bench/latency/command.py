"""The command: sends one empty task after another by each way in turn, and tells how long its body takes to begin.

The loop is open: each task is sent when its time has come, however long those before it took. The whole stack runs and
is idle; in the place of its media worker stands a Winnow worker whose actors note the moment at which they begin, on
the same broker as a stock Dramatiq worker that does the same. The ways:

* a message published to each worker's queue, from the call that publishes to the start of the body;
* a drill asked of the gateway, from the request to the same: with the gateway's commit, relay and confirm in between.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from winnow_bench.accept.drill_client import DrillClient
from winnow_bench.bench_home import bench_home
from winnow_bench.latency.figures import Latency, latency, table
from winnow_bench.pair.processes import IndexAddress
from winnow_bench.pair.sending import winnow_task
from winnow_bench.pair.sides import Sides, both_sides, new_names
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.usual_stack import UsualStack
from winnow_cli.output import say
from winnow_contracts import queues
from winnow_local.ports import remembered_ports

PUBLISHED, SENT, ASKED = "published, Winnow", "sent, stock Dramatiq", "asked of the gateway, Winnow"
REPLACED = "media"
"""The part whose place the bench's worker takes."""
_WARM = 50
_LIMIT_SECONDS = 60

Send = Callable[[], tuple[str, int]]
"""Sends one task; returns its name and when that began, in nanoseconds of the monotonic clock."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench latency``."""
    parser.add_argument("--samples", type=int, default=1_000, metavar="N", help="tasks by each way (%(default)s)")
    parser.add_argument(
        "--every-ms", type=float, default=20.0, metavar="MS", help="one task in so many milliseconds (%(default)s)"
    )
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("latency") as (home, progress):
        found = measure(home, samples=arguments.samples, every_seconds=arguments.every_ms / 1000, progress=progress)
    say(table(found))
    write_result(arguments, "latency", {way: dataclasses.asdict(one) for way, one in found.items()})
    return 0


def measure(home: Path, *, samples: int, every_seconds: float, progress: Callable[[str], None]) -> dict[str, Latency]:
    """The latency of each way, after a warm-up of all of them."""
    stack = UsualStack(home / "stack")
    with ExitStack() as opened:
        opened.callback(stack.close)
        progress("starting the stack")
        stack.start(without=(REPLACED,))
        sides = opened.enter_context(
            both_sides(
                stack.amqp_url,
                home / "sides",
                lanes=(queues.MEDIA,),
                index=IndexAddress(
                    url=f"http://127.0.0.1:{remembered_ports(stack.home.ports)['index_api']}",
                    service_token=stack.service_token,
                ),
            )
        )
        client = DrillClient(stack.gateway_url, stack.key)
        opened.callback(client.close)
        ways = _ways(sides, client)
        progress("warming up")
        in_turn(sides, ways, _WARM, every_seconds)
        progress(f"{samples} tasks by each way")
        return {way: latency(waits_ms) for way, waits_ms in in_turn(sides, ways, samples, every_seconds).items()}


def in_turn(sides: Sides, ways: dict[str, Send], samples: int, every_seconds: float) -> dict[str, list[float]]:
    """The waits of each way in milliseconds; the ways take turns, one task each ``every_seconds``."""
    sent: dict[str, list[tuple[str, int]]] = {way: [] for way in ways}
    due = time.monotonic()
    for _ in range(samples):
        for way, send in ways.items():
            time.sleep(max(0.0, due - time.monotonic()))
            sent[way].append(send())
            due += every_seconds
    began = sides.marks.wait([name for each in sent.values() for name, _ in each], limit_seconds=_LIMIT_SECONDS)
    return {way: [(began[name] - at_ns) / 1e6 for name, at_ns in each] for way, each in sent.items()}


def _ways(sides: Sides, client: DrillClient) -> dict[str, Send]:
    def publish() -> tuple[str, int]:
        (name,) = new_names(1)
        at_ns = time.monotonic_ns()
        sides.sending.publisher.publish(winnow_task(name))
        return name, at_ns

    def send() -> tuple[str, int]:
        (name,) = new_names(1)
        at_ns = time.monotonic_ns()
        sides.actors[0].send(name, 0)
        return name, at_ns

    def ask() -> tuple[str, int]:
        at_ns = time.monotonic_ns()
        return client.ask()["job_id"], at_ns

    return {PUBLISHED: publish, SENT: send, ASKED: ask}
