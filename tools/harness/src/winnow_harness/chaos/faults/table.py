"""Every fault by name."""

from collections.abc import Iterable

from winnow_contracts.errors import Misconfigured
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.faults.broker import ALARM, CUT, LANE_FULL, RESTART, WIPED
from winnow_harness.chaos.faults.clock import CLOCK_AHEAD, CLOCK_BEHIND
from winnow_harness.chaos.faults.gateways import GATEWAY_SCALE_IN
from winnow_harness.chaos.faults.journals import DISK_FULL, JOURNAL_DELETED, SCALE_IN
from winnow_harness.chaos.faults.postgres import (
    BACKENDS_ENDED,
    POOL_EXHAUSTED,
    POSTGRES_DISK_FULL,
    POSTGRES_DOWN,
    POSTGRES_SILENT,
)
from winnow_harness.chaos.faults.power import BROKER_POWER_CUT, POSTGRES_POWER_CUT
from winnow_harness.chaos.faults.processes import FREEZE, KILL, KILL_PARENT, TERM
from winnow_harness.chaos.faults.servers import AI_DOWN, S3_DOWN
from winnow_harness.chaos.faults.silence import INDEX_FROZEN, SILENT_NODE

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        KILL,
        KILL_PARENT,
        TERM,
        FREEZE,
        CUT,
        SILENT_NODE,
        RESTART,
        BROKER_POWER_CUT,
        WIPED,
        ALARM,
        LANE_FULL,
        DISK_FULL,
        JOURNAL_DELETED,
        SCALE_IN,
        GATEWAY_SCALE_IN,
        S3_DOWN,
        POSTGRES_DOWN,
        POSTGRES_SILENT,
        BACKENDS_ENDED,
        POOL_EXHAUSTED,
        POSTGRES_DISK_FULL,
        POSTGRES_POWER_CUT,
        INDEX_FROZEN,
        AI_DOWN,
        CLOCK_AHEAD,
        CLOCK_BEHIND,
    )
}


def chosen_faults(names: Iterable[str]) -> list[Fault]:
    """Returns the named faults, or all if none is named. Raises Misconfigured for an unknown name."""
    wanted = list(dict.fromkeys(names)) or list(FAULTS)
    if unknown := [name for name in wanted if name not in FAULTS]:
        raise Misconfigured(f"There is no fault {unknown[0]!r}.", hint=f"The faults are {', '.join(FAULTS)}.")
    return [FAULTS[name] for name in wanted]
