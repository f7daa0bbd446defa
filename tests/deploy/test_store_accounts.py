"""deploy/store/make_accounts.sh, run with a stand-in for ``mc``: compose's image of it is not at hand."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .accounts import POLICIES

MC = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps([arguments, "" if sys.stdin.isatty() else sys.stdin.read()]) + "\\n")
if "attach" in arguments and {said!r}:
    sys.exit({said!r})
"""
"""Notes its arguments and its standard input. ``said`` is with what it refuses to attach a policy."""


class Made:
    """The script beside secrets and policies of its own, and what it asked of ``mc``."""

    def __init__(self, folder: Path, root: Path, compose: dict[str, Any]) -> None:
        self._folder, self._log = folder, folder / "log"
        self._secrets = compose["services"]["accounts"]["secrets"]
        (folder / "secrets").mkdir()
        for name in self._secrets:
            (folder / "secrets" / name).write_text(self.secret(name))
        script = (root / "deploy" / "store" / "make_accounts.sh").read_text(encoding="utf-8")
        assert (script.count("/run/secrets/"), script.count("/policies/")) == (1, 1)
        self._script = script.replace("/run/secrets/", f"{folder}/secrets/").replace("/policies/", f"{POLICIES}/")

    def secret(self, name: str) -> str:
        """What a file of secrets holds. The shell must not read it as anything but a text."""
        return f"{name} $(id) %s \\n"

    def run(self, said: str = "") -> "subprocess.CompletedProcess[str]":
        """Run it."""
        mc = self._folder / "mc"
        mc.write_text(MC.format(python=sys.executable, log=str(self._log), said=said))
        mc.chmod(0o755)
        return subprocess.run(
            ("/bin/sh", "-c", self._script),
            env={"PATH": f"{self._folder}:/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def asked(self) -> list[tuple[list[str], str]]:
        """The arguments of each call of ``mc``, and what it could read."""
        return [tuple(json.loads(line)) for line in self._log.read_text().splitlines()]

    def passwords(self) -> list[str]:
        """Every secret that is no name."""
        return [self.secret(name) for name in self._secrets if not name.endswith(("_access_key", "_user"))]


@pytest.fixture
def made(tmp_path: Path, root: Path, compose: dict[str, Any]) -> Made:
    return Made(tmp_path, root, compose)


def test_no_secret_stands_in_the_arguments_of_a_process(made: Made) -> None:
    assert made.run().returncode == 0
    seen = [argument for arguments, _ in made.asked() for argument in arguments]
    assert len(made.passwords()) == 8
    assert not [password for password in made.passwords() if any(password in argument for argument in seen)]


def test_keys_are_read_by_mc_as_two_lines(made: Made) -> None:
    made.run()
    read = {tuple(arguments[1:4]): given for arguments, given in made.asked()}
    assert read["alias", "set", "store"] == f"{made.secret('s3_root_user')}\n{made.secret('s3_root_password')}\n"
    added = [given for arguments, given in made.asked() if arguments == ["--quiet", "admin", "user", "add", "store"]]
    names = sorted(given.partition("_access_key")[0] for given in added)
    assert names == sorted(f"s3_{path.stem}" for path in POLICIES.glob("*.json"))
    assert all(given.count("\n") == 2 for given in added)


def test_every_account_gets_the_policy_of_its_name(made: Made) -> None:
    made.run()
    calls = [arguments[3:] for arguments, _ in made.asked() if arguments[1:3] == ["admin", "policy"]]
    for path in POLICIES.glob("*.json"):
        assert ["create", "store", f"winnow-{path.stem}", str(path)] in calls
        user = made.secret(f"s3_{path.stem}_access_key")
        assert ["attach", "store", f"winnow-{path.stem}", "--user", user] in calls


@pytest.mark.parametrize(("said", "fails"), [("The policy change is already in effect.", False), ("refused", True)])
def test_what_is_attached_already_is_no_error_and_all_else_is(made: Made, said: str, fails: bool) -> None:
    done = made.run(said)
    assert bool(done.returncode) == fails
    assert (said in done.stderr) == fails


def test_a_secret_that_is_missing_ends_it(made: Made, tmp_path: Path) -> None:
    (tmp_path / "secrets" / "s3_index_secret_key").unlink()
    assert made.run().returncode != 0
    assert not any("winnow-index" in argument for arguments, _ in made.asked() for argument in arguments)
