"""Every program prints its version without any configuration."""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

PROGRAMS = {
    entry.name: one.version
    for one in distributions()
    if one.metadata["Name"].startswith("winnow-")
    for entry in one.entry_points
    if entry.group == "console_scripts"
}


def test_there_is_a_program_for_each_service_and_one_for_people() -> None:
    assert {"winnow", "winnow-gateway", "winnow-media", "winnow-ai", "winnow-ai-api", "winnow-index"} <= set(PROGRAMS)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_program_says_its_version(name: str) -> None:
    command = (str(Path(sys.executable).parent / name), "--version")
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, env={}, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{name} {PROGRAMS[name]}\n", "")
