from importlib.metadata import entry_points
from pathlib import Path

import pytest

from winnow_cli import main as cli


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in cli.find_commands():
        with pytest.raises(SystemExit) as ended:
            cli.main([name, "--help"])
        assert ended.value.code == 0
        assert name in capsys.readouterr().out


def test_no_two_packages_name_a_command_alike() -> None:
    packages = [entry.load() for entry in entry_points(group="winnow.commands")]
    assert sum(len(package.COMMANDS) for package in packages) == len(cli.find_commands()) > 0


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_search_before_the_first_start_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["search", "anything"])
    assert ended.value.code == 1
    assert "./winnow up" in capsys.readouterr().err
