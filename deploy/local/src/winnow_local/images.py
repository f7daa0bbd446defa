"""Builds the container images, tries each as it is run, and finds the digests that names have in their registry."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from platform import machine

from winnow_contracts.errors import Unavailable

BAKE = Path("deploy", "docker-bake.hcl")
PINS = Path("deploy", "docker-bake.pins.json")
MODULES = {
    "media": "winnow_media.worker",
    "ai": "winnow_ai.worker",
    "index": "winnow_index.worker",
    "gateway": "winnow_gateway.server",
    "models": "winnow_models.server",
    "backup": "winnow_backup.program",
}
"""Each image, and what it must be able to import."""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_AS_RUN = ("--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "none")  # noqa: S108
_LOOK = "import os, importlib; importlib.import_module({module!r}); print(os.getuid())"
_BASE = re.compile(r'variable "PYTHON_IMAGE" \{ default = "([^"]+)" \}')


@dataclass(frozen=True, kw_only=True)
class TriedImage:
    """An image and what is wrong with it; ``fault`` is empty if it runs as it should."""

    name: str
    fault: str


def build(root: Path, names: Sequence[str]) -> None:
    """Build images for this machine. Raises Unavailable without a daemon, or with its last words if it fails."""
    _need_daemon()
    pins = ("--file", str(PINS)) if (root / PINS).exists() else ()
    line = ("docker", "buildx", "bake", "--file", str(BAKE), *pins, "--load", *names)
    _run(line, root, "The images could not be built", PLATFORMS=f"linux/{_ARCHITECTURES.get(machine(), machine())}")


def try_image(name: str) -> TriedImage:
    """Run an image twice as compose runs it: it imports its program as nobody, and says what it lacks."""
    image = f"winnow-{name}:dev"
    program = _LOOK.format(module=MODULES[name])
    looked = _docker("run", *_AS_RUN, image, "python", "-c", program)
    if looked.returncode:
        return TriedImage(name=name, fault=f"It cannot import {MODULES[name]}: {_last(looked.stderr)}")
    if looked.stdout.strip() == "0":
        return TriedImage(name=name, fault="It runs as root.")
    started = _docker("run", *_AS_RUN, image)
    if not started.returncode or "is not set" not in started.stderr:
        return TriedImage(name=name, fault=f"Without settings it does not say what it lacks: {_last(started.stderr)}")
    return TriedImage(name=name, fault="")


def pin(root: Path, digest_of: Callable[[str], str]) -> str:
    """Write the base with the digest that its name has now to ``PINS``, for the next builds; returns it."""
    found = _BASE.search((root / BAKE).read_text(encoding="utf-8"))
    if found is None:
        raise Unavailable(f"{BAKE} names no PYTHON_IMAGE.", dependency="images")
    pinned = f"{found[1]}@{digest_of(found[1])}"
    pins = {"variable": {"PYTHON_IMAGE": {"default": pinned}}}
    (root / PINS).write_text(json.dumps(pins, indent=2) + "\n", encoding="utf-8")
    return pinned


def digest_in_registry(image: str) -> str:
    """The digest of an image's name, of all its platforms. Raises Unavailable if its registry does not answer."""
    line = ("docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}")
    digest = _run(line, Path.cwd(), f"The digest of {image} could not be read").strip()
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise Unavailable(f"The registry has no digest of {image}.", dependency="registry")
    return digest


def _need_daemon() -> None:
    if shutil.which("docker") is None:
        raise Unavailable(
            "There is no docker command, which builds the images.",
            dependency="docker",
            hint="Install Docker with buildx; their build steps run without it: ./winnow test images.",
        )
    asked = _docker("info", "--format", "{{.ServerVersion}}")
    if asked.returncode:
        raise Unavailable(
            f"No container daemon answers: {_last(asked.stderr)}",
            dependency="docker",
            hint="Start it, or set DOCKER_HOST; their build steps run without it: ./winnow test images.",
        )


def _run(line: Sequence[str], folder: Path, what: str, **variables: str) -> str:
    if shutil.which(line[0]) is None:
        raise Unavailable(f"{what}: there is no {line[0]} command.", dependency=line[0])
    environment = {**os.environ, **variables}
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{what}: {_last(done.stderr)}", dependency="docker")
    return done.stdout


def _docker(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("docker", *words), capture_output=True, text=True, check=False)


def _last(text: str) -> str:
    return next(reversed(text.strip().splitlines()), "it said nothing")
