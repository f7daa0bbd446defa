"""Faults of PostgreSQL: down, silent, without room or connections, or its sessions ended."""

import signal

from winnow_harness.chaos.fault import Fault, every_node, no_target
from winnow_harness.chaos.postgres_sessions import send_signal, sessions, signal_server
from winnow_harness.chaos.world import World
from winnow_local.ports import remembered_ports


def _stop(world: World, target: str) -> None:
    world.stack.stop_part("postgres")


def _start(world: World, target: str) -> None:
    world.stack.start_part("postgres")


def _silence(world: World, target: str) -> None:
    signal_server(world.stack.pid("postgres"), signal.SIGSTOP)


def _wake(world: World, target: str) -> None:
    signal_server(world.stack.pid("postgres"), signal.SIGCONT)


def _end_backends(world: World, target: str) -> None:
    for session in sessions(world.stack.pid("postgres")):
        send_signal(session.pid, signal.SIGTERM)


def _take_connections(world: World, target: str) -> None:
    world.hoard.take(remembered_ports(world.stack.home.ports)["postgres"])
    for session in sessions(world.stack.pid("postgres")):
        if session.client_port not in world.hoard.local_ports:
            send_signal(session.pid, signal.SIGTERM)


def _give_connections_back(world: World, target: str) -> None:
    world.hoard.release()


def _fill_disk(world: World, target: str) -> None:
    world.postgres_disk.fill()


def _empty_disk(world: World, target: str) -> None:
    world.postgres_disk.empty()
    # Without room for its log it ends, and the runner may have given it up.
    if not world.stack.pid("postgres"):
        world.stack.start_part("postgres")
    world.stack.wait_part("postgres")


def _is_index(node: str, target: str) -> bool:
    return node.startswith("index")


POSTGRES_DOWN = Fault(
    name="postgres_down",
    scenario="chaos_postgres_restart",
    about="PostgreSQL stopped",
    strike=_stop,
    heal=_start,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=_is_index,
    # A resent message waits until index, which needs PostgreSQL, can say what happened to its task.
    holds_up=every_node,
)
POSTGRES_SILENT = Fault(
    name="postgres_silent",
    about="every process of PostgreSQL stopped: it holds its connections and answers nobody",
    strike=_silence,
    heal=_wake,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=_is_index,
    holds_up=every_node,
)
BACKENDS_ENDED = Fault(
    name="backends_ended",
    scenario="chaos_pg_backend_kill",
    about="every PostgreSQL session of a client ended",
    strike=_end_backends,
    weight=3,
    targets=no_target,
    touches=_is_index,
)
POOL_EXHAUSTED = Fault(
    name="pool_exhausted",
    scenario="chaos_pool_exhaustion",
    about="PostgreSQL's connections taken by others, and those that index had ended",
    strike=_take_connections,
    heal=_give_connections_back,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=_is_index,
    holds_up=every_node,
)
POSTGRES_DISK_FULL = Fault(
    name="postgres_disk_full",
    about="PostgreSQL's disk filled to the last byte",
    strike=_fill_disk,
    heal=_empty_disk,
    hold_seconds=(6.0, 12.0),
    shared=True,
    targets=no_target,
    touches=_is_index,
    holds_up=every_node,
    disk_of="postgres",
)
