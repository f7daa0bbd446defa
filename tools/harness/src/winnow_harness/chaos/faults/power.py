"""Power cuts: a server ends at once, and its disk has only what had reached it."""

import os
import signal

from winnow_harness.chaos.fault import Fault, every_node, no_target
from winnow_harness.chaos.postgres_sessions import signal_server
from winnow_harness.chaos.world import World


def _cut_broker(world: World, target: str) -> None:
    os.kill(world.rabbit.pid, signal.SIGSTOP)
    world.rabbit_disk.cut_power()
    world.rabbit.kill()
    world.rabbit_disk.remove()


def _restore_broker(world: World, target: str) -> None:
    world.rabbit_disk.restore_power()
    world.rabbit.start()


def _cut_postgres(world: World, target: str) -> None:
    pid = world.stack.pid("postgres")
    signal_server(pid, signal.SIGSTOP)
    world.postgres_disk.cut_power()
    signal_server(pid, signal.SIGKILL)
    world.stack.stop_part("postgres")  # or it would be started again
    world.postgres_disk.remove()


def _restore_postgres(world: World, target: str) -> None:
    world.postgres_disk.restore_power()
    world.stack.start_part("postgres")


BROKER_POWER_CUT = Fault(
    name="broker_power_cut",
    about="the broker's power cut: killed, and what was not synced to its disk is lost",
    strike=_cut_broker,
    heal=_restore_broker,
    hold_seconds=(0.5, 4.0),
    shared=True,
    targets=no_target,
    touches=every_node,
    disk_of="rabbitmq",
)
POSTGRES_POWER_CUT = Fault(
    name="postgres_power_cut",
    about="PostgreSQL's power cut: killed, and what was not synced to its disk is lost",
    strike=_cut_postgres,
    heal=_restore_postgres,
    hold_seconds=(0.5, 4.0),
    shared=True,
    targets=no_target,
    touches=lambda node, target: node.startswith("index"),
    holds_up=every_node,
    disk_of="postgres",
)
