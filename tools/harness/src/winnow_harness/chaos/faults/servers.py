"""Faults of the other servers: S3 store, PostgreSQL or AI endpoint are down, or silent, for a while."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from winnow_harness.chaos.fault import Fault, every_node, no_target
from winnow_harness.chaos.world import World
from winnow_harness.usage import descendants


def _stop_s3(world: World, target: str) -> None:
    world.stack.stop_part("s3")


def _start_s3(world: World, target: str) -> None:
    world.stack.start_part("s3")


def _stop_postgres(world: World, target: str) -> None:
    world.stack.stop_part("postgres")


def _start_postgres(world: World, target: str) -> None:
    world.stack.start_part("postgres")


def _silence_postgres(world: World, target: str) -> None:
    _signal_postgres(world, signal.SIGSTOP)


def _wake_postgres(world: World, target: str) -> None:
    _signal_postgres(world, signal.SIGCONT)


def _end_backends(world: World, target: str) -> None:
    for pid in descendants(world.stack.pid("postgres")):
        if b" 127.0.0.1(" in _command(pid):  # a client's, as the process says of itself
            _send(pid, signal.SIGTERM)


def _signal_postgres(world: World, number: signal.Signals) -> None:
    # Each process of PostgreSQL is a group of its own.
    for pid in descendants(world.stack.pid("postgres")):
        _send(pid, number)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(pid, number)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _is_index(node: str, target: str) -> bool:
    return node.startswith("index")


def _refuse_ai(world: World, target: str) -> None:
    world.ai_proxy.refusing = True
    world.ai_proxy.cut()


def _admit_ai(world: World, target: str) -> None:
    world.ai_proxy.refusing = False


S3_DOWN = Fault(
    name="s3_down",
    about="the S3 store stopped",
    strike=_stop_s3,
    heal=_start_s3,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=every_node,
)
POSTGRES_DOWN = Fault(
    name="postgres_down",
    scenario="chaos_postgres_restart",
    about="PostgreSQL stopped",
    strike=_stop_postgres,
    heal=_start_postgres,
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
    strike=_silence_postgres,
    heal=_wake_postgres,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=_is_index,
    holds_up=every_node,
)
BACKENDS_ENDED = Fault(
    name="backends_ended",
    about="every PostgreSQL session of a client ended",
    scenario="chaos_pg_backend_kill",
    strike=_end_backends,
    weight=3,
    targets=no_target,
    touches=_is_index,
)
AI_DOWN = Fault(
    name="ai_down",
    about="the AI endpoint takes no connection",
    strike=_refuse_ai,
    heal=_admit_ai,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=lambda node, target: node.startswith("ai"),
)
