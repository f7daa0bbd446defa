"""Folders that pages are followed in, as in a checkout, each with a stack on ports that nobody else has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from page_commands import ROOT
from winnow_local.ports import DEFAULT_PORTS, choose_ports

KEPT = ("WINNOW_MODELS_FOLDER", "WINNOW_LOCAL_PORT_SHARE")
"""Variables that the commands of a page get though its reader has not set them."""


class Checkout:
    """A folder to type commands in; ``./winnow`` there is the command of this environment."""

    def __init__(self, folder):
        self._folder = folder
        self._home = folder / ".winnow"
        self._home.mkdir()
        ports = choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))
        (self._home / "ports.json").write_text(json.dumps(ports), encoding="utf-8")
        front_door = folder / "winnow"
        front_door.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).parent}/winnow" "$@"\n')
        front_door.chmod(0o755)
        (folder / "services").symlink_to(ROOT / "services")

    def typed(self, script):
        """What a shell prints that is given these lines and stops at the first that fails."""
        environment = {
            name: value for name, value in os.environ.items() if name in KEPT or not name.startswith("WINNOW_")
        }
        ended = subprocess.run(
            ("bash", "-euo", "pipefail", "-c", script),
            cwd=self._folder,
            env=environment | {"WINNOW_HOME": str(self._home), "WINNOW_LOCAL_READY_SECONDS": "300"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == 0, f"{script}\n{ended.stdout}"
        return ended.stdout


@pytest.fixture
def new_checkout(tmp_path):
    """A checkout in which nothing was ever started."""
    checkout = Checkout(tmp_path)
    yield checkout
    checkout.typed("./winnow down")


@pytest.fixture(scope="session")
def used_checkout(tmp_path_factory):
    return Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def checkout(used_checkout):
    """A checkout whose stack is down, and has the data of the pages that were followed there before."""
    yield used_checkout
    used_checkout.typed("./winnow down")
