"""A virtual environment for each system, made when it is first asked for; the workspace never holds any of them."""

import shutil
import subprocess
import sys
from pathlib import Path

from winnow_bench.peers.systems import PINNED_UNTIL, System
from winnow_contracts.errors import Misconfigured, Unavailable
from winnow_local.settings import read_settings


def install(system: System, environments: Path) -> Path:
    """Installs a system's packages and returns the Python that has them.

    Raises Unavailable if they cannot be had here, Misconfigured if there is no uv.
    """
    home = environments / system.adapter
    _uv("venv", "--quiet", "--allow-existing", "--python", sys.executable, str(home))
    python = home / "bin" / "python"
    _uv(
        *("pip", "install", "--quiet", "--python", str(python), "--exclude-newer", PINNED_UNTIL),
        *system.requirements,
    )
    return python


def _uv(*words: str) -> None:
    done = subprocess.run((_uv_program(), *words), capture_output=True, text=True)
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        raise Unavailable(f"uv {words[0]} failed: {reason}", dependency="the package index")


def _uv_program() -> str:
    beside_python, of_the_command = Path(sys.executable).with_name("uv"), read_settings().home.root / "tools/uv/bin/uv"
    for candidate in (str(beside_python), str(of_the_command), "uv"):
        if found := shutil.which(candidate):
            return found
    raise Misconfigured("There is no uv to install other systems with.", hint="Run this by ./winnow, which brings uv.")
