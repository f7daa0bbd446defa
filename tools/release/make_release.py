"""Makes what a release consists of: wheels of every package, a bill of materials, licences, checksums.

``python tools/release/make_release.py FOLDER``. The bill and the licences are read off a clean environment into which
these wheels and their dependencies were installed, exactly as locked. Needs git, uv, and PyPI or its cache.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from licences import others, table
from pinned import copy_pinned
from versions import ROOT, the_version

_BILL_MAKER = "cyclonedx-bom==7.5.0"


def main() -> None:
    """Makes the folder, which must not hold anything yet."""
    parser = argparse.ArgumentParser(description="Makes what a release consists of.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--environment", type=Path, help="keep the clean environment here")
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} holds something already.")
    version = the_version()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy_pinned(Path(scratch) / "pinned")
        uv("build", str(Path(scratch) / "pinned"), "--all-packages", "--wheel", "--out-dir", str(folder))
        (folder / ".gitignore").unlink(missing_ok=True)
        environment = arguments.environment or Path(scratch) / "environment"
        install(folder, environment.absolute(), Path(scratch))
        write_bill(environment, folder / "winnow.cdx.json")
        licences = "\n".join(table(others(environment)))
        (folder / "licences.md").write_text(f"# Packages that Winnow {version} uses\n\n{licences}\n", encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", folder)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print(f"Winnow {version}: {len(list(folder.glob('*.whl')))} wheels in {folder}")


def install(wheels: Path, environment: Path, scratch: Path) -> None:
    """Makes an environment of these wheels and what the lock has for them, and of nothing else."""
    locked = scratch / "locked.txt"
    uv("export", "--locked", "--all-packages", "--no-dev", "--no-emit-workspace", "--output-file", str(locked))
    uv("venv", "--python", sys.executable, str(environment))
    into = ("--python", str(environment / "bin" / "python"))
    uv("pip", "install", *into, "--requirement", str(locked))
    # By name: what is installed by path remembers the path, and the bill would tell it.
    names = [f"{wheel.name.split('-')[0]}=={the_version()}" for wheel in sorted(wheels.glob("*.whl"))]
    uv("pip", "install", *into, "--no-deps", "--no-index", "--find-links", str(wheels), *names)


def write_bill(environment: Path, file: Path) -> None:
    """Writes a bill of materials after CycloneDX."""
    words = ("cyclonedx-py", "environment", "--output-reproducible", "--output-file", str(file))
    uv("tool", "run", "--from", _BILL_MAKER, *words, str(environment / "bin" / "python"))


def uv(*words: str) -> None:
    """Runs uv in the checkout; shows what it said only where it fails."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_NO_SYNC")}
    done = subprocess.run(("uv", *words), cwd=ROOT, env=inherited, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"uv {words[0]} failed: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
