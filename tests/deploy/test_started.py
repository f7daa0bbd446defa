"""Each container of compose starts as compose describes it, and its health is told to another network namespace."""

import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .containers import USER, WITHOUT, Container, container, interpolated, why_not
from .networks import sweep

NAMES = ("media-examine", "media", "media-fetch", "ai", "ai-api", "index", "index-api", "gateway")
PORTS = {"ai-api": 8083, "index-api": 8082}
pytestmark = pytest.mark.timeout(240)
Start = Callable[[str, Path], AbstractContextManager[Container]]


@pytest.fixture(scope="module")
def start(
    compose: dict[str, Any],
    root: Path,
    built: Callable[[str], Path],
    read_image: Callable[[str], Any],
    make_secrets: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> Start:
    """Start a container on a volume, with the example settings and fresh secrets. None of the servers is there."""
    if os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{WITHOUT} is set")
    if reason := why_not():
        pytest.fail(f"{reason}. Run as root with iproute2 and util-linux, or leave these tests out: {WITHOUT}=1")
    sweep()
    secrets = tmp_path_factory.mktemp("secrets") / "secrets"
    make_secrets.write_missing(secrets, ai_api_key="none")
    chosen = dict(re.findall(r"^(\w+)=(.*)$", (root / "deploy" / ".env.example").read_text(encoding="utf-8"), re.M))

    def begin(name: str, volume: Path) -> AbstractContextManager[Container]:
        described = compose["services"][name]
        service = name.partition("-")[0]
        environment = built(service)
        image = read_image(service).environment()
        variables = {**image, **described["environment"], "PATH": f"{environment}/bin:/usr/bin:/bin"}
        return container(
            environment,
            {key: interpolated(value, chosen) for key, value in variables.items()},
            {target: secrets / Path(compose["secrets"][one]["file"]).name for one, target in given(described)},
            [*described.get("entrypoint", []), *described["command"]],
            volume,
        )

    return begin


def given(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Its secrets, and the name that each has in the container."""
    for one in service["secrets"]:
        yield (one, one) if isinstance(one, str) else (one["source"], one["target"])


@pytest.fixture(scope="module")
def started(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Container]]:
    """All containers at once."""
    volumes = tmp_path_factory.mktemp("volumes")
    with ExitStack() as stack:
        yield {name: stack.enter_context(start(name, volumes / name)) for name in NAMES}


def until_alive(one: Container, port: int = 9100) -> None:
    deadline = time.monotonic() + 120
    while True:
        assert one.process.poll() is None, one.log.read_text()
        assert time.monotonic() < deadline, one.log.read_text()
        try:
            with urllib.request.urlopen(f"http://{one.address}:{port}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.3)


@pytest.mark.parametrize("name", NAMES)
def test_its_health_is_told_outside_while_no_server_is_there(name: str, started: dict[str, Container]) -> None:
    one, port = started[name], PORTS.get(name, 9100)
    until_alive(one, port)
    with pytest.raises(urllib.error.HTTPError) as not_ready:
        urllib.request.urlopen(f"http://{one.address}:{port}/readyz", timeout=10)
    with not_ready.value as refused:
        assert refused.code == 503
    assert "Read-only file system" not in one.log.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_as_nobody(name: str, started: dict[str, Container]) -> None:
    until_alive(started[name], PORTS.get(name, 9100))
    status = Path(f"/proc/{started[name].first_process()}/status").read_text(encoding="utf-8")
    assert re.search(rf"^Uid:\t{USER}\t{USER}\t", status, re.MULTILINE), status
    assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE)


def test_nodes_that_scale_have_names_of_their_own_and_a_killed_ones_goes_to_the_next(
    start: Start, tmp_path: Path
) -> None:
    volume = tmp_path / "volume"
    with ExitStack() as others:
        for _ in range(2):
            until_alive(others.enter_context(start("media", volume)))
        with start("media", volume) as third:
            until_alive(third)
            assert folders(volume) == ["media-1", "media-2", "media-3"]
            first_name = name_of(third)
        with start("media", volume) as fourth:  # the third was killed
            until_alive(fourth)
            assert name_of(fourth) == first_name
        assert folders(volume) == ["media-1", "media-2", "media-3"]


def folders(volume: Path) -> list[str]:
    """The nodes that have a journal."""
    return sorted(path.parents[1].name for path in volume.glob("*/journal/journal.db"))


def name_of(one: Container) -> str:
    """The name that a node has in its own log, whose first line may come after its health is told."""
    deadline = time.monotonic() + 60
    while not (said := re.findall(r"^\{.*\}$", one.log.read_text(encoding="utf-8"), re.MULTILINE)):
        assert time.monotonic() < deadline, one.log.read_text()
        time.sleep(0.1)
    [name] = {json.loads(line)["node"] for line in said}
    return str(name)
