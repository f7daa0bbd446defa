"""Runs stock Dramatiq under the faults of a chaos run, and counts lost and repeated tasks."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import dramatiq
from dramatiq.errors import BrokerConnectionError

from winnow_bench.stock import tasks as stock_tasks
from winnow_bench.stock.world import StockWorld
from winnow_contracts.errors import WinnowError
from winnow_harness.chaos.executions import Executions
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.plan import make_plan
from winnow_harness.chaos.repeats import find_repeats
from winnow_harness.chaos.striker import Striker
from winnow_harness.chaos.wishes import WorkItem, make_wishes

SAME_FAULTS = ("kill", "term", "freeze", "cut", "broker_restart")
"""Faults that can strike both sides."""
_AGAIN_SECONDS = 0.3
_QUIET_SECONDS = 8.0
_BETWEEN_LOOKS_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class StockResult:
    """The count. ``sent``: confirmed by the broker; ``jobs_lost``: never run to the end; repeats as in a chaos run."""

    sent: int
    jobs_lost: int
    executions: int
    repeats_in_flight: int
    repeats_beyond: int
    faults: int


def run_stock(
    home: Path,
    faults: Sequence[Fault],
    *,
    seed: int,
    tasks: int,
    minutes: float,
    settle_seconds: float,
    progress: Callable[[str], None],
) -> StockResult:
    """Sends ``tasks`` over ``minutes``, strikes, waits until nothing moves any more, and counts."""
    world = StockWorld(home)
    executions = Executions(world.ledger_file)
    striker = Striker(scene=world, faults=FAULTS)
    try:
        world.start()
        sender = _Sender(world.rabbit.url, make_wishes(seed, tasks, minutes * 60, heavy=True))

        def tick() -> None:
            world.keep()
            progress(f"stock  sent {len(sender.sent)}/{tasks}  executions {executions.count}")

        striker.tick = tick
        executions.start()
        sender.start()
        striker.run(make_plan(seed, minutes * 60, faults, {fault.name: fault.targets(world) for fault in faults}))
        _settle(world, executions, sender, settle_seconds, tick)
        sender.stop()
    finally:
        world.close()
    executions.close()
    ended = {one.task_id for one in executions.all if one.ended_ms is not None}
    repeats = find_repeats(executions.all, [one for one in striker.struck if not one.failed], FAULTS)
    return StockResult(
        sent=len(sender.sent),
        jobs_lost=len(sender.sent - ended),
        executions=executions.count,
        repeats_in_flight=sum(repeat.in_flight for repeat in repeats),
        repeats_beyond=sum(not repeat.in_flight for repeat in repeats),
        faults=len(striker.struck),
    )


class _Sender:
    """Sends each task at its time, straight to the broker, and repeats it until it is confirmed."""

    def __init__(self, amqp_url: str, wishes: Sequence[WorkItem]) -> None:
        self.sent: set[str] = set()
        self._amqp_url = amqp_url
        self._wishes = wishes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def is_done(self) -> bool:
        """Whether all tasks were confirmed."""
        return len(self.sent) == len(self._wishes)

    def start(self) -> None:
        """Starts sending."""
        self._thread.start()

    def stop(self) -> None:
        """Stops sending."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        broker = stock_tasks.make_broker(self._amqp_url)
        actor = stock_tasks.make_actor(broker)
        began = time.monotonic()
        for wish in self._wishes:
            if self._stop.wait(max(began + wish.due_seconds - time.monotonic(), 0)):
                break
            self._send(broker, actor.message(wish.steps * wish.work_ms))
        broker.close()

    def _send(self, broker: dramatiq.Broker, message: dramatiq.Message[None]) -> None:
        while not self._stop.is_set():
            try:
                broker.enqueue(message)
            except BrokerConnectionError:
                self._stop.wait(_AGAIN_SECONDS)
            else:
                self.sent.add(message.message_id)
                return


def _settle(
    world: StockWorld, executions: Executions, sender: _Sender, limit_seconds: float, tick: Callable[[], None]
) -> None:
    """Waits until all tasks ended, or the broker is empty and nothing has moved for a while."""
    until = time.monotonic() + limit_seconds
    quiet_since, seen = time.monotonic(), -1
    while time.monotonic() < until:
        tick()
        ended = {one.task_id for one in executions.all if one.ended_ms is not None}
        if sender.is_done and sender.sent <= ended:
            return
        if executions.count != seen or not sender.is_done:
            quiet_since, seen = time.monotonic(), executions.count
        elif time.monotonic() - quiet_since > _QUIET_SECONDS and not _waiting(world):
            return
        time.sleep(_BETWEEN_LOOKS_SECONDS)


def _waiting(world: StockWorld) -> int:
    """Messages in the broker, unacked ones included; a task in the dead-letter queue has ended."""
    try:
        lines = world.rabbit.ctl("list_queues", "name", "messages", "--silent").split("\n")
    except WinnowError:
        return 1
    counts = dict(line.split() for line in lines if line.strip())
    return sum(int(number) for name, number in counts.items() if not name.endswith(".XQ"))
