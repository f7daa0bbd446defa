"""Nodes that share a volume: each has a folder of its own, and a killed one's goes to the next, with its open work."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal

NODE = """
import os, sys, time
from pathlib import Path
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal

data = Path(os.environ["WINNOW_DATA_DIR"])
journal = SqliteJournal(data / "journal", os.environ["WINNOW_NODE"])
if sys.argv[1] == "send":
    journal.submit(Envelope(command=DrillMedia(tenant_id="t", job_id="job_1", media_id="m")))
print(os.environ["WINNOW_NODE"], data, journal.journal_id, journal.count_unconfirmed(), flush=True)
time.sleep(3600)
"""

FORKS = """
import os, time
if os.fork():
    os._exit(0)
print(os.environ["WINNOW_NODE"], os.getpid(), flush=True)
time.sleep(3600)
"""

Start = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a node; its first line tells its name, folder, journal, and commands that wait."""
    nodes: list[subprocess.Popen[str]] = []

    def begin(what: str) -> subprocess.Popen[str]:
        command = (sys.executable, "-m", "winnow_base.node_folder", sys.executable, "-c", NODE, what)
        nodes.append(subprocess.Popen(command, env=variables(tmp_path), stdout=subprocess.PIPE, text=True))
        return nodes[-1]

    yield begin
    for node in nodes:
        node.kill()
        node.communicate()


def variables(folder: Path) -> dict[str, str]:
    return {**os.environ, "WINNOW_NODES_DIR": str(folder), "WINNOW_NODE": "ai"}


def told(node: subprocess.Popen[str]) -> list[str]:
    assert node.stdout is not None
    return node.stdout.readline().split()


def kill(node: subprocess.Popen[str]) -> None:
    node.send_signal(signal.SIGKILL)
    node.wait()


def test_nodes_that_start_at_once_have_names_folders_and_journals_of_their_own(start: Start, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as together:
        lines = list(together.map(told, together.map(start, ["wait"] * 4)))
    assert sorted(line[0] for line in lines) == ["ai-1", "ai-2", "ai-3", "ai-4"]
    assert {line[1] for line in lines} == {str(tmp_path / line[0]) for line in lines}
    assert len({line[2] for line in lines}) == 4
    assert {stat.S_IMODE((tmp_path / line[0]).stat().st_mode) for line in lines} == {0o700}


def test_the_folder_of_a_killed_node_goes_to_the_next_with_its_open_work(start: Start) -> None:
    first, second = start("wait"), start("send")
    names = {told(first)[0], (sent := told(second))[0]}
    assert names == {"ai-1", "ai-2"}
    kill(second)
    assert told(start("wait")) == sent


def test_of_free_folders_the_one_with_open_work_is_taken_first(start: Start, tmp_path: Path) -> None:
    nodes = [start("wait"), start("wait")]
    by_name = {told(node)[0]: node for node in nodes}
    for node in by_name.values():
        kill(node)
    journal = SqliteJournal(tmp_path / "ai-2" / "journal", "ai-2")
    journal.submit(Envelope(command=DrillMedia(tenant_id="t", job_id="job_1", media_id="m")))
    journal.close()
    assert [told(start("wait"))[0] for _ in range(2)] == ["ai-2", "ai-1"]


def test_the_lock_is_held_while_any_process_of_the_node_lives(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "winnow_base.node_folder", sys.executable, "-c", FORKS)
    with subprocess.Popen(command, env=variables(tmp_path), stdout=subprocess.PIPE, text=True) as first:
        name, pid = told(first)
        first.wait()  # its child lives on
        with subprocess.Popen(command, env=variables(tmp_path), stdout=subprocess.PIPE, text=True) as second:
            other, other_pid = told(second)
            for one in (pid, other_pid):
                os.kill(int(one), signal.SIGKILL)
    assert (name, other) == ("ai-1", "ai-2")


def test_a_journal_beside_the_folders_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    done = run(variables(tmp_path), "true")
    assert done.returncode == 1
    assert f"Move all that is in {tmp_path} into a folder ai-1 there" in done.stderr


def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_NODE")}
    for given, words, sentence in (
        (bare, ["true"], "WINNOW_NODES_DIR is not set; WINNOW_NODE is not set"),
        (variables(tmp_path / "nowhere"), ["true"], "cannot be used: No such file or directory. Give the container"),
        (variables(tmp_path), ["no-such-command"], "no-such-command cannot be run: No such file"),
        (variables(tmp_path), [], "usage: "),
    ):
        done = run(given, *words)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_stopped_node_leaves_a_journal_that_its_successor_opens(start: Start, tmp_path: Path) -> None:
    first = start("send")
    name, folder, journal_id, waiting = told(first)
    first.terminate()
    first.wait()
    with open_view(Path(folder)) as view:
        assert json.dumps([view.summary().journal_id, view.summary().unconfirmed]) == json.dumps([journal_id, 1])
    assert told(start("wait")) == [name, folder, journal_id, waiting]


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "winnow_base.node_folder", *words)
    return subprocess.run(command, env=environment, capture_output=True, text=True)
