"""Runs one child process on an untrusted file.

It has no network, no environment, and no file but those of its task; its system calls are filtered; it is limited,
watched, and never left behind.
"""

import logging
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_base import low_priority
from winnow_contracts.errors import Misconfigured
from winnow_media import confinement, system_calls
from winnow_media.child import Child

log = logging.getLogger(__name__)

_SYSTEM = tuple(
    path for path in ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives") if Path(path).exists()
)
"""What every program reads: programs, libraries, and where they lie. Nothing there is secret."""
PYTHON_FOLDERS = tuple(dict.fromkeys(path for path in (sys.prefix, sys.base_prefix, *sys.path) if Path(path).is_dir()))
"""What a child that is a Python program reads besides: Python and its packages."""
_NICENESS = "10"
"""A tenth of what others get, while others want it."""
_PYTHON = (sys.executable, "-I", "-S")
"""Without the site packages Python starts in some ten milliseconds. -I ignores its environment."""


@dataclass(frozen=True, kw_only=True)
class ChildLimits:
    """The limits of one child. ``output_bytes`` limits each file that it writes, and its standard output.

    A child that ``yields`` leaves the processor to all that is short while there is any.
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int
    yields: bool = False


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The result of a child: its standard output, and the end of its messages."""

    output: bytes
    messages: str


class Sandbox:
    """Starts children.

    ``isolation`` is the command prefix that removes the network, as found by ``detect``. ``confined``: the kernel keeps
    children to their task's folder and to what every program needs. ``filtered``: it refuses them sockets and other
    system calls that decoding does not need (``system_calls``).
    """

    def __init__(self, isolation: tuple[str, ...], *, confined: bool = True, filtered: bool = True) -> None:
        self._isolation = isolation
        self._confined = confined
        self._filter = system_calls.filter_for(platform.machine()).hex() if filtered else ""
        self._setpriv = find_program("setpriv", "util-linux")
        self._prlimit = find_program("prlimit", "util-linux")

    @classmethod
    def detect(cls, *, unconfined: bool = False) -> "Sandbox":
        """A sandbox with the best isolation that works on this machine.

        Raises Misconfigured where children could read other files, reach the network or make any system call, unless
        ``unconfined`` allows that; a warning is logged then.
        """
        filtered = confinement.takes_filters() and platform.machine() in system_calls.MACHINES
        sandbox = cls(_without_network(), confined=confinement.landlock_version() > 0, filtered=filtered)
        if missing := sandbox.missing:
            if not unconfined:
                raise Misconfigured(
                    f"children that decode strangers' files cannot be kept from {missing} here",
                    hint="Run a kernel with Landlock (5.13) and seccomp on amd64 or arm64, and let containers use both."
                    " Or set WINNOW_MEDIA_UNCONFINED=true, and let nobody upload whom you do not trust.",
                )
            log.warning("children that decode strangers' files cannot be kept from %s here", missing)
        return sandbox

    @property
    def missing(self) -> str:
        """What children cannot be kept from, or an empty string."""
        missing = {
            "the files of others": not self._confined,
            "the network": not (self._filter or self._isolation),
            "the system calls of administrators": not self._filter,
        }
        return " and ".join(what for what, is_missing in missing.items() if is_missing)

    def start(
        self,
        arguments: Sequence[str],
        limits: ChildLimits,
        check: Callable[[], None],
        on_progress: Callable[[str], None] | None = None,
        *,
        folder: Path,
        readable: Sequence[str] = (),
    ) -> Child:
        """Start a child; the result reads its standard output. ``arguments[0]`` is an absolute path.

        It may read and write in ``folder``, and read what lies in the ``readable`` folders and all of the system's
        programs.
        ``on_progress`` (ffmpeg only) is called with the lines of ``-progress``, which is added as the first option.
        """
        progress, told = os.pipe()
        try:
            wish = ["-progress", f"pipe:{told}"] if on_progress else []
            process = subprocess.Popen(
                [*self._wrapper(limits, folder, readable), arguments[0], *wish, *arguments[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                pass_fds=(told,),
                # A group of its own, which is killed whole. In a session of its own it would have as much of the
                # processor as all other parts together: Linux shares among sessions, and niceness acts within one.
                process_group=0,
                bufsize=0,
            )
        except BaseException:
            os.close(progress)
            raise
        finally:
            os.close(told)
        return Child(
            process,
            name=Path(arguments[0]).name,
            progress=progress,
            on_progress=on_progress or (lambda line: None),
            check=check,
            deadline=time.monotonic() + limits.wall_seconds,
            wall_seconds=limits.wall_seconds,
            cpu_seconds=limits.cpu_seconds,
            output_bytes=limits.output_bytes,
        )

    def run(
        self,
        arguments: Sequence[str],
        limits: ChildLimits,
        check: Callable[[], None],
        on_progress: Callable[[str], None] | None = None,
        *,
        folder: Path,
        readable: Sequence[str] = (),
    ) -> Finished:
        """Run a child to its end, as ``start``. Raises what ``Child.read`` raises."""
        with self.start(arguments, limits, check, on_progress, folder=folder, readable=readable) as child:
            output = bytearray()
            while piece := child.read(1 << 16):
                output += piece
            return Finished(output=bytes(output), messages=child.messages)

    def _wrapper(self, limits: ChildLimits, folder: Path, readable: Sequence[str]) -> list[str]:
        # setpriv comes after unshare, because entering a user namespace clears the death signal. The signal is sent
        # when the starting thread ends; that thread reads the child and so outlives it.
        return [
            *((*_PYTHON, low_priority.__file__, _NICENESS) if limits.yields else ()),
            *self._isolation,
            *(self._setpriv, "--pdeathsig", "KILL", "--no-new-privs"),
            self._prlimit,
            f"--as={limits.memory_bytes}",
            f"--cpu={limits.cpu_seconds}",
            f"--fsize={limits.output_bytes}",
            "--nofile=64",
            "--core=0",
            "--",
            *(self._confinement(folder, readable) if self._confined or self._filter else ()),
        ]

    def _confinement(self, folder: Path, readable: Sequence[str]) -> list[str]:
        kept_to = str(folder) if self._confined else ""
        return [*_PYTHON, confinement.__file__, self._filter, kept_to, *_SYSTEM, *readable, "--"]


def _without_network() -> tuple[str, ...]:
    """The command prefix that removes the network; empty where neither root nor user namespaces allow it."""
    unshare = find_program("unshare", "util-linux")
    for isolation in ((unshare, "-n", "--"), (unshare, "-r", "-n", "--")):
        tried = subprocess.run(
            [*isolation, find_program("true", "coreutils")], capture_output=True, timeout=10, check=False
        )
        if tried.returncode == 0:
            return isolation
    return ()


def find_program(name: str, package: str) -> str:
    """The absolute path of a program. Raises Misconfigured naming the Debian package to install."""
    found = shutil.which(name)
    if found is None:
        raise Misconfigured(f"the program {name} is not installed", hint=f"Install the Debian package {package}.")
    return str(Path(found).absolute())
