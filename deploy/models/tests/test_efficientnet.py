"""The network's file: converted once from the true checkpoint, and never half there."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from winnow_models import efficientnet_file
from winnow_models.efficientnet import Network
from winnow_models.efficientnet_file import network_file
from winnow_models.settings import models_folder
from winnow_models.weights import WrongBytes, fetch

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]  # the first one may download the weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with the checkpoint alone."""
    shutil.copytree(fetch(efficientnet_file.MODEL, models_folder()), tmp_path / efficientnet_file.MODEL)
    return tmp_path


def test_the_checkpoint_becomes_a_network_that_answers_with_classes_and_features(folder: Path) -> None:
    said: list[str] = []
    file = network_file(folder, said.append)
    seen = Network(lambda: file, threads=1).look(np.zeros((3, 224, 224), np.float32))

    assert said == ["efficientnet-lite0: converting"]
    assert seen.logits.shape == (1000,)
    assert seen.features.shape == (1280,)
    assert np.isfinite(seen.logits).all()
    assert [path.name for path in folder.glob("*.onnx")] == [path.name for path in (file,)]
    assert not list(folder.glob(".fresh*"))


def test_a_file_that_is_there_needs_neither_checkpoint_nor_conversion(folder: Path) -> None:
    file = network_file(folder)
    shutil.rmtree(folder / efficientnet_file.MODEL)
    said: list[str] = []

    assert network_file(folder, said.append) == file
    assert said == []


def test_another_converter_makes_another_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = network_file(folder)
    monkeypatch.setattr(efficientnet_file, "CONVERTER", 99)
    assert network_file(folder) != file


def test_a_changed_checkpoint_is_not_read(folder: Path) -> None:
    with (folder / efficientnet_file.MODEL / "checkpoint.pth").open("ab") as checkpoint:
        checkpoint.write(b"!")
    with pytest.raises(WrongBytes, match="wrong sha256"):
        network_file(folder)
    assert not list(folder.glob("*.onnx"))


def test_a_conversion_that_breaks_off_leaves_nothing_that_would_be_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            network_file(folder)
    assert not list(folder.glob("efficientnet*.onnx"))
    assert network_file(folder).is_file()


def test_nothing_is_loaded_before_it_is_needed() -> None:
    def never() -> Path:
        raise AssertionError

    assert not Network(never, threads=1).loaded
