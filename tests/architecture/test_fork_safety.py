"""Importing a worker's module before a fork is safe: it starts nothing, opens nothing and reads no setting."""

import json
import os
import subprocess
import sys

import pytest

from winnow_local.parts import WORKERS

PROGRAM = """
import json, os, sys

asked = set()
look = type(os.environ).__getitem__

def told(environment, name):
    asked.add(name)
    return look(environment, name)

def files():
    # Its own look into the folder is the one that has gone by then.
    paths = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    return {os.readlink(path) for path in paths if os.path.lexists(path)}

before = files()
type(os.environ).__getitem__ = told
__import__(sys.argv[1])
print(json.dumps({
    "threads": len(os.listdir("/proc/self/task")),
    "opened": sorted(files() - before),
    "settings": sorted(name for name in asked if name.startswith("WINNOW_")),
}))
"""


@pytest.mark.parametrize("module", sorted({worker.module for worker in WORKERS}))
def test_importing_a_worker_starts_no_thread_opens_no_file_and_reads_no_setting(module):
    # Libraries copy the whole environment, which does not read a setting: none is set here.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
    done = subprocess.run((sys.executable, "-c", PROGRAM, module), env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"threads": 1, "opened": [], "settings": []}
