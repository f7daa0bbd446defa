"""The command line alone, as installed by a person who uses a Winnow elsewhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

ROOT = Path(__file__).parents[3]
FOUND = {"items": [{"title": "Talk", "moments": [{"start_ms": 0, "end_ms": 900, "text": "hello", "play_url": "/p"}]}]}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with only winnow-cli and its dependencies, exactly as locked."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv is not None, "uv comes with the development tools; run uv sync"
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    wanted = {"UV_PROJECT_ENVIRONMENT": str(folder), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv, "sync", "--project", str(ROOT), "--package", "winnow-cli", "--locked", "--no-dev", "--no-editable"]
    done = subprocess.run(command, env=inherited | wanted, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    twin = GatewayTwin({"GET /v1/search?q=hello&limit=10": (200, FOUND)})
    twin.start()
    yield twin
    twin.stop()


def run(environment: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [str(environment / "bin" / "winnow"), *words]
    return subprocess.run(
        command, env=variables, cwd=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_it_installs_neither_a_model_nor_a_database_nor_a_store(environment: Path) -> None:
    [packages] = environment.glob("lib/python*/site-packages")
    installed = {about.name.split("-")[0].lower() for about in packages.glob("*.dist-info")}
    ours = {"winnow_cli", "winnow_client", "winnow_contracts"}
    for_people = {"rich", "markdown_it_py", "mdurl", "pygments"}
    for_http = {"httpx2", "httpcore2", "h11", "anyio", "idna", "truststore"}
    assert installed - {"typing_extensions"} == ours | for_people | for_http


def test_it_searches_a_winnow_elsewhere(environment: Path, twin: GatewayTwin) -> None:
    done = run(environment, "search", "hello", WINNOW_URL=twin.url, WINNOW_API_KEY="wk_1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["Talk", "  0:00.0-0:00.9  hello", f"      {twin.url}/p"]


@pytest.mark.parametrize("command", ["add", "jobs", "sort", "trace"])
def test_its_commands_need_nothing_more(environment: Path, command: str) -> None:
    program = str(environment / "bin" / "winnow")
    done = subprocess.run(
        [program, command, "--help"], env={}, capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_offers_the_commands_of_no_other_package(environment: Path) -> None:
    done = run(environment, "up")
    assert done.returncode == 2
    assert "invalid choice: 'up'" in done.stderr
