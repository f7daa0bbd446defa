"""Finds the packages of the workspace that changed since the branch left ``main``."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def changed_packages(root: Path, main: str = "main") -> list[str]:
    """Returns the folders of packages with a changed or new file, committed or not, as paths below ``root``.

    Raises subprocess.CalledProcessError if ``root`` is no checkout or has no ``main``.
    """
    base = _git(root, "merge-base", "HEAD", main)
    files = _git(root, "diff", "--name-only", base) + "\n" + _git(root, "ls-files", "--others", "--exclude-standard")
    return packages_of(root, filter(None, files.splitlines()))


def packages_of(root: Path, files: Iterable[str]) -> list[str]:
    """Returns the nearest folders above the files that have a pyproject.toml and tests; files outside packages are
    ignored.
    """
    found = set()
    for file in files:
        for folder in Path(file).parents[:-1]:
            if (root / folder / "pyproject.toml").exists():
                if (root / folder / "tests").is_dir():
                    found.add(str(folder))
                break
    return sorted(found)


def _git(root: Path, *words: str) -> str:
    return subprocess.run(("git", "-C", root, *words), check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
