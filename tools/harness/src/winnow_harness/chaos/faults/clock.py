"""A node's clock is wrong by an hour for a while."""

from winnow_harness.chaos.fault import Fault, Scene
from winnow_harness.chaos.world import World

_HOUR_SECONDS = 3600


def _ahead(world: World, target: str) -> None:
    world.clock.step(_HOUR_SECONDS)


def _behind(world: World, target: str) -> None:
    world.clock.step(-_HOUR_SECONDS)


def _right(world: World, target: str) -> None:
    world.clock.step(0)


def _node(scene: Scene) -> tuple[str, ...]:
    assert isinstance(scene, World)
    return (scene.clock.node,)


CLOCK_AHEAD = Fault(
    name="clock_ahead",
    about="a node's clock an hour ahead, and back",
    strike=_ahead,
    heal=_right,
    hold_seconds=(5.0, 12.0),
    targets=_node,
)
CLOCK_BEHIND = Fault(
    name="clock_behind",
    about="a node's clock an hour behind, and back",
    strike=_behind,
    heal=_right,
    hold_seconds=(5.0, 12.0),
    targets=_node,
)
