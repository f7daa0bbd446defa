"""Three processes with a scheduler each; the one that got the run is killed in the middle of it."""

import os
import signal
import subprocess
import sys

from winnow_harness.fixtures.nodes import wait_for
from winnow_index.schedules.schedule import Schedule

YEARLY = Schedule(name="yearly", cron="0 0 1 1 *", what="Something.", attempts=3)
NODE = """
import sys, threading
from zoneinfo import ZoneInfo
from winnow_index.database import Database
from winnow_index.schedules.runs import ScheduleRuns
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Scheduler

url, node = sys.argv[1:]
database = Database(url)
zone = ZoneInfo("UTC")
yearly = Schedule(name="yearly", cron="0 0 1 1 *", what="Something.", attempts=3)

def work(stopping, fire_ms):
    with database.transaction() as transaction:
        begun = transaction.run_text("SELECT FROM index_flag")
        transaction.run("set_flag", {"name": node, "value": str(fire_ms)})
    if not begun:
        stopping.wait(300)
    return {"by": node}

Scheduler(ScheduleRuns(database, node=node, zone=zone, lease_seconds=3), {yearly: work}, zone=zone).start()
threading.Event().wait()
"""


def test_a_fire_of_three_processes_is_run_to_its_end_by_another_when_its_node_is_killed(
    database, database_url, history
):
    def begun():
        with database.transaction() as transaction:
            return [name for name in "abc" if transaction.row("read_flag", {"name": name})]

    line = [sys.executable, "-c", NODE, database_url]
    nodes = {name: subprocess.Popen([*line, name]) for name in "abc"}
    try:
        wait_for(begun, 60)
        (leader,) = begun()
        os.kill(nodes[leader].pid, signal.SIGKILL)
        wait_for(lambda: [row["outcome"] for row in history(YEARLY)] == ["done"], 60)
        (row,) = history(YEARLY)
        assert row["detail"] == {"by": row["node"]}
        assert sorted(begun()) == sorted([leader, row["node"]])
    finally:
        for process in nodes.values():
            process.kill()
            process.wait()
