"""The one version of all packages: the root's, which every package repeats because each wheel must state its own.

``python tools/release/versions.py`` prints it, and fails if a package has another. ``… 0.2.0`` writes it everywhere,
into ``uv.lock`` too, and puts a dated heading below "Unreleased" in the changelog.
"""

import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_VERSION = re.compile(r'^version = "[^"]*"$', re.MULTILINE)
_FORM = re.compile(r"\d+\.\d+\.\d+")


def projects(root: Path = ROOT) -> list[Path]:
    """The root's ``pyproject.toml``, then those of the packages."""
    return [root / "pyproject.toml", *sorted(root.glob("*/*/pyproject.toml"))]


def read_version(project: Path) -> str:
    """The version that a ``pyproject.toml`` states."""
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def the_version(root: Path = ROOT) -> str:
    """The one version. Exits with the packages that have another."""
    wanted, *others = [(read_version(project), project) for project in projects(root)]
    odd = [f"{project.relative_to(root)}: {version}" for version, project in others if version != wanted[0]]
    if odd:
        sys.exit(f"The version is {wanted[0]}, but not in {'; '.join(odd)}.")
    return wanted[0]


def write_version(version: str, root: Path = ROOT) -> None:
    """Writes a version into every project, and its heading into the changelog."""
    for project in projects(root):
        text, count = _VERSION.subn(f'version = "{version}"', project.read_text(encoding="utf-8"), count=1)
        if not count:
            sys.exit(f"{project} has no line with its version.")
        project.write_text(text, encoding="utf-8")
    changelog = root / "CHANGELOG.md"
    heading = f"## Unreleased\n\n## {version} - {datetime.now(UTC):%Y-%m-%d}"
    changelog.write_text(changelog.read_text(encoding="utf-8").replace("## Unreleased", heading, 1), encoding="utf-8")


def main() -> None:
    """See the module."""
    if sys.argv[1:]:
        if not _FORM.fullmatch(sys.argv[1]):
            sys.exit(f"{sys.argv[1]!r} is no version such as 1.2.3.")
        write_version(sys.argv[1])
        subprocess.run(("uv", "lock", "--project", str(ROOT)), check=True)
    print(the_version())


if __name__ == "__main__":
    main()
