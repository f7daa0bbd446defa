"""Faults of the broker and of the connection to it: reset connections, restart, loss of all data, memory alarm."""

from winnow_harness.chaos.fault import Fault, Scene, every_node, no_target


def _cut(scene: Scene, target: str) -> None:
    scene.proxy.cut()


def _restart(scene: Scene, target: str) -> None:
    scene.rabbit.kill()


def _start(scene: Scene, target: str) -> None:
    scene.rabbit.start()


def _wipe(scene: Scene, target: str) -> None:
    scene.rabbit.wipe()


def _alarm(scene: Scene, target: str) -> None:
    scene.rabbit.ctl("set_vm_memory_high_watermark", "0.00001")


def _calm(scene: Scene, target: str) -> None:
    scene.rabbit.ctl("set_vm_memory_high_watermark", "0.4")


def _fill_lanes(scene: Scene, target: str) -> None:
    lanes = r"^(media(\.bulk)?|ai(\.speech|\.vision|\.bulk)?|index(\.bulk)?)$"
    scene.rabbit.ctl("set_policy", _FULL, lanes, '{"max-length": 1}', "--apply-to", "queues")


def _drain_lanes(scene: Scene, target: str) -> None:
    scene.rabbit.ctl("clear_policy", _FULL)


def _nobody(node: str, target: str) -> bool:
    return False


_FULL = "chaos-full"

CUT = Fault(
    name="cut",
    about="every connection to the broker reset",
    strike=_cut,
    weight=6,
    targets=no_target,
    touches=every_node,
)
RESTART = Fault(
    name="broker_restart",
    about="SIGKILL of the broker, which is started again",
    strike=_restart,
    heal=_start,
    hold_seconds=(0.5, 4.0),
    shared=True,
    targets=no_target,
    touches=every_node,
)
WIPED = Fault(
    name="broker_wiped",
    about="the broker stopped, all its data deleted, started empty",
    strike=_wipe,
    alone=True,
    shared=True,
    targets=no_target,
    touches=every_node,
    # Nodes are idle until the journals have noticed, and index sends again what it keeps ten seconds after it has.
    aftermath_seconds=20.0,
)
ALARM = Fault(
    name="memory_alarm",
    about="the broker's memory alarm, which blocks every publisher",
    strike=_alarm,
    heal=_calm,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    touches=every_node,
)
LANE_FULL = Fault(
    name="lane_full",
    about="the lanes of all services take one message at a time",
    strike=_fill_lanes,
    heal=_drain_lanes,
    hold_seconds=(4.0, 9.0),
    shared=True,
    targets=no_target,
    # What runs goes on, and its messages are not sent twice: what was refused was not sent.
    touches=_nobody,
    holds_up=every_node,
    # A lane that refused is left alone for up to half a minute.
    aftermath_seconds=30.0,
)
