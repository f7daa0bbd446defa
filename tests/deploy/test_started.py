"""Each container of compose starts as compose describes it, and its health is told to another network namespace."""

import importlib.util
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .containers import USER, container, interpolated, why_not

NAMES = ("media-examine", "media", "media-fetch", "ai", "ai-api", "index", "index-api", "gateway")
PORTS = {"ai-api": 8083, "index-api": 8082}
pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True, kw_only=True)
class Started:
    address: str
    process: Any
    log: Path


@pytest.fixture(scope="module")
def started(
    compose: dict[str, Any],
    root: Path,
    built: Callable[[str], Path],
    read_image: Callable[[str], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Started]]:
    """All containers at once, with the example settings and fresh secrets. None of the servers is there."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("started")
    secrets = make_secrets(root, folder / "secrets")
    chosen = dict(re.findall(r"^(\w+)=(.*)$", (root / "deploy" / ".env.example").read_text(encoding="utf-8"), re.M))
    with ExitStack() as stack:
        found = {}
        for name in NAMES:
            described = compose["services"][name]
            service = name.partition("-")[0]
            environment = built(service)
            image = read_image(service).environment()
            variables = {**image, **described["environment"], "PATH": f"{environment}/bin:/usr/bin:/bin"}
            log = folder / f"{name}.log"
            address, process = stack.enter_context(
                container(
                    environment,
                    {key: interpolated(value, chosen) for key, value in variables.items()},
                    {target: secrets / Path(compose["secrets"][one]["file"]).name for one, target in given(described)},
                    [*described.get("entrypoint", []), *described["command"]],
                    log,
                )
            )
            found[name] = Started(address=address, process=process, log=log)
        yield found


def make_secrets(root: Path, folder: Path) -> Path:
    spec = importlib.util.spec_from_file_location("make_secrets", root / "deploy" / "make_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_missing(folder, ai_api_key="none")
    return folder


def given(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Its secrets, and the name that each has in the container."""
    for one in service["secrets"]:
        yield (one, one) if isinstance(one, str) else (one["source"], one["target"])


@pytest.mark.parametrize("name", NAMES)
def test_its_health_is_told_outside_while_no_server_is_there(name: str, started: dict[str, Started]) -> None:
    one = started[name]
    url = f"http://{one.address}:{PORTS.get(name, 9100)}"
    deadline = time.monotonic() + 120
    while True:
        assert one.process.poll() is None, one.log.read_text()
        assert time.monotonic() < deadline, one.log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                assert answer.status == 200
                break
        except OSError:
            time.sleep(0.3)
    with pytest.raises(urllib.error.HTTPError) as not_ready:
        urllib.request.urlopen(f"{url}/readyz", timeout=10)
    with not_ready.value as refused:
        assert refused.code == 503
    assert "Read-only file system" not in one.log.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_as_nobody(name: str, started: dict[str, Started]) -> None:
    children = Path(f"/proc/{started[name].process.pid}/task/{started[name].process.pid}/children").read_text().split()
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in children]
    assert statuses
    for status in statuses:
        assert re.search(rf"^Uid:\t{USER}\t{USER}\t", status, re.MULTILINE), status
        assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE)
