from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayTwin]:
    """A twin of the gateway, which the commands of this process call."""
    twin = GatewayTwin({})
    twin.start()
    twin.be_home(tmp_path)
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    yield twin
    twin.stop()


@pytest.fixture
def winnow(capsys: pytest.CaptureFixture[str]) -> Winnow:
    """Runs a command; returns its exit code and what it printed."""

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return call
