"""``winnow images`` without a daemon, and the file that pins the base."""

import json
import shutil
from pathlib import Path

import pytest

from winnow_cli import main as cli
from winnow_contracts.errors import Unavailable
from winnow_local import images

ROOT = Path(__file__).parents[3]


@pytest.fixture
def no_daemon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where docker is there, it finds no daemon."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")


@pytest.mark.parametrize("words", [["images"], ["images", "media", "--json"]])
def test_without_a_daemon_it_says_so_in_one_line_and_fails(
    words: list[str], no_daemon: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as failed:
        cli.main(words)
    assert failed.value.code == 1
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    wanted = "No container daemon answers: " if shutil.which("docker") else "There is no docker command"
    assert told.err.startswith(wanted)
    assert "./winnow test images" in told.err
    assert told.out == "" or json.loads(told.out)["error"]["detail"].startswith(wanted)
    assert ("--json" in words) == bool(told.out)


def test_an_unknown_image_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        SystemExit, match="There is no image 'web'; the images are media, ai, index, gateway, models, backup"
    ):
        cli.main(["images", "web"])


def test_the_base_is_pinned_by_its_digest_in_a_file_that_bake_reads(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / images.BAKE, tmp_path / images.BAKE)
    digest = "sha256:" + "0" * 64
    assert images.pin(tmp_path, lambda image: digest) == f"python:3.11-slim-bookworm@{digest}"
    written = json.loads((tmp_path / images.PINS).read_text(encoding="utf-8"))
    assert written == {"variable": {"PYTHON_IMAGE": {"default": f"python:3.11-slim-bookworm@{digest}"}}}


def test_a_registry_that_cannot_be_asked_pins_nothing(no_daemon: None, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"The digest of winnow\.invalid/nothing:1 could not be read"):
        images.digest_in_registry("winnow.invalid/nothing:1")


def test_every_image_of_the_bake_file_has_its_dockerfile_and_its_module() -> None:
    text = (ROOT / images.BAKE).read_text(encoding="utf-8")
    for name in images.MODULES:
        assert f'target "{name}"' in text
        folder = "deploy" if name in ("models", "backup") else "services"
        assert (ROOT / folder / name / "Dockerfile").is_file()
    assert text.count("target ") - 1 == len(images.MODULES)
