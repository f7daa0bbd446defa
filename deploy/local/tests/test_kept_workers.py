"""Workers of a real stack and the parents that fork them are killed separately, end together, and leave no orphan."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from winnow_harness.fixtures.stack import StackFixture
from winnow_local.home import Home
from winnow_local.leftovers import processes_of
from winnow_local.ports import DEFAULT_PORTS, keep_ports
from winnow_local.runner import PartState, Runner

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

WORKER = "media-examine"
PARTS = ("rabbitmq", "s3", WORKER)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackFixture]:
    stack = StackFixture(tmp_path / "home")
    try:
        stack.start(only=PARTS)
        yield stack
    finally:
        stack.close()


def state(stack: StackFixture) -> PartState:
    return Runner(stack.home).states()[WORKER]


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.05)


def test_a_killed_worker_is_forked_by_the_same_parent_and_a_killed_parent_by_the_runner(stack: StackFixture) -> None:
    first = state(stack)
    assert stack.kill_part(WORKER) == first.pid != first.parent_pid
    eventually(lambda: stack.pid(WORKER) not in (0, first.pid))
    stack.wait_part(WORKER)
    second = state(stack)
    assert second.parent_pid == first.parent_pid

    os.kill(second.parent_pid, signal.SIGKILL)
    eventually(lambda: stack.pid(WORKER) not in (0, second.pid))
    stack.wait_part(WORKER)
    third = state(stack)
    assert third.parent_pid not in (0, first.parent_pid)
    assert not {first.pid, second.pid, second.parent_pid} & set(processes_of(stack.home))

    stack.stop_part(WORKER)
    assert not {third.pid, third.parent_pid} & set(processes_of(stack.home))
    stack.close()
    assert processes_of(stack.home) == ()


def test_no_worker_is_left_when_the_runner_is_killed(stack: StackFixture) -> None:
    os.kill(int(stack.home.supervisor_pid.read_text()), signal.SIGKILL)
    stack.close()
    assert processes_of(stack.home) == ()


def test_no_worker_is_left_after_ctrl_c(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home")
    keep_ports(home.ports, dict.fromkeys(DEFAULT_PORTS, 0))
    command = (sys.executable, "-c", "from winnow_cli.main import main; main()", "up", "--only", *PARTS)
    environment = {**os.environ, "WINNOW_HOME": str(home.root)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as up:
        assert up.stdout is not None
        for line in up.stdout:
            if b"Ctrl-C" in line:
                break
        up.send_signal(signal.SIGINT)
        up.stdout.read()
    assert up.returncode in (0, 130)
    assert processes_of(home) == ()
