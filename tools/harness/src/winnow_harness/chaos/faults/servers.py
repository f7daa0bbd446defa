"""Faults of the other servers: S3 store or AI endpoint are down for a while."""

from winnow_harness.chaos.fault import Fault, every_node, no_target
from winnow_harness.chaos.world import World


def _stop_s3(world: World, target: str) -> None:
    world.stack.stop_part("s3")


def _start_s3(world: World, target: str) -> None:
    world.stack.start_part("s3")


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
