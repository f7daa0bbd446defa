"""Runs the checker as its users run it: with Python and a file alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKER = Path(__file__).parents[1] / "check_history.py"


@pytest.fixture
def check(tmp_path):
    """Runs the checker on a history; returns exit code, what it printed and what it complained of."""

    def run(*lines, words=("--json",)):
        file = tmp_path / "history.jsonl"
        file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
        done = subprocess.run(
            (sys.executable, "-S", "-E", str(CHECKER), str(file), *words), capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    return run
