"""Nodes that are there and do nothing: cut off without a closed connection, or frozen inside a transaction."""

import signal
import time
from collections.abc import Sequence

from winnow_contracts.errors import Unavailable
from winnow_harness.chaos.far_node import LEASE_SECONDS
from winnow_harness.chaos.fault import Fault, Scene
from winnow_harness.chaos.postgres_sessions import ports_of, sessions
from winnow_harness.chaos.world import World
from winnow_harness.usage import descendants

_TRY_SECONDS = 10.0
_ANSWERED_SECONDS = 0.05
"""PostgreSQL has ended the statement that a frozen client waits for."""
_BETWEEN_TRIES_SECONDS = 0.02


def _fall_silent(world: World, target: str) -> None:
    world.far.fall_silent()


def _speak(world: World, target: str) -> None:
    world.far.speak()


def _freeze_in_transaction(world: World, target: str) -> None:
    until = time.monotonic() + _TRY_SECONDS
    while time.monotonic() < until:
        pid = world.signal(target, signal.SIGSTOP)
        time.sleep(_ANSWERED_SECONDS)
        ports = ports_of(descendants(pid))
        held = [one for one in sessions(world.stack.pid("postgres")) if one.client_port in ports]
        if any(one.doing == "idle in transaction" for one in held):
            return
        world.signal(target, signal.SIGCONT)
        time.sleep(_BETWEEN_TRIES_SECONDS)
    raise Unavailable(f"{target} was not inside a transaction.", dependency=target)


def _thaw(world: World, target: str) -> None:
    world.signal(target, signal.SIGCONT)


def _far_node(scene: Scene) -> Sequence[str]:
    assert isinstance(scene, World)
    return (scene.far.node,)


def _index_nodes(scene: Scene) -> Sequence[str]:
    return [node for node in scene.workers if node.startswith("index")]


SILENT_NODE = Fault(
    name="silent_node",
    about="nothing passes between a node and the broker for longer than the lease, and no connection is closed",
    strike=_fall_silent,
    heal=_speak,
    hold_seconds=(LEASE_SECONDS + 4.0, LEASE_SECONDS + 10.0),
    targets=_far_node,
)
INDEX_FROZEN = Fault(
    name="index_frozen",
    about="an index node stopped inside a transaction, for longer than PostgreSQL keeps it open",
    strike=_freeze_in_transaction,
    heal=_thaw,
    # PostgreSQL ends a transaction that is idle for fifteen seconds.
    hold_seconds=(17.0, 21.0),
    targets=_index_nodes,
)
