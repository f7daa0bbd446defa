"""Faults of single processes: killed, asked to end, frozen longer than the broker waits."""

import signal

from winnow_local.chaos.fault import Fault, Scene, every_process

HEARTBEAT_SECONDS = 5
"""What the run asks of the broker: a silent peer is given up after two of these."""


def _kill(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGKILL)


def _end(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGTERM)


def _freeze(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGSTOP)


def _thaw(scene: Scene, target: str) -> None:
    scene.signal(target, signal.SIGCONT)


KILL = Fault(name="kill", about="SIGKILL of a process and its children", strike=_kill, weight=6, targets=every_process)
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
