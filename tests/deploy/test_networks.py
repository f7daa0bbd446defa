"""What a killed run left of its networks is removed by the next one, and no two runs are in each other's way."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .containers import WITHOUT, why_not
from .networks import Network, ip, sweep

MAKER = "from tests.deploy.networks import Network; n = Network(); n.make(); print(n.name, flush=True); input()"


@pytest.fixture(autouse=True)
def allowed() -> None:
    if os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{WITHOUT} is set")
    if reason := why_not():
        pytest.fail(f"{reason}. Run as root with iproute2 and util-linux, or leave these tests out: {WITHOUT}=1")


@pytest.fixture
def networks() -> Iterator[list[Network]]:
    """Three that this process made."""
    made = [Network() for _ in range(3)]
    try:
        for network in made:
            network.make()
        yield made
    finally:
        for network in made:
            network.remove()


@pytest.fixture
def other(root: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Another run, and the name of a network that it made."""
    line = (sys.executable, "-c", MAKER)
    with subprocess.Popen(line, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()
    sweep()


def named() -> set[str]:
    return {line.split()[0] for line in ip("netns", "list").splitlines()}


def test_networks_have_addresses_of_their_own(networks: list[Network]) -> None:
    assert len({network.address for network in networks}) == 3
    for network in networks:
        assert network.address in ip("-netns", network.name, "address", "show", "dev", "eth0")


def test_networks_of_processes_that_live_stay(
    networks: list[Network], other: tuple["subprocess.Popen[str]", str]
) -> None:
    _, of_another = other
    sweep()
    assert {network.name for network in networks} | {of_another} <= named()


def test_the_network_of_a_killed_process_is_removed(other: tuple["subprocess.Popen[str]", str]) -> None:
    process, name = other
    assert name in named()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    sweep()
    assert name not in named()


def test_a_process_that_got_the_id_of_a_dead_one_does_not_keep_its_network() -> None:
    network = Network()
    network.name = f"winnow-{os.getpid()}-1-{'0' * 10}"  # of a process that began with the machine
    network.make()
    try:
        sweep()
        assert network.name not in named()
    finally:
        network.remove()
