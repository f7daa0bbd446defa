"""What a part of the one-machine stack is: a program with its environment, its proof of readiness and its address."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program of the stack. Nothing secret may stand in ``command``: anyone on the machine can read it.

    ``prepare`` runs before each start and may be repeated; ``probe`` raises Unavailable until the part can be used.
    ``needs`` names the parts that must be ready first; one that is not chosen is not waited for.
    A start goes on without an optional part that cannot run.
    ``worker`` is what a node is one of: its name where it is the first, empty for parts that are no nodes.
    """

    name: str
    command: tuple[str, ...]
    url: str
    probe: Callable[[], None]
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    prepare: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 20
    ready_seconds: float = 120
    is_server: bool = False
    is_optional: bool = False
    worker: str = ""

    def tied_command(self) -> tuple[str, ...]:
        """The command, told by the kernel to stop when the process that started it dies: no orphan is ever left."""
        return ("setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), *self.command)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A part that runs somewhere else and is used instead of one of ours."""

    name: str
    url: str


def folder(path: Path, mode: int = 0o755) -> Path:
    """The folder, made with its parents if it was not there."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    return path
