"""The client alone: its wheel in an environment that has nothing else of Winnow."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ACCEPTED, Script, gives, job, streams

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from winnow_client import Client

with Client(sys.argv[1], "secret") as winnow:
    accepted = winnow.media.upload(sys.argv[2])
    print(winnow.jobs.wait(accepted.id).status)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with only winnow-client and its dependencies, built as a wheel and exactly as locked."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv is not None, "uv comes with the development tools; run uv sync"
    folder = tmp_path_factory.mktemp("alone") / "venv"
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    wanted = {"UV_PROJECT_ENVIRONMENT": str(folder), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [
        uv,
        "sync",
        "--project",
        str(ROOT),
        "--package",
        "winnow-client",
        "--locked",
        "--no-dev",
        "--no-editable",
    ]
    done = subprocess.run(command, env=inherited | wanted, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_it_brings_nothing_else_of_winnow_and_has_types(environment: Path) -> None:
    [packages] = environment.glob("lib/python*/site-packages")
    assert [found.name for found in packages.glob("winnow*") if found.suffix != ".dist-info"] == ["winnow_client"]
    assert (packages / "winnow_client/py.typed").exists()
    installed = {about.name.split("-")[0].lower() for about in packages.glob("*.dist-info")}
    needed = {"httpx2", "httpcore2", "h11", "anyio", "idna", "truststore"}
    assert installed - {"typing_extensions"} == needed | {"winnow_client"}


def test_it_uploads_and_waits_there(environment: Path, script: Script, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"sound")
    script.answers = [gives(202, ACCEPTED), streams(("1-a", "done", job("done")))]
    command = (str(environment / "bin/python"), "-I", "-W", "error", "-c", PROGRAM, script.url, str(file))
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
