import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "tools" / "release"


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release's folder, and a clean environment outside the checkout with its wheels."""

    folder: Path
    environment: Path

    def run(self, *command, **variables):
        """Runs a program of the environment, with no setting but these. The start of servers is bounded, too."""
        program = str(self.environment / "bin" / command[0])
        return subprocess.run(
            [program, *command[1:]],
            cwd=self.environment,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.environment), **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="session")
def versions():
    """The functions of versions.py, which is a script's and no package's."""
    return runpy.run_path(str(RELEASE / "versions.py"))


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """What ``make_release.py`` makes; hundreds of megabytes, which no later look at a failure needs."""
    folder, environment = tmp_path_factory.mktemp("release"), tmp_path_factory.mktemp("clean") / "environment"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = (sys.executable, str(RELEASE / "make_release.py"), str(folder), "--environment", str(environment))
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    yield Release(folder=folder, environment=environment)
    shutil.rmtree(folder)
    shutil.rmtree(environment.parent)
