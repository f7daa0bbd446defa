"""P8, P20, P23: worker processes that are killed or stopped, by themselves or by others."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from winnow_chassis.worker import lane_worker
from winnow_contracts.events import EventKind
from winnow_contracts.states import TERMINAL
from winnow_harness.fixtures.nodes import envelope, wait_for
from winnow_journal.journal import SqliteJournal
from winnow_journal.testing.content import sqlite_content

PROGRAM = Path(__file__).with_name("worker_process.py")
COMPOSE = Path(__file__).parents[4] / "deploy" / "compose.yaml"


@pytest.fixture
def start(broker, tmp_path):
    """A function that starts a worker process on a node's folder; leftover processes are killed afterwards."""
    started = []
    (tmp_path / "tmp").mkdir()

    def begin(*, node="node", threads=4, drain_ms=15_000):
        arguments = [sys.executable, str(PROGRAM), broker.amqp_url, str(tmp_path), node, str(threads), str(drain_ms)]
        with (tmp_path / "worker.log").open("ab") as log:
            environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
            started.append(subprocess.Popen(arguments, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield begin
    for process in started:
        process.send_signal(signal.SIGABRT)  # one that hangs says where, below the test that failed
        process.wait()
    print((tmp_path / "worker.log").read_text() if started else "")


@pytest.fixture
def ran(tmp_path):
    """A function that reads the names of the attempts started so far, in order."""
    log = tmp_path / "ran.log"
    return lambda: [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def ended(tmp_path):
    """A function that checks whether that many tasks have ended in the node's journal."""
    path = tmp_path / "node" / "journal" / "journal.db"

    def asked(count):
        with contextlib.suppress(sqlite3.OperationalError):  # the node is just creating it
            return sum(task.state in TERMINAL for task in sqlite_content(path).tasks.values()) == count

    return asked


def test_p8_a_task_that_kills_its_process_ends_as_poison_by_name_and_its_neighbours_are_done(
    send, start, ran, ended, tmp_path
):
    innocents = [f"slow{number}" for number in range(3)]
    send(*map(envelope, ["poison", *innocents])).wait(60)
    deaths, process = 0, start()
    while not ended(4):
        if process.poll() is not None:
            assert process.returncode == -signal.SIGKILL
            deaths += 1
            assert deaths < 6, "it kills and kills"
            process = start()
        time.sleep(0.1)
    process.terminate()
    process.wait()
    assert ran().count("poison") == deaths == 3, "once among others, twice alone"
    journal = SqliteJournal(tmp_path / "node" / "journal", "node")
    events = [one.event for one in journal.events_after(0, 1_000)]
    journal.close()
    dead = [event for event in events if event.kind is EventKind.DEAD]
    assert [(event.job_id, event.detail["problem"]["code"]) for event in dead] == [("job_poison", "poison")]
    done = [event.job_id for event in events if event.kind is EventKind.COMPLETED]
    assert sorted(done) == [f"job_{name}" for name in innocents]
    assert all(ran().count(name) <= 2 for name in innocents), "an innocent died more than once with it"


def test_p20_a_worker_told_to_stop_ends_in_time_and_its_deaf_task_goes_to_another(send, start, ran):
    process = start(drain_ms=1_000)
    send(envelope("deaf")).wait(60)
    wait_for(lambda: ran() == ["deaf"])
    began = time.monotonic()
    process.terminate()
    assert process.wait(100) == 0
    assert time.monotonic() - began < 45, "longer than compose would wait"
    start(node="other")
    wait_for(lambda: ran() == ["deaf", "deaf"], what="the task was not handed on")


def test_p20_compose_waits_longer_than_a_worker_needs_to_stop():
    """A worker needs the drain, then ten seconds each for relay, shipper and publisher."""
    grace = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["x-service"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) >= lane_worker._DRAIN_MS / 1000 + 3 * 10


def test_p23_a_killed_worker_had_no_children_and_leaves_no_files_but_its_own_folder(send, start, ran, tmp_path):
    process = start()
    send(envelope("slow")).wait(60)
    wait_for(lambda: ran() == ["slow"])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    process.kill()
    process.wait()
    assert children == ""
    assert list((tmp_path / "tmp").iterdir()) == []
