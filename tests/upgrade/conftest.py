import dataclasses
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from winnow_harness.fixtures.drills import DrillStack

ROOT = Path(__file__).parents[2]
OLD = "1cb8d390"
"""The version that is exchanged: six migrations, several lanes and four packages ago."""

GROUPS = {
    "gateway": ("gateway",),
    "media": ("media-examine", "media"),
    "ai": ("ai-api", "ai"),
    "index": ("index-api", "index"),
}
_EXEC = 'eval "exec $(cat "$0")"'


class MixedStack(DrillStack):
    """A stack each of whose services runs from the old environment or from the present one; it begins as the old."""

    def __init__(self, home, old_environment):
        super().__init__(home, {"WINNOW_GATEWAY_TENANT_OPEN_JOBS": "0"})
        self._old = old_environment
        self._commands = {}

    def exchange(self, group, *, old):
        """Stops the parts of a service one by one, and starts each from the other environment."""
        for name in GROUPS[group]:
            self.stop_part(name)
            self._choose(name, old=old)
            self.start_part(name)

    def version_of(self, name):
        """``old`` or ``new``, by what the part's process runs from."""
        words = Path(f"/proc/{self.pid(name)}/cmdline").read_bytes()
        return "old" if os.fsencode(self._old) in words else "new"

    def _dress(self, part):
        part = super()._dress(part)
        if part.is_server:
            return part
        if part.name not in self._commands:  # parts are dressed anew whenever one of them is looked at
            self._commands[part.name] = part.command
            self._choose(part.name, old=True)
        return dataclasses.replace(part, command=("sh", "-c", _EXEC, str(self._file(part.name))))

    def _choose(self, name, *, old):
        program, *words = self._commands[name]
        if old:
            program = str(self._old / "bin" / Path(program).name)
            words = [word.replace(",fetch", "") for word in words]  # a lane that it does not know
        self._file(name).write_text(shlex.join((program, *words)), encoding="utf-8")

    def _file(self, name):
        return self.home.root / f"command-of-{name}"


@pytest.fixture(scope="session")
def old_environment(tmp_path_factory):
    """The old version as it was committed, in an environment of its own, exactly as it was locked."""
    folder = tmp_path_factory.mktemp("old")
    checkout = folder / "checkout"
    archive = folder / "old.tar"
    subprocess.run(("git", "archive", "--output", str(archive), OLD), cwd=ROOT, check=True)
    with tarfile.open(archive) as opened:
        opened.extractall(checkout, filter="data")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv is not None, "uv comes with the development tools; run uv sync"
    environment = folder / "environment"
    inherited = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_NO_SYNC")}
    wanted = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON": sys.executable}
    command = (uv, "sync", "--locked", "--all-packages", "--no-dev")
    done = subprocess.run(command, cwd=checkout, env=inherited | wanted, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return environment


@pytest.fixture
def stack(old_environment, tmp_path):
    mixed = MixedStack(tmp_path / "home", old_environment)
    try:
        mixed.start()
        yield mixed
    finally:
        mixed.close()
