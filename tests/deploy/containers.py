"""Starts what compose describes as a container would, without a daemon: its environment of Python, variables, secrets,
volume and command, as user 10001 without rights, over a file system that cannot be written, in a network of its own.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .networks import Network

USER = 10001
WITHOUT = "WINNOW_WITHOUT_NAMESPACES"
"""Where containers cannot be made, tests that need them fail, unless this variable is 1."""
_INSIDE = """
mount --make-rprivate /
mount -t tmpfs none /run
mkdir -p /run/secrets
{secrets}
mount -t tmpfs none /mnt
mkdir /mnt/environment /mnt/python /mnt/volume
mount --bind {environment} /mnt/environment
mount --bind {python} /mnt/python
mount --bind {volume} /mnt/volume
mount -t tmpfs -o mode=1777 none /tmp
case {python} in /usr*) ;; *) mount -t tmpfs -o mode=755 none {home} ;; esac
mkdir -p {environment} {python}
mount --bind /mnt/environment {environment}
mount --bind /mnt/python {python}
mount -t tmpfs none /var/lib
mkdir /var/lib/winnow
mount --bind /mnt/volume /var/lib/winnow
umount --recursive /mnt
mount -o remount,bind,ro /
cd /var/lib/winnow
exec setpriv --pdeathsig=KILL --reuid={user} --regid={user} --clear-groups \\
    --bounding-set=-all --inh-caps=-all --no-new-privs \\
    env -i {variables} {command}
"""
"""The shell program that makes the container. Nothing of it is seen outside: it runs in a mount namespace."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """A started container: the address of its network, the process that holds it, and what it said."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def first_process(self) -> int:
        """The process id of its first process, as the host sees it."""
        [found] = children(self.process.pid)
        return found


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a container by its first process, with which the kernel ends all others; wait until they have ended."""
    while process.poll() is None:
        for found in children(process.pid):
            with suppress(ProcessLookupError):
                os.kill(found, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)


def children(pid: int) -> list[int]:
    """Those of a process's first thread; none if it has ended."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(word) for word in found.split()]


def why_not() -> str:
    """Why no such container can be made here, or ''."""
    if os.geteuid() != 0:
        return "network namespaces take root"
    for program in ("ip", "unshare", "setpriv"):
        if shutil.which(program) is None:
            return f"there is no {program}"
    network = Network()
    try:
        network.make()
        subprocess.run(("unshare", "--mount", "true"), check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        return f"namespaces are not allowed here: {error.stderr}"
    finally:
        network.remove()
    return ""


@contextmanager
def container(
    environment: Path, variables: Mapping[str, str], secrets: Mapping[str, Path], command: list[str], volume: Path
) -> Iterator[Container]:
    """Run a command with the given environment of Python in a container; its address, and its process.

    ``volume`` is its /var/lib/winnow. What it says goes to a file beside that, of the container's own.
    """
    volume.mkdir(exist_ok=True)
    os.chown(volume, USER, USER)
    network = Network()
    network.make()
    program = _INSIDE.format(
        environment=shlex.quote(str(environment)),
        python=shlex.quote(sys.base_prefix),
        home=shlex.quote("/" + Path(sys.base_prefix).parts[1]),  # may be of root alone
        volume=shlex.quote(str(volume)),
        secrets="\n".join(
            f"install -m 444 {shlex.quote(str(file))} /run/secrets/{name}" for name, file in secrets.items()
        ),
        variables=" ".join(shlex.quote(f"{name}={value}") for name, value in variables.items()),
        command=shlex.join(command),
        user=USER,
    )
    namespaces = ("unshare", "--mount", "--pid", "--mount-proc", "--fork")
    line = ("setpriv", "--pdeathsig=KILL", "ip", "netns", "exec", network.name, *namespaces, "sh", "-euc", program)
    try:
        log = volume.with_name(f"{network.name}.log")
        with log.open("wb") as output:
            process = subprocess.Popen(line, stdout=output, stderr=output)
        try:
            yield Container(address=network.address, process=process, log=log)
        finally:
            end(process)
    finally:
        network.remove()


def interpolated(value: Any, chosen: Mapping[str, str]) -> str:
    """A value of compose with ``${NAME:-default}`` and ``${NAME:?…}`` put in, from ``chosen``."""
    return re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda found: chosen.get(found[1]) or (found[3] if found[2] == "-" else ""),
        str(value),
    )
