"""One broker with a worker process of each side, started, connected and warm."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dramatiq

from winnow_bench.pair.marks import Marks
from winnow_bench.pair.processes import IndexAddress, Process, start_stock, start_winnow
from winnow_bench.pair.sending import Sending, winnow_task
from winnow_bench.pair.stock_worker import make_actors, make_broker
from winnow_contracts import queues

LANES = (queues.MEDIA, queues.AI, queues.INDEX)
"""The lanes of a drill's three commands."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What a bench works with. ``marks`` are those of both sides; ``actors`` the stock ones, for sending."""

    winnow: Process
    stock: Process
    marks: Marks
    actors: "list[dramatiq.Actor[Any, Any]]"
    sending: Sending


@contextmanager
def both_sides(
    amqp_url: str, home: Path, *, lanes: Sequence[str] = LANES, index: IndexAddress | None = None
) -> Iterator[Sides]:
    """Starts both workers, and yields once each has run a task; the first ones declare queues and open connections."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "marks"
    with ExitStack() as opened:
        marks = Marks(path)
        opened.callback(marks.close)
        broker = make_broker(amqp_url)
        opened.callback(broker.close)
        stock = start_stock(amqp_url, home, path)
        opened.callback(stock.end)
        sending = opened.enter_context(Sending(amqp_url))
        winnow = start_winnow(amqp_url, home, path, lanes, index)
        opened.callback(winnow.end)
        sides = Sides(winnow=winnow, stock=stock, marks=marks, actors=make_actors(broker), sending=sending)
        names = new_names(2)
        sides.actors[0].send(names[0], 0)
        sending.send([winnow_task(names[1])])
        marks.wait(names)
        yield sides


def new_names(count: int) -> list[str]:
    """Names of fresh jobs: a name that was used would be a duplicate to Winnow."""
    return [f"job_{uuid.uuid4().hex}" for _ in range(count)]
