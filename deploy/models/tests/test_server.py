"""The endpoint as a process."""

import subprocess
import sys
from pathlib import Path

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_models.settings import models_folder, read_models_settings


def test_without_settings_it_stops_and_names_all_that_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "winnow_models.server"], env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "WINNOW_MODELS_PORT" in done.stderr
    assert "WINNOW_MODELS_API_KEY" in done.stderr


def test_the_key_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret\n")
    settings = read_models_settings({"WINNOW_MODELS_PORT": "1", "WINNOW_MODELS_API_KEY_FILE": str(tmp_path / "key")})
    assert settings.api_key == "secret"


def test_no_threads_are_too_few() -> None:
    with pytest.raises(Misconfigured, match="WINNOW_MODELS_THREADS"):
        read_models_settings({"WINNOW_MODELS_PORT": "1", "WINNOW_MODELS_API_KEY": "k", "WINNOW_MODELS_THREADS": "0"})


def test_weights_are_shared_between_checkouts_unless_told_otherwise() -> None:
    assert models_folder({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/winnow/models")
    assert models_folder({}) == Path.home() / ".cache" / "winnow" / "models"
    assert models_folder({"WINNOW_MODELS_FOLDER": "/data/models"}) == Path("/data/models")
