"""Reads Dockerfiles and .dockerignore, and builds the images' contents without a container daemon."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from winnow_base.objects.s3 import S3ObjectStore
from winnow_harness.fixtures.servers import StoreFixture

from .accounts import make_account, store_with_accounts

ROOT = Path(__file__).parents[2]
SERVICES = ("media", "ai", "index", "gateway")
DEPLOYED = ("models", "backup")
"""Images that are of no service."""


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """Its instructions in order, continuation lines joined; and those after the last FROM, which make the image."""

    instructions: tuple[tuple[str, str], ...]

    @property
    def stages(self) -> list[str]:
        """The argument of each FROM."""
        return [argument for name, argument in self.instructions if name == "FROM"]

    @property
    def runtime(self) -> list[tuple[str, str]]:
        """The instructions of the last stage."""
        last = max(number for number, (name, _) in enumerate(self.instructions) if name == "FROM")
        return list(self.instructions[last:])

    @property
    def sync_command(self) -> list[str]:
        """The one ``RUN uv sync …`` of the builder, without its mounts."""
        runs = [argument for name, argument in self.instructions if name == "RUN" and "uv sync" in argument]
        assert len(runs) == 1, runs
        return [word for word in shlex.split(runs[0]) if not word.startswith("--mount=")]

    @property
    def command(self) -> list[str]:
        """The command that the image starts."""
        [argument] = [argument for name, argument in self.runtime if name == "CMD"]
        words: list[str] = json.loads(argument)
        return words

    def environment(self) -> dict[str, str]:
        """The variables that the last stage sets."""
        pairs = [word.split("=", 1) for name, argument in self.runtime if name == "ENV" for word in argument.split()]
        return dict(pairs)


def read_dockerfile(path: Path) -> Dockerfile:
    """Parse a Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    split = [line.split(maxsplit=1) for line in lines if line.strip()]
    return Dockerfile(instructions=tuple((name, argument) for name, argument in split))


def copy_context(root: Path, target: Path) -> None:
    """Copy what ``.dockerignore`` lets through, as ``COPY . .`` would."""
    rules = _rules((root / ".dockerignore").read_text(encoding="utf-8"))
    files = ("pyproject.toml", "uv.lock", "README.md")
    folders = ("libs", "services", "clients", "deploy", "tools", "tests", "docs")
    for top in (*files, *folders):
        found = [root / top] if (root / top).is_file() else (root / top).rglob("*")
        for path in found:
            relative = path.relative_to(root)
            if path.is_file() and not _ignored(relative, rules):
                (target / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target / relative)


def _rules(text: str) -> list[tuple[bool, re.Pattern[str]]]:
    """(whether it excludes, pattern), in order: the last match decides."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(not line.startswith("!"), _pattern(line.removeprefix("!"))) for line in lines]


def _pattern(glob: str) -> re.Pattern[str]:
    parts = {"**/": "(?:.*/)?", "*": "[^/]*"}
    words = re.split(r"(\*\*/|\*)", glob)
    return re.compile("".join(parts.get(word, re.escape(word)) for word in words) + "(?:/.*)?")


def _ignored(path: Path, rules: list[tuple[bool, re.Pattern[str]]]) -> bool:
    ignored = False
    for leaves_out, pattern in rules:
        if pattern.fullmatch(path.as_posix()):
            ignored = leaves_out
    return ignored


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def make_secrets(root: Path) -> ModuleType:
    """deploy/make_secrets.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("make_secrets", root / "deploy" / "make_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def read_image() -> Callable[[str], Dockerfile]:
    """The Dockerfile of an image."""
    return lambda name: read_dockerfile(ROOT / ("deploy" if name in DEPLOYED else "services") / name / "Dockerfile")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, read_image: Callable[[str], Dockerfile]) -> Callable[[str], Path]:
    """The environment inside a service's image: its ``uv sync`` run in a copy of the build context."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv is not None, "uv comes with the development tools; run uv sync"

    @cache
    def context() -> Path:
        folder = tmp_path_factory.mktemp("context")
        copy_context(ROOT, folder)
        return folder

    @cache
    def build(name: str) -> Path:
        target = tmp_path_factory.mktemp(name) / "winnow"
        inherited = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        wanted = {"UV_PROJECT_ENVIRONMENT": str(target), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
        program, *arguments = read_image(name).sync_command
        assert program == "uv"
        done = subprocess.run(
            [uv, *arguments], cwd=context(), env=inherited | wanted, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return target

    return build


@pytest.fixture(scope="session")
def promtool(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Prometheus's own checker: the installed one, or that of Debian's package, which is unpacked and not installed."""
    installed = shutil.which("promtool")
    if installed:
        return installed
    folder = tmp_path_factory.mktemp("prometheus")
    subprocess.run(["apt-get", "download", "-q", "prometheus"], cwd=folder, check=True, capture_output=True)
    [package] = folder.glob("prometheus_*.deb")
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return str(folder / "usr" / "bin" / "promtool")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreFixture]:
    """A store of its own that knows accounts."""
    with store_with_accounts(tmp_path_factory.mktemp("s3")) as started:
        yield started


@pytest.fixture(scope="session")
def account(store: StoreFixture) -> Callable[[str], S3ObjectStore]:
    """The store as one of the accounts sees it."""
    return cache(lambda holder: make_account(store, holder))
