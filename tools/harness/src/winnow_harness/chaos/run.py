"""Runs a whole chaos run: starts a world, loads it, strikes it, heals it, waits for every job, and counts."""

import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from winnow_base.cores import usable_cores
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Misconfigured, WinnowError
from winnow_contracts.index_api.operators import CountOddAttempts
from winnow_harness.chaos.attempts import read_attempts
from winnow_harness.chaos.client import Client
from winnow_harness.chaos.clock import NodeClock
from winnow_harness.chaos.copies import Copies
from winnow_harness.chaos.deaths import read_deaths
from winnow_harness.chaos.disks import may_mount
from winnow_harness.chaos.executions import Executions
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.faults.processes import HEARTBEAT_SECONDS
from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.history import History
from winnow_harness.chaos.ledger import Ledger, make_ledger
from winnow_harness.chaos.load import Load
from winnow_harness.chaos.picture import timeline
from winnow_harness.chaos.plan import Hit, make_plan
from winnow_harness.chaos.readiness import read_readiness
from winnow_harness.chaos.recovery import recoveries
from winnow_harness.chaos.repeats import find_repeats
from winnow_harness.chaos.report import Conditions
from winnow_harness.chaos.statuses import ended, read_states
from winnow_harness.chaos.striker import Striker, Struck
from winnow_harness.chaos.wishes import make_wishes
from winnow_harness.chaos.world import World
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable
from winnow_local.sample import CLIPS_FOLDER

