"""Faults of a node's journal: its disk is full, the journal is deleted, or the node leaves with it."""

import shutil

from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.world import World


def _fill(world: World, target: str) -> None:
    world.disks.fill(target)


def _empty(world: World, target: str) -> None:
    world.disks.empty(target)


def _delete(world: World, target: str) -> None:
    world.stack.delete_journal(target)


def _leave(world: World, target: str) -> None:
    world.stack.stop_part(target)
    shutil.rmtree(world.stack.home.node(target) / "journal")


def _replace(world: World, target: str) -> None:
    world.stack.start_part(target)


DISK_FULL = Fault(
    name="disk_full",
    about="the disk of a node's journal filled to the last byte",
    strike=_fill,
    heal=_empty,
    hold_seconds=(4.0, 9.0),
    disk_of="nodes",
)
JOURNAL_DELETED = Fault(
    name="journal_deleted",
    about="a node killed and its journal deleted",
    strike=_delete,
    alone=True,
    deletes_journal=True,
)
SCALE_IN = Fault(
    name="scale_in",
    about="a node stopped cleanly and its disk deleted; another begins in its place",
    strike=_leave,
    heal=_replace,
    hold_seconds=(2.0, 8.0),
    alone=True,
    deletes_journal=True,
)
