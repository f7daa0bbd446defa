"""A worker node as a process of its own: ``worker_process.py AMQP_URL FOLDER NODE THREADS DRAIN_MS``.

The command's file name says what its actor does. Each start is written to FOLDER/ran.log.
"""

import faulthandler
import os
import signal
import sys
import time
from pathlib import Path

from winnow_chassis.worker import lane_worker
from winnow_chassis.worker.lane import Lane
from winnow_chassis.worker.routes import Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts.commands import Examine
from winnow_harness.fixtures.nodes import LANE, settings


def act(task, command):
    with (Path(sys.argv[2]) / "ran.log").open("a") as log:
        log.write(f"{command.filename} {task.envelope.retry}\n")
    if command.filename == "poison":
        time.sleep(1)  # let other tasks begin beside it
        os.kill(os.getpid(), signal.SIGKILL)
    if command.filename == "deaf":
        time.sleep(300)
    if command.filename.startswith("slow"):
        for _ in range(20):
            time.sleep(0.1)
            task.check()


if __name__ == "__main__":
    faulthandler.enable()
    lane_worker._DRAIN_MS = int(sys.argv[5])
    policy = Policy(retries=3, backoff_seconds=1, limit_seconds=600)
    run_worker(
        settings(sys.argv[1], Path(sys.argv[2]), sys.argv[3]),
        [Lane(name=LANE, threads=int(sys.argv[4]))],
        [Route(command=Examine, actor=act, policy=policy)],
        [],
    )
