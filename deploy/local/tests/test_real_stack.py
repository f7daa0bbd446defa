"""The stack on real servers: starts, restarts, an end without orphans, data that survives."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow_contracts.errors import Conflict
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.home import Home
from winnow_local.leftovers import processes_of
from winnow_local.ports import DEFAULT_PORTS, choose_ports

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

SERVERS = ("rabbitmq", "s3", "postgres")


def winnow(home: Path, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "from winnow_cli.main import main; main()", *words)


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "WINNOW_HOME": str(home)}


def eventually(holds: Callable[[], bool], seconds: float = 100) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.05)


def remember_own_ports(home: Path) -> None:
    """Keeps clear of the ports that a developer's own stack uses."""
    home.mkdir(parents=True, exist_ok=True)
    Home(root=home).ports.write_text(json.dumps(choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))))


def test_killed_parts_start_again_and_the_end_leaves_no_process(tmp_path: Path) -> None:
    stack = StackFixture(tmp_path / "home")
    stack.start(only=SERVERS)
    try:
        for name in (*SERVERS, "epmd"):
            killed = stack.kill_part(name)
            eventually(lambda name=name, killed=killed: stack.pid(name) not in (0, killed))  # type: ignore[misc]
            stack.wait_part(name)
        # One state query may take two seconds, and a busy server may miss it.
        eventually(lambda: {stack.statuses()[name].state for name in SERVERS} == {"running"})
        with pytest.raises(Conflict, match="running already"):
            stack.start(only=SERVERS)
    finally:
        stack.close()
    assert processes_of(stack.home) == ()
    assert {status.state for status in stack.statuses().values()} == {"stopped"}


def test_a_second_start_finds_data_keys_and_ports_of_the_first(tmp_path: Path) -> None:
    stack = StackFixture(tmp_path / "home")
    stack.start(only=("postgres",))
    before = (stack.key, stack.home.ports.read_text(), (stack.home.secrets / "database-url").read_text())
    stack.stop_part("postgres")
    assert stack.statuses()["postgres"].state == "stopped"
    stack.start_part("postgres")
    stack.start_part("postgres")  # what runs is left alone
    stack.close()
    stack.start(only=("postgres",))
    stack.close()
    assert (stack.key, stack.home.ports.read_text(), (stack.home.secrets / "database-url").read_text()) == before


@pytest.mark.parametrize("word", [b"Starting", b"Ctrl-C"], ids=["while it starts", "when it is up"])
def test_ctrl_c_ends_everything(tmp_path: Path, word: bytes) -> None:
    home = tmp_path / "home"
    remember_own_ports(home)
    command = winnow(home, "up", "--only", *SERVERS)
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) as up:
        assert up.stdout is not None
        for line in up.stdout:
            if word in line:
                break
        if word == b"Starting":
            eventually(lambda: len(processes_of(Home(root=home))) > 2)
        up.send_signal(signal.SIGINT)
        # A person who presses Ctrl-C twice must not cut the end short.
        time.sleep(0.3)
        up.send_signal(signal.SIGINT)
        up.stdout.read()
    assert up.returncode in (0, 130)
    assert processes_of(Home(root=home)) == ()


def test_nothing_is_left_when_up_itself_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    remember_own_ports(home)
    command = winnow(home, "up", "--only", *SERVERS)
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) as up:
        assert up.stdout is not None
        for line in up.stdout:
            if b"Ctrl-C" in line:
                break
        up.kill()
    eventually(lambda: processes_of(Home(root=home)) == ())


def test_nothing_is_left_when_the_runner_is_killed(tmp_path: Path) -> None:
    stack = StackFixture(tmp_path / "home")
    stack.start(only=SERVERS)
    os.kill(int(stack.home.supervisor_pid.read_text()), signal.SIGKILL)
    stack.close()
    assert processes_of(stack.home) == ()


def test_a_detached_stack_outlives_its_command_until_down(tmp_path: Path) -> None:
    home = tmp_path / "home"
    remember_own_ports(home)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(winnow(home, *words), env=environment(home), capture_output=True, text=True)

    try:
        first = run("up", "--detach", "--only", "postgres", "--json")
        assert first.returncode == 0
        assert json.loads(first.stdout)["parts"]["postgres"]["state"] == "running"
        assert processes_of(Home(root=home))
        second = run("up", "--detach")
        assert second.returncode == 1
        assert "running already" in second.stderr
    finally:
        stopped = run("down")
    assert stopped.stdout.strip() == "Stopped."
    assert processes_of(Home(root=home)) == ()


def test_a_stack_in_the_foreground_ends_well_when_it_is_stopped_from_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    remember_own_ports(home)
    with subprocess.Popen(
        winnow(home, "up", "--only", "postgres"), env=environment(home), stdout=subprocess.PIPE, text=True
    ) as up:
        assert up.stdout is not None
        for line in up.stdout:
            if "Ctrl-C" in line:
                break
        assert subprocess.run(winnow(home, "down"), env=environment(home), capture_output=True).returncode == 0
        assert "stopped from elsewhere" in up.stdout.read()
    assert up.returncode == 0
    assert processes_of(Home(root=home)) == ()
