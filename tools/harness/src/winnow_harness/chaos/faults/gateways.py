"""A gateway that leaves for good."""

import shutil

from winnow_contracts.errors import Unavailable
from winnow_harness.chaos.fault import Fault, Scene
from winnow_harness.chaos.world import LEAVING_GATEWAY, World


def _leave(world: World, target: str) -> None:
    folder = world.stack.home.node(target)
    if world.leaving_gateway is None or not folder.exists():
        raise Unavailable(f"{target} has left already.", dependency="gateway")
    world.leaving_gateway.stop()
    shutil.rmtree(folder)


def _gateway(scene: Scene) -> tuple[str, ...]:
    return (LEAVING_GATEWAY,)


GATEWAY_SCALE_IN = Fault(
    name="gateway_scale_in",
    about="one of two gateways stopped cleanly, its disk deleted, its name never used again",
    strike=_leave,
    alone=True,
    targets=_gateway,
)
