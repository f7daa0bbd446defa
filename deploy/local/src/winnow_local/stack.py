"""The whole stack: starts its parts in order of need, reports their states, ends them all."""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Conflict, NotFound, TimedOut, Unavailable
from winnow_local.home import Home
from winnow_local.leftovers import MARK, end_leftovers
from winnow_local.part import Elsewhere, Part, folder
from winnow_local.parts import choose, health_ports, table
from winnow_local.plan import Plan, make_plan
from winnow_local.ports import DEFAULT_PORTS, keep_ports, remembered_ports
from winnow_local.probes import wait_ready
from winnow_local.runner import PartState, Runner
from winnow_local.scale import keep_scale, remembered_scale
from winnow_local.settings import LocalSettings
from winnow_local.starting import start_in_order

_LEFTOVER_SECONDS = 30
"""Parts end by themselves when their runner is killed; after these seconds the rest are killed."""

_OURS_ALONE = (
    "WINNOW_AMQP_URL",
    "WINNOW_INDEX_DATABASE_URL",
    "WINNOW_S3_ACCESS_KEY",
    "WINNOW_S3_SECRET_KEY",
    "WINNOW_AI_API_KEY",
    "WINNOW_AI_TEXT_API_KEY",
)
"""Variables a person may set for the stack; each part gets only its own, as a file."""


@dataclass(frozen=True, kw_only=True)
class PartStatus:
    """One part for people: ``running``, ``starting``, ``stopped``, ``failing`` or ``elsewhere``, and its address."""

    name: str
    state: str
    url: str
    pid: int = 0


