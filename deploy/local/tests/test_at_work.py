"""Finds a part's working process: the one the runner started, or the child it restarts."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from winnow_local.at_work import process_at_work

Start = Callable[..., int]

MODULE = """
import time

def main(arguments):
    time.sleep(60)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    (tmp_path / "worker_of_a_test.py").write_text(MODULE, encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))
    started = []

    def begin(*words: str) -> int:
        started.append(subprocess.Popen((sys.executable, *words), env={**os.environ, "PYTHONPATH": path}))
        return started[-1].pid

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_the_child_of_a_parent_that_forks_workers_does_the_work(start: Start) -> None:
    parent = start("-m", "winnow_base.prefork", "worker_of_a_test")
    until = time.monotonic() + 20
    # Between fork and exec the parent still has the command line of this test, and counts as a process of another kind.
    while (child := process_at_work(parent)) in (0, parent) and time.monotonic() < until:
        time.sleep(0.02)
    assert child not in (0, parent)
    assert f"PPid:\t{parent}\n" in Path(f"/proc/{child}/status").read_text()


def test_any_other_process_does_its_work_itself(start: Start) -> None:
    pid = start("-c", "import subprocess; subprocess.run(('sleep', '60'))")
    assert process_at_work(pid) == pid


def test_nobody_works_where_no_process_is() -> None:
    ended = subprocess.Popen(("true",))
    ended.wait()
    assert process_at_work(0) == 0
    assert process_at_work(ended.pid) == 0
