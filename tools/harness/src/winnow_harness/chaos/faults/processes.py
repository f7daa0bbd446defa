"""Faults of single processes: killed, terminated, frozen for longer than the broker waits."""

import signal

from winnow_harness.chaos.fault import Fault, Scene, every_process
from winnow_harness.chaos.world import World

HEARTBEAT_SECONDS = 5
"""The heartbeat of the run's broker connections: a peer that is silent for two of these is given up."""


def _kill(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGKILL)


def _kill_parent(world: World, target: str) -> None:
    world.stack.kill_parent(target)


def _end(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGTERM)


def _freeze(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGSTOP)


def _thaw(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGCONT)


KILL = Fault(
    name="kill",
    about="SIGKILL of a process and its children",
    scenario="chaos_crash_recovery",
    strike=_kill,
    weight=6,
    targets=every_process,
)
KILL_PARENT = Fault(
    name="kill_parent", about="SIGKILL of the process that forks a node, and so of the node", strike=_kill_parent
)
TERM = Fault(
    name="term", about="SIGTERM of a process, which is started again", strike=_end, weight=3, targets=every_process
)
FREEZE = Fault(
    name="freeze",
    about="SIGSTOP of a node for longer than the broker's heartbeat, then SIGCONT",
    strike=_freeze,
    heal=_thaw,
    hold_seconds=(2.6 * HEARTBEAT_SECONDS, 3.4 * HEARTBEAT_SECONDS),
    weight=2,
)
