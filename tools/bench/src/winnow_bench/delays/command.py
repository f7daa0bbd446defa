"""The command: fills both sides with far delays, then delays single tasks by a second, in turn, and times their start.

Winnow's delays wait in the broker's TTL queues. Stock Dramatiq's wait in a queue of their own, from which its worker
takes a thousand for each thread into its memory, in order: a near delay behind more far ones than that is not seen
until they end. The stock delay is the one of ``send_with_options(delay=…)``, with settings as its guide has them.
"""

import argparse
import dataclasses
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from dramatiq.common import current_millis, dq_name

from winnow_bench.bench_home import bench_home
from winnow_bench.delays.figures import Lateness, lateness, table
from winnow_bench.pair.sending import winnow_task
from winnow_bench.pair.sides import Sides, both_sides, new_names
from winnow_bench.results import add_result_arguments, write_result
from winnow_chassis.broker.messages import Outbound
from winnow_cli.output import say
from winnow_contracts.errors import TimedOut
from winnow_harness.fixtures.servers import RabbitFixture

_NEAR_MS = 1_000
_HOUR_MS, _YEAR_MS = 3_600_000, 365 * 86_400_000
_SEED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench delays``."""
    parser.add_argument("--far", type=int, default=10_000, metavar="N", help="far delays of each side (%(default)s)")
    parser.add_argument("--near", type=int, default=5, metavar="N", help="near delays of each side (%(default)s)")
    parser.add_argument(
        "--limit-seconds", type=float, default=20.0, metavar="S", help="how long each is waited for (%(default)s)"
    )
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    limit_seconds = arguments.limit_seconds
    with bench_home("delays") as (home, progress):
        found = measure(home, far=arguments.far, near=arguments.near, limit_seconds=limit_seconds, progress=progress)
    say(table(found, far=arguments.far, limit_seconds=limit_seconds))
    sides = {side: dataclasses.asdict(one) for side, one in found.items()}
    write_result(arguments, "delays", {"far": arguments.far, "limit_seconds": limit_seconds, **sides})
    return 0


def measure(
    home: Path, *, far: int, near: int, limit_seconds: float, progress: Callable[[str], None]
) -> dict[str, Lateness]:
    """The lateness of each side. Far delays end between an hour and a year from now."""
    dice = random.Random(_SEED)  # noqa: S311 - nothing secret
    far_ms = [dice.randint(_HOUR_MS, _YEAR_MS) for _ in range(far)]
    with ExitStack() as opened:
        progress("starting broker and workers")
        rabbit = RabbitFixture(home / "rabbit")
        opened.callback(rabbit.close)
        rabbit.start()
        sides = opened.enter_context(both_sides(rabbit.url, home / "sides"))
        progress(f"{far} far delays of each side")
        names = new_names(far)
        sides.sending.send(winnow_task(name, delay_ms=ms) for name, ms in zip(names, far_ms, strict=True))
        sides.sending.send(stock_delay(sides, name, ms) for name, ms in zip(names, far_ms, strict=True))
        waits: dict[str, list[float | None]] = {"stock Dramatiq": [], "Winnow": []}
        for number in range(near):
            progress(f"near delay {number + 1} of {near}")
            waits["stock Dramatiq"].append(_near(sides, stock_delay, limit_seconds))
            waits["Winnow"].append(
                _near(sides, lambda _, name, delay_ms: winnow_task(name, delay_ms=delay_ms), limit_seconds)
            )
    return {side: lateness(each, _NEAR_MS / 1000) for side, each in waits.items()}


def stock_delay(sides: Sides, name: str, delay_ms: int) -> Outbound:
    """The message that the stock broker makes of ``send_with_options(delay=delay_ms)``."""
    actor = sides.actors[0]
    queue = dq_name(actor.queue_name)
    message = actor.message(name, 0).copy(queue_name=queue, options={"eta": current_millis() + delay_ms})
    return Outbound(exchange="", routing_key=queue, body=message.encode())


def _near(sides: Sides, delayed: Callable[[Sides, str, int], Outbound], limit_seconds: float) -> float | None:
    """The seconds from publishing a near delay to its start; None if that was not seen."""
    (name,) = new_names(1)
    began_ns = time.monotonic_ns()
    sides.sending.send([delayed(sides, name, _NEAR_MS)])
    try:
        return (sides.marks.wait([name], limit_seconds=limit_seconds)[name] - began_ns) / 1e9
    except TimedOut:
        return None
