"""Runs a Winnow worker with empty actors for the three commands of a drill: ``python -m`` with its lanes and threads.

It is the chassis's worker with all that belongs to it: journal, outbox, shipper, control. Only its actors do nothing.
"""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

from winnow_base.environment import Environment
from winnow_bench.pair.marks import Marker
from winnow_chassis.outbox.event_shipper import Shipper
from winnow_chassis.settings import read_chassis_settings
from winnow_chassis.worker.lane import Lane
from winnow_chassis.worker.routes import Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts.commands import Drill, DrillAi, DrillMedia, StoreDrill
from winnow_journal.task import Task

MARKS = "WINNOW_BENCH_MARKS"
UNSHIPPED = "unshipped"
_NEXT: dict[type[Drill], type[Drill]] = {DrillMedia: DrillAi, DrillAi: StoreDrill}
_POLICY = Policy(retries=3, backoff_seconds=1, limit_seconds=60)


def main(arguments: Sequence[str]) -> None:
    """Work until SIGTERM: ``LANE[,LANE …] THREADS``, and ``unshipped`` if no event is to leave the journal.

    The lanes share the threads evenly; each has one at least.
    """
    names, threads, *rest = arguments[0].split(","), int(arguments[1]), *arguments[2:]
    environment = Environment()
    settings = read_chassis_settings(environment, "media")
    marks = environment.path(MARKS)
    environment.done()
    each = max(1, threads // len(names))
    kept = patch("winnow_chassis.outbox.runtime.Shipper", _idle_shipper) if UNSHIPPED in rest else nullcontext()
    with kept:
        run_worker(settings, [Lane(name=name, threads=each) for name in names], make_routes(Marker(marks)), ())


def make_routes(marker: Marker) -> list[Route]:
    """The three routes. A drill's ``steps`` say here how many tasks are to follow; the last one marks its job."""

    def work(task: Task, command: Drill) -> None:
        if command.steps:
            task.send(
                _NEXT[type(command)](
                    tenant_id=command.tenant_id,
                    job_id=command.job_id,
                    media_id=command.media_id,
                    steps=command.steps - 1,
                )
            )
        else:
            marker.note(command.job_id)

    return [Route(command=command, actor=work, policy=_POLICY) for command in (DrillMedia, DrillAi, StoreDrill)]


def _idle_shipper(*arguments: Any, **options: Any) -> Shipper:
    """The shipper of a process that ships nothing, as all of the gateway's are but one."""
    return Shipper(*arguments, **{**options, "may_ship": lambda: False})


if __name__ == "__main__":
    main(sys.argv[1:])
