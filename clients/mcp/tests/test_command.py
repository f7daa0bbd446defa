"""``winnow mcp`` without an assistant."""

import json

import pytest

from winnow_cli import main as cli
from winnow_mcp.commands import mcp


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("WINNOW_API_KEY", "key")


def test_its_tools_are_printed_as_json_without_asking_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["mcp", "--json"])
    assert ended.value.code == 0
    tools = {tool["name"]: tool for tool in json.loads(capsys.readouterr().out)}
    assert tools["search_recordings"]["inputSchema"]["required"] == ["query"]
    assert tools["list_media"]["inputSchema"]["properties"]["limit"]["maximum"] == 100


def test_without_its_library_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mcp, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["mcp"])
    assert ended.value.code == 1
    assert "uv tool install" in capsys.readouterr().err
