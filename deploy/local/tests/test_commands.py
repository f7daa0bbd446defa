import json
from pathlib import Path

import pytest

from winnow_cli import main as cli


def test_status_of_a_stack_that_never_ran_is_plain_and_exits_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["status", "--json"])
    assert ended.value.code == 3
    assert json.loads(capsys.readouterr().out)["gateway"]["state"] == "stopped"


def test_down_without_a_stack_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["down"])
    assert ended.value.code == 0
    assert "not running" in capsys.readouterr().out
