"""A worker that dies is forked again at once. One that ends by itself, or by a signal, ends its parent too."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from winnow_base.prefork import CRASHED
from winnow_harness.fixtures.nodes import wait_for

MODULE = """
import os, signal, sys, time
from pathlib import Path

imported_by = os.getpid()

def main(arguments):
    folder, how = Path(arguments[0]), arguments[1]
    with (folder / "started").open("a") as file:
        file.write(f"{os.getpid()} {imported_by} {os.getpgrp()} {time.monotonic()}\\n")
    if how == "says no":
        sys.exit("it cannot run as it is set up")
    if how == "crashes":
        raise RuntimeError("a bug")
    if how == "returns":
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
    if how == "is deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / f"ready-{os.getpid()}").touch()
    while True:
        time.sleep(0.05)
"""


class Kept:
    """A parent as a process, with the output of its children."""

    def __init__(self, folder: Path, how: str) -> None:
        (folder / "worker_of_a_test.py").write_text(MODULE, encoding="utf-8")
        self._folder = folder
        self.process = subprocess.Popen(
            (sys.executable, "-m", "winnow_base.prefork", "worker_of_a_test", str(folder), how),
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", "")))},
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def starts(self) -> list[list[str]]:
        file = self._folder / "started"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    def ready(self, number: int) -> int:
        """Wait until the n-th child is ready; returns its process id."""
        wait_for(lambda: len(self.starts) >= number, what=f"child {number} was not forked")
        pid = int(self.starts[number - 1][0])
        wait_for(lambda: (self._folder / f"ready-{pid}").exists(), what=f"child {number} did not get ready")
        return pid

    def end(self) -> tuple[int, str]:
        said = self.process.communicate(timeout=100)[1]
        return self.process.returncode, said


@pytest.fixture
def keep(tmp_path):
    kept = []

    def begin(how):
        kept.append(Kept(tmp_path, how))
        return kept[-1]

    yield begin
    for one in kept:
        one.process.kill()
        one.process.communicate()


def lives(pid: int) -> bool:
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


def test_a_killed_child_is_followed_by_another_that_imports_nothing_again(keep):
    kept = keep("works")
    first = kept.ready(1)
    os.kill(first, signal.SIGKILL)
    second = kept.ready(2)
    assert second != first
    assert {start[1] for start in kept.starts} == {str(kept.process.pid)}
    kept.process.terminate()
    code, said = kept.end()
    assert code == 7
    told = json.loads(said.splitlines()[0])
    assert (told["level"], told["code"]) == ("error", 128 + signal.SIGKILL)


def test_a_child_that_dies_at_its_start_is_followed_later_each_time(keep):
    kept = keep("crashes")
    wait_for(lambda: len(kept.starts) >= 4, what="it was not tried again")
    kept.process.terminate()
    code, said = kept.end()
    assert code in (0, CRASHED, 128 + signal.SIGTERM)  # the signal came between two children, or while one lived
    assert "RuntimeError: a bug" in said
    moments = [float(start[3]) for start in kept.starts]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert pauses[0] >= 0.1
    assert pauses[1] >= 0.2
    assert pauses[2] >= 0.4


@pytest.mark.parametrize(("how", "code"), [("says no", 1), ("returns", 0)])
def test_a_child_that_means_to_end_ends_its_parent_with_its_code(keep, how, code):
    kept = keep(how)
    assert kept.end()[0] == code
    assert len(kept.starts) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_parent_goes_to_the_child_and_the_parent_ends_after_it(keep, number):
    kept = keep("works")
    child = kept.ready(1)
    kept.process.send_signal(number)
    code, _ = kept.end()
    assert code == (7 if number is signal.SIGTERM else 128 + signal.SIGINT)
    assert not lives(child)
    assert len(kept.starts) == 1


def test_the_child_dies_with_its_parent_however_deaf_it_is(keep):
    kept = keep("is deaf")
    child = kept.ready(1)
    kept.process.kill()
    wait_for(lambda: not lives(child), what="the child outlived its parent")


def test_a_stopped_child_is_no_dead_one(keep):
    kept = keep("works")
    child = kept.ready(1)
    os.kill(child, signal.SIGSTOP)
    time.sleep(0.5)
    assert len(kept.starts) == 1
    os.kill(child, signal.SIGCONT)
    kept.process.terminate()
    assert kept.end()[0] == 7


def test_the_child_leads_a_group_of_its_own(keep):
    kept = keep("works")
    child = kept.ready(1)
    assert kept.starts[0][2] == str(child)
    assert os.getpgid(kept.process.pid) != child


@pytest.mark.parametrize("words", [(), ("--lanes", "default")])
def test_without_a_module_it_says_how_it_is_used(words):
    done = subprocess.run((sys.executable, "-m", "winnow_base.prefork", *words), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: ")