class Stack:
    """One stack of one home.

    ``say`` gets a line for each notable event of a start. ``dress`` may change each of our parts before it starts, for
    example its environment.
    """

    def __init__(
        self,
        settings: LocalSettings,
        say: Callable[[str], None] = lambda line: None,
        port_wishes: Mapping[str, int] | None = None,
        dress: Callable[[Part], Part] = lambda part: part,
    ) -> None:
        self._settings = settings
        self._say = say
        self._dress = dress
        self._port_wishes = DEFAULT_PORTS if port_wishes is None else port_wishes
        self._runner = Runner(settings.home)
        self._started_here = False

    @property
    def settings(self) -> LocalSettings:
        """What it was made with."""
        return self._settings

    @property
    def home(self) -> Home:
        """The stack's home."""
        return self._settings.home

    @property
    def gateway_url(self) -> str:
        """The page's address; empty before the first start."""
        port = remembered_ports(self.home.ports).get("gateway")
        return f"http://127.0.0.1:{port}" if port else ""

    @property
    def started_here(self) -> bool:
        """Whether this object started the running stack, and so has to end it."""
        return self._started_here

    def plan(self) -> Plan:
        """The plan of the last start. Use it only after a start."""
        return make_plan(self._settings, remembered_ports(self.home.ports), remembered_scale(self.home.scale))

    def runs(self) -> bool:
        """Whether the runner runs."""
        return self._runner.pid() is not None

    def runner_pid(self) -> int | None:
        """The runner's process id, or None if the stack does not run."""
        return self._runner.pid()

    def part_pids(self) -> dict[str, int]:
        """The first process of each running part, by name. Raises Unavailable if the stack does not run."""
        return {name: state.parent_pid for name, state in self._runner.states().items() if state.parent_pid}

    def up(
        self,
        *,
        only: Iterable[str] = (),
        without: Iterable[str] = (),
        scale: Mapping[str, int] | None = None,
        tied: bool,
        ready: Callable[[str, str, float], None] = lambda name, url, seconds: None,
    ) -> None:
        """Starts the parts; calls ``ready(name, url, seconds)`` as each becomes ready. Ends all of them on any error.

        ``scale`` is the number of nodes by worker; a worker that is not named keeps the number of the last start, so
        that no node's journal is left behind by accident. Raises Conflict if the stack runs already, TimedOut or
        Unavailable for a part that does not get ready.
        """
        with self._alone():
            if self.runs():
                raise Conflict(f"It is running already: {self.gateway_url}", hint="./winnow down stops it.")
            end_leftovers(self.home, _LEFTOVER_SECONDS)
            plan = self._new_plan(scale or {})
            parts = choose(table(plan, self._say), only=only, without=without)
            ours = [self._dress(part) for part in parts if isinstance(part, Part)]
            self._refuse_half_restored(ours)
            self._started_here = True
            try:
                self._runner.start(ours, _runner_environment(self.home), tied=tied)
                began = time.monotonic()
                start_in_order(
                    ours,
                    self._start_one,
                    lambda part: self._tell_ready(part, ready, time.monotonic() - began),
                )
            except BaseException:
                self._end(plan)
                raise

    def down(self) -> bool:
        """Ends every part, servers last; returns whether there was one. Waits for another start or end to finish."""
        with self._alone(waits=True):
            ran = self.runs()
            if self.home.ports.exists():
                self._end(self.plan())
            return ran

    def wait(self) -> None:
        """Waits until the stack is ended from elsewhere."""
        self._runner.wait()

    def start_part(self, name: str) -> None:
        """Starts one part again and waits until it is ready."""
        part = self._part(name)
        part.prepare()
        self._runner.start_part(name)
        wait_ready(name, part.probe, part.ready_seconds)

    def stop_part(self, name: str) -> None:
        """Stops one part cleanly; it stays stopped."""
        self._runner.stop_parts((name,))

    def kill_part(self, name: str) -> int:
        """Kills (SIGKILL) one part, which is started again; returns the killed process id."""
        return self._runner.kill_part(name)

    def wait_part(self, name: str) -> float:
        """Waits until a part is ready; returns the seconds that took."""
        part = self._part(name)
        return wait_ready(name, part.probe, part.ready_seconds)

    def statuses(self) -> tuple[PartStatus, ...]:
        """Every part of the table; empty before the first start."""
        if not self.home.ports.exists():
            return ()
        states = self._runner.states() if self.runs() else {}
        parts = self._dressed()
        with ThreadPoolExecutor(len(parts)) as pool:
            return tuple(pool.map(lambda part: self._status(part, states), parts))

    def _status(self, part: Part | Elsewhere, states: Mapping[str, PartState]) -> PartStatus:
        if isinstance(part, Elsewhere):
            return PartStatus(name=part.name, state="elsewhere", url=part.url)
        known = states.get(part.name)
        match known.state if known else "stopped":
            case "running" | "starting":
                state = "running" if _passes(part) else "starting"
            case "backoff" | "fatal" | "exited":
                state = "failing"
            case _:
                state = "stopped"
        return PartStatus(name=part.name, state=state, url=part.url, pid=known.pid if known else 0)

    def _start_one(self, part: Part, check: Callable[[], None]) -> None:
        part.prepare()
        check()
        self._runner.start_part(part.name)
        try:
            if part.is_optional:
                self._wait_while_it_lives(part, check)
            else:
                wait_ready(part.name, part.probe, part.ready_seconds, check)
        except TimedOut as error:
            raise TimedOut(error.detail, hint=f"Its log is {self.home.log(part.name)}.") from error

    def _wait_while_it_lives(self, part: Part, check: Callable[[], None]) -> None:
        """Waits until an optional part is ready; if its process ends, or takes too long, the start continues without
        it.
        """
        first = self._runner.states()[part.name].parent_pid

        def lives() -> None:
            check()
            if self._runner.states()[part.name].parent_pid != first:
                raise TimedOut(f"The part {part.name} ended")

        try:
            wait_ready(part.name, part.probe, part.ready_seconds, lives)
        except TimedOut:
            self._runner.stop_parts((part.name,))
            log = self.home.log(part.name)
            self._say(f"Going on without the part {part.name}: {last_words(log, part.name)} Its log is {log}.")

    def _tell_ready(self, part: Part, ready: Callable[[str, str, float], None], seconds: float) -> None:
        if not part.is_optional or _passes(part):
            ready(part.name, part.url, seconds)

    def _end(self, plan: Plan) -> None:
        parts = [part for part in table(plan) if isinstance(part, Part)]
        if self.runs():
            # First the services, then the servers they use; each group at once.
            self._stop_if_runner_lives(part.name for part in parts if not part.is_server)
            self._stop_if_runner_lives(part.name for part in parts if part.is_server)
        self._runner.shut_down()
        end_leftovers(self.home, _LEFTOVER_SECONDS)
        if plan.s3 is not None:
            plan.s3.remove_sockets()
        self._started_here = False

    def _refuse_half_restored(self, parts: Iterable[Part]) -> None:
        if self.home.restoring.exists() and not all(part.is_server for part in parts):
            raise Conflict("A backup was restored here only in part.", hint="./winnow restore FOLDER goes on with it.")

    def _stop_if_runner_lives(self, names: Iterable[str]) -> None:
        try:
            self._runner.stop_parts(names)
        except Unavailable:
            # The runner ended meanwhile, and its parts with it.
            return

    def _new_plan(self, scale: Mapping[str, int]) -> Plan:
        scale = {**remembered_scale(self.home.scale), **scale}
        wishes = {**dict.fromkeys(health_ports(scale), 0), **self._port_wishes}
        keep_scale(self.home.scale, scale)
        return make_plan(self._settings, keep_ports(self.home.ports, wishes), scale)

    def _dressed(self) -> tuple[Part | Elsewhere, ...]:
        return tuple(self._dress(part) if isinstance(part, Part) else part for part in table(self.plan()))

    def _part(self, name: str) -> Part:
        for part in self._dressed():
            if part.name == name and isinstance(part, Part):
                return part
        raise NotFound(f"There is no part {name!r} here.")

    @contextmanager
    def _alone(self, *, waits: bool = False) -> Iterator[None]:
        """Allows one start or end at a time; the lock ends with the process, however it ends."""
        folder(self.home.root)
        with self.home.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise Conflict("It is being started or stopped by another command.", hint="Try again soon.") from error
            yield


def _passes(part: Part) -> bool:
    try:
        part.probe()
    except Unavailable:
        return False
    return True


def last_words(log: Path, name: str) -> str:
    """Why a part ended, in its own words, else the last line of its log.

    The runner may have begun it again before it was stopped, and that one speaks on: the end has a mark of its own.
    """
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    mark = f"{name} ends: "
    ends = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
    return [*lines, *ends][-1] if lines else "it said nothing."


def _runner_environment(home: Home) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in _OURS_ALONE}
    return {**kept, MARK: str(home.root)}