_COPIES_SECONDS = 90.0
_BETWEEN_LOOKS_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Order:
    """The settings of a run.

    ``settle_seconds`` is how long jobs may take to end once everything is healed. ``heavy``: see
    ``wishes.make_wishes``.
    """

    seed: int
    tasks: int
    minutes: float
    faults: Sequence[Fault]
    scale: Mapping[str, int]
    recordings: int
    settle_seconds: float
    heavy: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of a run."""

    ledger: Ledger
    history: History
    conditions: Conditions
    picture: str


def run(order: Order, home: Path, say: Callable[[str], None], progress: Callable[[str], None]) -> Result:
    """Runs the order in ``home``. Raises WinnowError if the world cannot be started."""
    left_out = {fault.name: reason for fault in order.faults if (reason := _missing(fault))}
    faults = [fault for fault in order.faults if fault.name not in left_out]
    conditions = Conditions(
        seed=order.seed,
        tasks=order.tasks,
        minutes=order.minutes,
        recordings=order.recordings,
        scale=dict(order.scale),
        left_out=left_out,
        processors=usable_cores(),
        load_before=os.getloadavg()[0],
        began=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0,
    )
    clips = _clips(order)
    world = World(
        home,
        scale=order.scale,
        heartbeat_seconds=HEARTBEAT_SECONDS,
        faults=faults,
    )
    try:
        world.start()
        hits = make_plan(order.seed, order.minutes * 60, faults, {fault.name: fault.targets(world) for fault in faults})
        say("The plan:")
        for hit in hits:
            say(f"  {hit}")
        began = time.monotonic()
        ledger, history, picture = _Course(world, order, say, progress).go(hits, clips, conditions.began)
    finally:
        world.close()
    return Result(
        ledger=ledger,
        history=history,
        conditions=Conditions(**{**vars(conditions), "seconds": time.monotonic() - began}),
        picture=picture,
    )


class _Course:
    """A run in a started world."""

    def __init__(self, world: World, order: Order, say: Callable[[str], None], progress: Callable[[str], None]) -> None:
        self._world = world
        self._order = order
        self._say = say
        self._progress = progress
        self._index = world.stack.index
        self._load = Load(Client(world.gateway_urls, world.stack.key), order.seed)
        self._executions = Executions(world.ledger_file)
        self._copies = Copies(world, self._load.accepted_before)
        self._striker = Striker(
            scene=world, faults=FAULTS, before=self._may_strike, after=self._was_struck, tick=self._tick
        )
        self._open = ""

    def go(self, hits: Sequence[Hit], clips: Sequence[tuple[float, Path]], began: str) -> tuple[Ledger, History, str]:
        """Loads, strikes, settles, counts."""
        self._executions.start()
        try:
            order = self._order
            self._load.start(make_wishes(order.seed, order.tasks, order.minutes * 60, heavy=order.heavy), clips)
            self._striker.run(hits)
            self._wait_until_all_ended()
            self._wait_until_all_is_told()
        finally:
            self._load.stop()
            self._executions.close()
        return self._count(began)

    def _may_strike(self, hit: Hit) -> str:
        if not FAULTS[hit.fault].alone:
            return ""
        self._open = "waiting until every command exists twice"
        self._tick()
        if self._copies.wait(_COPIES_SECONDS):
            return ""
        return f"the second copies were not made within {_COPIES_SECONDS:.0f} s"

    def _was_struck(self, struck: Struck) -> None:
        self._open = f"last fault: {struck.fault} {struck.target}".rstrip()
        match struck.fault:
            case "broker_wiped":
                self._copies.broker_was_wiped()
            case "journal_deleted":
                self._copies.journal_was_deleted(now_ms())

    def _tick(self) -> None:
        self._progress(
            f"accepted {len(self._load.accepted)}/{self._order.tasks + self._order.recordings}"
            f"  executions {self._executions.count}  faults {len(self._striker.struck)}  {self._open}"
        )

    def _wait_until_all_ended(self) -> None:
        """Waits until every request is answered and every accepted job has ended, or the time to settle is over."""
        until = time.monotonic() + self._order.settle_seconds
        while time.monotonic() < until:
            waiting = [one.job_id for one in self._load.accepted]
            try:
                left = len(set(waiting) - ended(self._index, waiting))
            except WinnowError as error:
                self._open = f"index does not answer: {error.detail}"
            else:
                if not left and self._load.is_done:
                    return
                self._open = f"settling: {left} have not ended"
            self._tick()
            time.sleep(_BETWEEN_LOOKS_SECONDS)

    def _wait_until_all_is_told(self) -> None:
        """Waits until index has applied the journals' events, without which its history is not complete.

        It waits no longer than for the jobs: a history that is late is reported as it is.
        """
        until = time.monotonic() + self._order.settle_seconds
        while time.monotonic() < until and any(_untold(folder) for folder in self._world.stack.journals):
            self._open = "settling: events"
            self._tick()
            time.sleep(_BETWEEN_LOOKS_SECONDS)

    def _count(self, began: str) -> tuple[Ledger, History, str]:
        accepted, executions = self._load.accepted, self._executions.all
        deaths = read_deaths(self._world.faults_folder)
        struck = sorted([*self._striker.struck, *deaths], key=lambda one: one.began_ms)
        effective = [one for one in struck if not one.failed]
        odd = self._index.ask(CountOddAttempts())
        ready_ms = read_readiness(self._world.logs)
        slowed = self._world.clock.node if self._world.clock.can_step() else ""
        # A job that ran may be one of which no client was told.
        drills = dict.fromkeys([*(one.job_id for one in accepted if one.wish), *(one.job_id for one in executions)])
        states = read_states(self._index, list(dict.fromkeys([*(one.job_id for one in accepted), *drills])))
        ledger = make_ledger(
            accepted=accepted,
            states=states,
            executions=executions,
            repeats=find_repeats(executions, effective, FAULTS),
            recoveries=recoveries(executions, effective, FAULTS, ready_ms, slowed=slowed),
            struck=struck,
            superseded=odd.superseded,
            unknown=odd.unknown,
        )
        history = History(
            seed=self._order.seed,
            began=began,
            submissions=self._load.submissions,
            states=states,
            executions=executions,
            attempts=read_attempts(self._index, list(drills)),
            struck=struck,
            ready_ms=ready_ms,
            nodes=self._world.workers,
            slowed=slowed,
        )
        for line in self._load.refused:
            self._say(f"Refused: {line}")
        return ledger, history, timeline(executions, struck)


def _missing(fault: Fault) -> str:
    """Why a fault is not possible here; empty if it is."""
    if fault.disk_of and not may_mount():
        return "only root may mount a disk"
    if fault.name.startswith("clock_") and not NodeClock.can_step():
        return "Debian's package faketime is not installed"
    return ""


def _clips(order: Order) -> list[tuple[float, Path]]:
    """Repeats the shortest recordings at hand, each with the second at which it is sent."""
    if not order.recordings:
        return []
    clips = sorted(CLIPS_FOLDER.glob("*.wav"), key=lambda file: file.stat().st_size)[:5]
    if not clips:
        raise Misconfigured(
            "The sample recordings are missing.", hint="Install Debian's package pocketsphinx-testdata."
        )
    chance = random.Random(order.seed)  # noqa: S311 - a plan is to be repeatable
    seconds = order.minutes * 60
    return [(chance.uniform(0, seconds), clips[number % len(clips)]) for number in range(order.recordings)]


def _untold(folder: Path) -> int:
    try:
        with open_view(folder) as view:
            return view.summary().unapplied
    except (WinnowError, JournalUnusable):
        return 1
