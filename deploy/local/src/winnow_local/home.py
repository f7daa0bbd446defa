"""The paths of the stack's files under ``.winnow/``."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from winnow_cli.profile import ADMIN_KEY_FILE, PORTS_FILE

_LONGEST_SOCKET_FOLDER = 80
"""Linux takes 107 bytes for a unix socket's whole path."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """The data folder of one stack. Two checkouts have two homes and run side by side."""

    root: Path

    @property
    def admin_key(self) -> Path:
        """The API key made at the first start."""
        return self.root / ADMIN_KEY_FILE

    @property
    def ports(self) -> Path:
        """The remembered ports."""
        return self.root / PORTS_FILE

    @property
    def scale(self) -> Path:
        """The remembered number of nodes of each worker."""
        return self.root / "scale.json"

    @property
    def secrets(self) -> Path:
        """The folder of generated secrets, for the owner only."""
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        """One log file per part."""
        return self.root / "log"

    @property
    def models(self) -> Path:
        """Model weights."""
        return self.root / "models"

    @property
    def downloads(self) -> Path:
        """The list of what was downloaded; ``./winnow`` writes it, too."""
        return self.root / "tools" / "downloads"

    @property
    def demo(self) -> Path:
        """The sample video."""
        return self.root / "demo"

    @property
    def supervisor_config(self) -> Path:
        """The generated configuration of the runner."""
        return self.root / "supervisor.conf"

    @property
    def supervisor_pid(self) -> Path:
        """The runner's process id while it runs."""
        return self.root / "supervisord.pid"

    @property
    def lock(self) -> Path:
        """Held while a stack starts or stops."""
        return self.root / "lock"

    @property
    def restoring(self) -> Path:
        """There while a restored backup is not whole; holds which."""
        return self.root / "restoring"

    def data(self, part: str) -> Path:
        """The data folder of a server."""
        return self.root / "data" / part

    @property
    def nodes(self) -> Path:
        """A folder for each node."""
        return self.root / "nodes"

    def node(self, part: str) -> Path:
        """The data folder of a service's node: its journal lives there."""
        return self.nodes / part

    def log(self, part: str) -> Path:
        """The log file of a part."""
        return self.logs / f"{part}.log"

    @property
    def sockets(self) -> Path:
        """The folder of unix sockets; outside the home where the home's path is too long for the kernel."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"winnow-{os.getuid()}-{digest}"
