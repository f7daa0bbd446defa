"""A worker whose journal's file is damaged ends, the next one begins a fresh journal, and nothing is lost."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from winnow_base.prefork import CRASHED
from winnow_contracts.states import TERMINAL
from winnow_harness.fixtures.nodes import envelope, wait_for
from winnow_journal.testing.content import sqlite_content

KEEP = """
import runpy, sys
from winnow_base import logs
from winnow_base.prefork import keep

logs.configure("media", "parent", "INFO")
sys.exit(keep(lambda: runpy.run_path(sys.argv[6], run_name="__main__")))
"""
PROGRAM = Path(__file__).with_name("worker_process.py")
PAGE_BYTES = 4096


class Kept:
    """A worker process with its parent, and a view of its journal from outside."""

    def __init__(self, amqp_url, folder):
        self.journal = folder / "node" / "journal" / "journal.db"
        self._log = folder / "worker.log"
        arguments = [sys.executable, "-c", KEEP, amqp_url, str(folder), "node", "4", "15000", str(PROGRAM)]
        with self._log.open("wb") as log:
            self._parent = subprocess.Popen(arguments, stdout=log, stderr=log)

    def child(self):
        return int(Path(f"/proc/{self._parent.pid}/task/{self._parent.pid}/children").read_text().split()[0])

    def ended(self):
        """The ids of the tasks that the journal has in a terminal state now."""
        with suppress(sqlite3.DatabaseError):  # the file is just being created, or damaged
            return {task_id for task_id, task in sqlite_content(self.journal).tasks.items() if task.state in TERMINAL}
        return set()

    def damage(self):
        """Overwrite every page but the first with noise; returns the ids that had ended.

        No process has any of these pages in its cache.
        """
        child = self.child()
        while True:
            os.kill(child, signal.SIGSTOP)
            try:
                if self._is_all_in_the_file():
                    ended = self.ended()
                    with self.journal.open("r+b") as file:
                        file.seek(PAGE_BYTES)
                        file.write(random.Random(1).randbytes(self.journal.stat().st_size - PAGE_BYTES))
                    return ended
            finally:
                os.kill(child, signal.SIGCONT)

    def deaths(self):
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [line["code"] for line in lines if "A worker died" in line["text"]]

    def stop(self):
        self._parent.terminate()
        return self._parent.wait(40)

    def kill(self):
        self._parent.kill()
        self._parent.wait()

    def _is_all_in_the_file(self):
        with closing(sqlite3.connect(self.journal, timeout=0)) as connection, suppress(sqlite3.OperationalError):
            # A write over another connection makes the worker drop its cached pages.
            connection.execute("INSERT INTO sync_log VALUES (1, 1, 1)")
            connection.commit()
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        return False


@pytest.fixture
def kept(broker, tmp_path):
    made = Kept(broker.amqp_url, tmp_path)
    yield made
    made.kill()


def test_a_journal_damaged_under_its_worker_is_set_aside_by_the_next_one_and_every_job_ends(
    kept, send, broker, tmp_path
):
    first, running, later = (
        [envelope(f"{name}{number}") for number in range(count)]
        for name, count in (("first", 12), ("slow", 3), ("later", 8))
    )
    send(*first).wait(10)
    wait_for(lambda: kept.ended() == ids(first))
    send(*running).wait(10)
    wait_for(lambda: (tmp_path / "ran.log").read_text().count("slow") == len(running))

    worker = kept.child()
    before = kept.damage()
    send(*later).wait(10)

    wait_for(lambda: kept.deaths() == [CRASHED], what="the worker did not end")
    wait_for(lambda: before | kept.ended() == ids([*first, *running, *later]), seconds=60, what="not every job ended")
    wait_for(lambda: broker.depth() == 0)
    assert kept.child() != worker
    assert len(list(kept.journal.parent.glob("journal.corrupt-*.db"))) == 1
    assert kept.stop() == 0
    assert kept.deaths() == [CRASHED], "it was not the last"


def ids(envelopes):
    return {one.task_id for one in envelopes}
