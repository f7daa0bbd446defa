"""Files named on the command line: names from old disks, things that are no file, and files that change meanwhile."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from winnow_cli import main as cli
from winnow_client.files import readable
from winnow_harness.fixtures.gateway import GatewayTwin, accepted

ACCEPTED = accepted()


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    twin = GatewayTwin({})
    twin.start()
    twin.be_home(tmp_path / "home")
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path / "home"))
    yield twin
    twin.stop()


def named(folder: Path, name: bytes) -> str:
    path = os.fsencode(folder) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(b"sound")
    return os.fsdecode(path)


def winnow(*words: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = (sys.executable, "-m", "winnow_cli.main", *words)
    return subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp949"])
@pytest.mark.parametrize("wanted", [(), ("--json",), ("--detach",), ("--detach", "--json")])
def test_one_bad_file_never_stops_the_rest(
    twin: GatewayTwin, tmp_path: Path, encoding: str, wanted: tuple[str, ...]
) -> None:
    korean = named(tmp_path, "회의.wav".encode("cp949"))
    refused, good, lost = (named(tmp_path, name) for name in (b"refused.wav", "좋음.wav".encode(), b"lost.wav"))
    for name, answer in (
        ("회의.wav", ACCEPTED),
        ("좋음.wav", ACCEPTED),
        ("lost.wav", accepted("x")),
    ):
        twin.answers[f"POST /v1/media?filename={quote(name)}"] = answer
    twin.answers["POST /v1/media?filename=refused.wav"] = (415, {"code": "unsupported-type", "detail": "No sound."})
    twin.answers["GET /v1/jobs/job_1"] = (200, {"status": "done", "stages": []})
    files = (str(tmp_path), str(tmp_path / "absent.wav"), refused, lost, korean, good)
    done = winnow("add", *wanted, *files, encoding=encoding)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1
    for name in ("회의.wav", "좋음.wav"):
        assert f"POST /v1/media?filename={quote(name)}" in twin.asked
    if "--json" in wanted:
        told = json.loads(done.stdout.decode(encoding))
        assert [result["file"] for result in told] == [readable(file) for file in files]
        codes = [
            "unsupported-type",
            "not-found",
            "unsupported-type",
            *(["not-found"] if "--detach" not in wanted else []),
        ]
        assert [result["error"]["code"] for result in told if "error" in result] == codes


def test_sort_takes_such_names_too(twin: GatewayTwin, tmp_path: Path) -> None:
    photo = named(tmp_path, "사진.jpg".encode("cp949"))
    os.mkfifo(tmp_path / "pipe.jpg")
    done = winnow("sort", "--json", str(tmp_path / "pipe.jpg"), str(tmp_path), photo)
    assert b"Traceback" not in done.stderr
    assert twin.asked == ["POST /v1/photos?filename=" + quote("사진.jpg")]
    told = json.loads(done.stdout)
    assert [result["error"]["code"] for result in told] == ["unsupported-type", "unsupported-type", "not-found"]
    assert told[2]["file"].endswith("/사진.jpg")


def test_a_search_for_bytes_that_are_no_text_is_a_search(twin: GatewayTwin) -> None:
    done = winnow("search", os.fsdecode("회의".encode("cp949")))
    assert b"Traceback" not in done.stderr
    assert twin.asked == ["GET /v1/search?q=" + quote("회의") + "&limit=10"]


def test_a_command_that_fails_as_a_whole_prints_its_error_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["add", "--json", "a.wav"])
    assert ended.value.code == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["hint"].startswith("./winnow up starts it")
    assert "never started" in err
