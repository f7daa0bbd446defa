"""Runs one child process on an untrusted file: no network, no environment, limited, watched, never left behind."""

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_media.child import Child

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ChildLimits:
    """The limits of one child. ``output_bytes`` limits each file that it writes, and its standard output."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The result of a child: its standard output, and the end of its messages."""

    output: bytes
    messages: str


class Sandbox:
    """Starts children. ``isolation`` is the command prefix that removes the network, as found by ``detect``."""

    def __init__(self, isolation: tuple[str, ...]) -> None:
        self._isolation = isolation
        self._setpriv = find_program("setpriv", "util-linux")
        self._prlimit = find_program("prlimit", "util-linux")

    @classmethod
    def detect(cls) -> "Sandbox":
        """A sandbox with the best isolation that works on this machine. Logs a warning if there is none."""
        unshare = find_program("unshare", "util-linux")
        for isolation in ((unshare, "-n", "--"), (unshare, "-r", "-n", "--")):
            tried = subprocess.run(
                [*isolation, find_program("true", "coreutils")], capture_output=True, timeout=10, check=False
            )
            if tried.returncode == 0:
                return cls(isolation)
        log.warning("children cannot be cut off from the network here: neither root nor user namespaces are allowed")
        return cls(())

    @property
    def has_network_isolation(self) -> bool:
        """Whether children are cut off from the network."""
        return bool(self._isolation)

    def start(
        self,
        arguments: Sequence[str],
        limits: ChildLimits,
        check: Callable[[], None],
        on_progress: Callable[[str], None] | None = None,
    ) -> Child:
        """Start a child; the result reads its standard output. ``arguments[0]`` is an absolute path.

        ``on_progress`` (ffmpeg only) is called with the lines of ``-progress``, which is added as the first option.
        """
        readable, writable = os.pipe()
        try:
            told = ["-progress", f"pipe:{writable}"] if on_progress else []
            process = subprocess.Popen(
                [*self._wrapper(limits), arguments[0], *told, *arguments[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                pass_fds=(writable,),
                start_new_session=True,  # a process group of its own, which is killed whole
                bufsize=0,
            )
        except BaseException:
            os.close(readable)
            raise
        finally:
            os.close(writable)
        return Child(
            process,
            name=Path(arguments[0]).name,
            progress=readable,
            on_progress=on_progress or (lambda line: None),
            check=check,
            deadline=time.monotonic() + limits.wall_seconds,
            wall_seconds=limits.wall_seconds,
            output_bytes=limits.output_bytes,
        )

    def run(
        self,
        arguments: Sequence[str],
        limits: ChildLimits,
        check: Callable[[], None],
        on_progress: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run a child to its end. Raises what ``Child.read`` raises."""
        with self.start(arguments, limits, check, on_progress) as child:
            output = bytearray()
            while piece := child.read(1 << 16):
                output += piece
            return Finished(output=bytes(output), messages=child.messages)

    def _wrapper(self, limits: ChildLimits) -> list[str]:
        # setpriv comes after unshare, because entering a user namespace clears the death signal. The signal is sent
        # when the starting thread ends; that thread reads the child and so outlives it.
        return [
            *self._isolation,
            *(self._setpriv, "--pdeathsig", "KILL", "--no-new-privs"),
            self._prlimit,
            f"--as={limits.memory_bytes}",
            f"--cpu={limits.cpu_seconds}",
            f"--fsize={limits.output_bytes}",
            "--nofile=64",
            "--core=0",
            "--",
        ]


def find_program(name: str, package: str) -> str:
    """The absolute path of a program. Raises Misconfigured naming the Debian package to install."""
    found = shutil.which(name)
    if found is None:
        raise Misconfigured(f"the program {name} is not installed", hint=f"Install the Debian package {package}.")
    return str(Path(found).absolute())
