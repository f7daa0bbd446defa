"""A part of the one-machine stack: a program with its environment, readiness probe and address."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program of the stack.

    ``command`` must hold no secret: anyone on the machine can read it. ``prepare`` runs before each start and may be
    repeated; ``probe`` raises Unavailable until the part is ready. ``needs`` names the parts that must be ready first;
    parts that are not chosen are not waited for. A start continues without an optional part that cannot run. ``worker``
    is the name of the worker whose node this is, which is the name of its first node; empty for parts that are no
    nodes.
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
        """The command, which the kernel stops when the process that started it dies, so that no orphan is left."""
        return ("setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), *self.command)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A part that runs elsewhere and is used instead of one of ours."""

    name: str
    url: str


def folder(path: Path, mode: int = 0o755) -> Path:
    """Returns the folder, made with its parents if it is missing."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    return path
