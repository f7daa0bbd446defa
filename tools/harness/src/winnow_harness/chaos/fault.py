"""Defines a fault: how it strikes, how it is healed, and whose running work it affects."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from winnow_harness.fixtures.proxy import Proxy
from winnow_harness.fixtures.servers import RabbitFixture


class Scene(Protocol):
    """The target of faults: a broker behind a proxy, and worker processes. Winnow's stack, or stock Dramatiq's."""

    rabbit: RabbitFixture
    proxy: Proxy

    @property
    def workers(self) -> Sequence[str]:
        """Names of the nodes that run tasks."""
        ...

    @property
    def processes(self) -> Sequence[str]:
        """Names of all processes that may be killed."""
        ...

    def signal(self, name: str, number: signal.Signals) -> int:
        """Signals a process and its children; returns its id. Raises Unavailable if it does not run."""
        ...


def nothing(scene: Scene, target: str) -> None:
    """Heals a fault that heals by itself."""


def one_node(node: str, target: str) -> bool:
    """The fault affects the work of the node it strikes."""
    return node == target


def every_node(node: str, target: str) -> bool:
    """The fault affects the work of all nodes."""
    return True


def every_process(scene: Scene) -> Sequence[str]:
    """The fault may strike any process."""
    return scene.processes


def every_worker(scene: Scene) -> Sequence[str]:
    """The fault may strike any node that runs tasks."""
    return scene.workers


def no_target(scene: Scene) -> Sequence[str]:
    """The fault strikes a server that all share."""
    return ("",)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of fault. ``strike`` begins it, ``heal`` ends it; both get the scene and the struck process's name.

    ``hold_seconds`` are the least and most seconds between the two. ``weight`` is its relative frequency. ``alone``: no
    other fault is open meanwhile. ``shared``: it strikes a server, and only one of these is open at a time.
    ``scenario``: the name that the same fault has elsewhere (docs/chaos.md), empty if it has none.
    ``touches(node, target)``: whether it affects running work of ``node``. ``holds_up``: whether it delays work not yet
    begun, if that differs; the delay lasts ``aftermath_seconds`` longer than the fault. ``disk_of``: whose disk must be
    one of its own: ``nodes``, or the server ``postgres`` or ``rabbitmq``. ``deletes_journal``: the struck node's.
    """

    name: str
    about: str
    scenario: str = ""
    strike: Callable[..., None]
    heal: Callable[..., None] = nothing
    hold_seconds: tuple[float, float] = (0.0, 0.0)
    weight: int = 1
    alone: bool = False
    shared: bool = False
    targets: Callable[..., Sequence[str]] = every_worker
    touches: Callable[[str, str], bool] = one_node
    holds_up: Callable[[str, str], bool] | None = None
    aftermath_seconds: float = 0.0
    disk_of: str = ""
    deletes_journal: bool = False
