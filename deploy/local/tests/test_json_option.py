"""Every command takes ``--json``, and then nothing else is on stdout; docs/commands.md has them all."""

import argparse
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_cli import main as cli
from winnow_local.commands import up
from winnow_local.stack import PartStatus, Stack

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
COMMANDS = sorted(set(cli.find_commands()) - {"demo"})
"""A demo is for people to look at."""
_STATUSES = (
    PartStatus(name="postgres", state="running", url="postgresql://127.0.0.1:1", pid=7),
    PartStatus(name="rabbitmq", state="elsewhere", url="amqp://there"),
    PartStatus(name="gateway", state="failing", url="http://127.0.0.1:2"),
    PartStatus(name="ai", state="stopped", url=""),
)


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers that read the last word of a command: its own, or one for each of its verbs."""
    verbs = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not verbs:
        yield parser
    for choices in verbs:
        for inner in choices.values():
            yield from parsers(inner)


def test_the_page_of_commands_has_each_and_no_other() -> None:
    cells = [line.split(" | ")[0] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`(?:\./winnow )?([a-z]+)", cell)}
    assert named == set(cli.find_commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_json(name: str) -> None:
    parser = argparse.ArgumentParser(prog=name)
    importlib.import_module(cli.find_commands()[name].module).add_arguments(parser)
    without = [one.prog for one in parsers(parser) if "--json" not in one.format_help()]
    assert without == []


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A stack of which only the words are real; it records its calls."""
    asked: list[str] = []
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))

    def start(self: Stack, **wishes: object) -> None:
        asked.append("up")
        ready = wishes["ready"]
        assert callable(ready)
        ready("postgres", "postgresql://127.0.0.1:1", 0.5)

    def end(self: Stack) -> bool:
        asked.append("down")
        return True

    monkeypatch.setattr(Stack, "up", start)
    monkeypatch.setattr(Stack, "down", end)
    monkeypatch.setattr(Stack, "wait", lambda self: asked.append("wait"))
    monkeypatch.setattr(Stack, "statuses", lambda self: _STATUSES)
    # Signals stay those of the test process.
    monkeypatch.setattr(up, "end_on_signals", lambda: None)
    monkeypatch.setattr("winnow_local.foreground._ignore_signals", lambda: None)
    return asked


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    return out, err


def test_up_prints_its_parts_its_address_and_where_the_key_is(
    stack: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = called(capsys, "up", "--detach", "--json")
    found = json.loads(out)
    assert found["key_file"] == str(tmp_path / "admin-key")
    assert found["gateway"]["url"] == "http://127.0.0.1:2"
    assert found["parts"]["postgres"] == {"state": "running", "url": "postgresql://127.0.0.1:1", "pid": 7}
    assert "postgres       ready after" in err
    assert "It goes on running" in err
    assert stack == ["up"]


def test_up_in_the_foreground_prints_them_before_it_waits(stack: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    out, err = called(capsys, "up", "--json")
    assert set(json.loads(out)["parts"]) == {one.name for one in _STATUSES}
    assert "Ctrl-C stops everything." in err
    assert stack == ["up", "wait"]


def test_down_names_what_it_ended(stack: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = called(capsys, "down", "--json")
    assert json.loads(out) == {"was_running": True, "ended": ["postgres", "gateway"]}
    assert stack == ["down"]


def test_down_without_a_stack_ended_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    assert json.loads(called(capsys, "down", "--json")[0]) == {"was_running": False, "ended": []}
