"""Runs a program that refuses root, for a caller who is root: in a user namespace, else as a system user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Misconfigured

_INSIDE_ID = 1000
_SYSTEM_USER = "winnow-postgres"


@dataclass(frozen=True, kw_only=True)
class Unprivileged:
    """How to run as a user other than root: the words before a command, and the owner of the program's files."""

    prefix: tuple[str, ...]
    owner_id: int
    group_id: int

    def command(self, words: tuple[str, ...], stop_signal: str) -> tuple[str, ...]:
        """Returns the whole command. The request to end with the parent comes last, as a change of user clears it."""
        return (*self.prefix, "setpriv", "--pdeathsig", stop_signal, *words) if self.prefix else words

    def own(self, folder: Path) -> None:
        """Gives a folder's files to the owner, if another way of running left them to someone else."""
        if os.geteuid() != 0 or folder.stat().st_uid == self.owner_id:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner_id, self.group_id, follow_symlinks=False)


def unprivileged() -> Unprivileged:
    """Returns the way that works here. Raises Misconfigured if root finds none."""
    if os.geteuid() != 0:
        return Unprivileged(prefix=(), owner_id=os.geteuid(), group_id=os.getegid())
    if namespaces_work():
        # In the namespace it is a plain user, outside it is still root: no user to make, and files keep their owner.
        namespace = ("unshare", "--user", f"--map-user={_INSIDE_ID}", f"--map-group={_INSIDE_ID}")
        return Unprivileged(prefix=namespace, owner_id=0, group_id=0)
    user = _system_user()
    # The capability lets it reach its files through folders that only root may enter.
    prefix = (
        *("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
    )
    return Unprivileged(prefix=prefix, owner_id=user.pw_uid, group_id=user.pw_gid)


def namespaces_work() -> bool:
    """Whether a user namespace can be made: containers and chroots often refuse it."""
    tried = subprocess.run(
        ("unshare", "--user", f"--map-user={_INSIDE_ID}", f"--map-group={_INSIDE_ID}", "true"), capture_output=True
    )
    return tried.returncode == 0


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        made = _make_system_user()
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError as error:
        raise Misconfigured(
            f"PostgreSQL refuses to run as root, and its user {_SYSTEM_USER} could not be made: {made}",
            hint="Run Winnow as an ordinary user.",
        ) from error


def _make_system_user() -> str:
    words = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
    try:
        done = subprocess.run((*words, "--shell", "/usr/sbin/nologin", _SYSTEM_USER), capture_output=True, text=True)
    except FileNotFoundError:
        return "there is no useradd."
    return done.stderr.strip()
