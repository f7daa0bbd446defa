"""The running endpoint and small generated wheels."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest

from winnow_local.sample import clip_files
from winnow_models.settings import models_folder

KEY = "local-key"


@dataclass(frozen=True, kw_only=True)
class RunningEndpoint:
    """The real endpoint in a process of its own, and the speech process below it."""

    url: str
    server: int

    def speech(self) -> int | None:
        """The process id of what hears speech, None where there is none."""
        return next((pid for pid in _below(self.server) if b"speech_child" in _arguments(pid)), None)


@pytest.fixture(scope="session")
def clips() -> list[Path]:
    """Sentences that people read, five files; an error where their package is not installed."""
    return clip_files()


@pytest.fixture(scope="session")
def running_endpoint() -> Iterator[RunningEndpoint]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"WINNOW_MODELS_PORT": str(port), "WINNOW_MODELS_API_KEY": KEY, "WINNOW_MODELS_THREADS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "winnow_models.server"],
        env={**os.environ, **settings, "WINNOW_MODELS_FOLDER": str(models_folder())},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/healthz")
        yield RunningEndpoint(url=f"http://127.0.0.1:{port}", server=process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=100) == 0


@pytest.fixture(scope="session")
def endpoint(running_endpoint: RunningEndpoint) -> str:
    """The address of the real endpoint."""
    return running_endpoint.url


@pytest.fixture
def client(endpoint: str) -> Iterator[openai.OpenAI]:
    """A client as patient as the first call needs, which may download the weights."""
    with openai.OpenAI(base_url=f"{endpoint}/v1", api_key=KEY, max_retries=0, timeout=550) as client:
        yield client


@pytest.fixture
def make_wheel(tmp_path: Path) -> Callable[[str, dict[str, bytes]], str]:
    """Writes a data wheel into ``tmp_path/index`` and gives its sha256."""

    def make(name: str, members: dict[str, bytes]) -> str:
        distribution, version = name.split("-")[:2]
        info = f"{distribution}-{version}.dist-info"
        path = tmp_path / "index" / name
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as wheel:
            for member, content in members.items():
                wheel.writestr(member, content)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    return make


def _wait_until_up(url: str) -> None:
    deadline = time.monotonic() + 100
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _below(pid: int) -> Iterator[int]:
    """The processes under a process, whichever of its threads started them."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # the thread has ended meanwhile
            for child in (thread / "children").read_text().split():
                yield int(child)
                yield from _below(int(child))


def _arguments(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
