"""The gateway and the key that the commands use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_cli.main import main
from winnow_cli.profile import Profile, read_profile
from winnow_client.errors import Misconfigured, Unavailable
from winnow_harness.fixtures.gateway import GatewayTwin

THERE = "https://winnow.example.org"


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    twin = GatewayTwin(
        {"GET /v1/jobs?limit=20": (200, {"items": []}), "GET /below/v1/jobs?limit=20": (200, {"items": []})}
    )
    twin.start()
    yield twin
    twin.stop()


def test_an_address_that_is_named_comes_before_the_stack_of_this_home(twin: GatewayTwin, tmp_path: Path) -> None:
    twin.be_home(tmp_path)
    named = {"WINNOW_HOME": str(tmp_path), "WINNOW_URL": f"{THERE}/", "WINNOW_API_KEY": "wk_1"}
    assert read_profile(named) == Profile(url=THERE, key="wk_1", is_here=False)


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("wk_2\n")
    assert read_profile({"WINNOW_URL": THERE, "WINNOW_API_KEY_FILE": str(tmp_path / "key")}).key == "wk_2"


def test_without_an_address_it_is_the_stack_of_this_home_and_its_admin(twin: GatewayTwin, tmp_path: Path) -> None:
    twin.be_home(tmp_path)
    assert read_profile({"WINNOW_HOME": str(tmp_path)}) == Profile(url=twin.url, key="key", is_here=True)


def test_another_key_serves_for_the_stack_of_this_home(twin: GatewayTwin, tmp_path: Path) -> None:
    twin.be_home(tmp_path)
    assert read_profile({"WINNOW_HOME": str(tmp_path), "WINNOW_API_KEY": "wk_3"}).key == "wk_3"


def test_a_home_that_was_never_started_is_told_of_with_both_ways_out(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        read_profile({"WINNOW_HOME": str(tmp_path)})
    assert "./winnow up" in refused.value.hint
    assert "WINNOW_URL" in refused.value.hint


@pytest.mark.parametrize(
    "url", ["winnow.example.org", "ftp://winnow.example.org", "http://", "http://host:port", "http://[::1"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="WINNOW_URL"):
        read_profile({"WINNOW_URL": url, "WINNOW_API_KEY": "wk"})


def test_an_address_without_a_key_is_refused() -> None:
    with pytest.raises(Misconfigured, match="no API key"):
        read_profile({"WINNOW_URL": THERE})


def test_a_key_s_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="WINNOW_API_KEY_FILE cannot be read: No such file"):
        read_profile({"WINNOW_URL": THERE, "WINNOW_API_KEY_FILE": str(tmp_path / "none")})


def test_a_key_is_not_shown_with_its_profile() -> None:
    assert "wk_4" not in repr(read_profile({"WINNOW_URL": THERE, "WINNOW_API_KEY": "wk_4"}))


@pytest.mark.parametrize("path", ["", "/below"])
def test_a_command_asks_the_gateway_that_is_named(
    twin: GatewayTwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    monkeypatch.setenv("WINNOW_URL", f"{twin.url}{path}")
    monkeypatch.setenv("WINNOW_API_KEY", "wk")
    with pytest.raises(SystemExit) as ended:
        main(["jobs"])
    assert (ended.value.code, twin.asked) == (0, [f"GET {path}/v1/jobs?limit=20"])


def test_where_a_named_gateway_does_not_answer_its_address_is_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("WINNOW_API_KEY", "wk")
    with pytest.raises(SystemExit) as ended:
        main(["jobs"])
    assert ended.value.code == 1
    assert "WINNOW_URL names this address" in capsys.readouterr().err
