"""Makes the copy of the checkout from which wheels are built: each package requires the others in its own version.

The checkout itself names them without one, because uv takes them from there whatever their version is.
"""

import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

from versions import ROOT, projects, the_version


def copy_pinned(target: Path) -> None:
    """Copies what git has of the checkout into ``target``, as it lies on the disk, and pins the packages there."""
    tracked = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        copied = target / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copied)
    version = the_version()
    for project in projects(target):
        project.write_text(pinned(project.read_text(encoding="utf-8"), version), encoding="utf-8")


def pinned(project: str, version: str) -> str:
    """The text of a ``pyproject.toml`` that requires each ``winnow-`` package in this version and no other."""
    about = tomllib.loads(project)["project"]
    required = chain(about.get("dependencies", ()), *about.get("optional-dependencies", {}).values())
    for sibling in {one for one in required if one.startswith("winnow-")}:
        project = project.replace(f'"{sibling}"', f'"{sibling}=={version}"')
    return project
