"""``-m "not real"`` skips tests that need a real server, however indirect the fixture that starts it."""

import subprocess
import sys
from pathlib import Path

TESTS = """
import pytest

@pytest.fixture
def table(database_url):
    return database_url

def test_asks_for_a_server(rabbit): ...
def test_asks_for_what_asks_for_a_server(table): ...
def test_needs_nothing(tmp_path): ...
"""


def test_only_what_needs_no_server_is_left(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    listing = (
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "winnow_harness.fixtures.plugin",
        "-m",
        "not real",
    )
    done = subprocess.run(
        (*listing, "-c", "/dev/null", "--rootdir", tmp_path, tmp_path), capture_output=True, text=True
    )
    assert [line for line in done.stdout.splitlines() if "::" in line] == ["test_some.py::test_needs_nothing"], done
