"""Network namespaces that tests make, each with a link to the host, and the removal of those that a killed run left."""

import os
import re
import secrets
import subprocess
from pathlib import Path

_NAME = re.compile(r"winnow-(\d+)-(\d+)-[0-9a-f]+")
"""Of a namespace: the process that made it, when that began (both tell it from a later one of its id), and chance."""
_SUBNETS = 1 << 14
"""Subnets of four addresses in 10.213.0.0/16."""


class Network:
    """A network namespace of its own, and the host's way to it. ``address`` is its own, once it is made."""

    def __init__(self) -> None:
        chance = secrets.token_hex(5)
        self.name = f"winnow-{os.getpid()}-{_began(os.getpid())}-{chance}"
        self._link = f"wn{chance}"
        self.address = ""

    def make(self) -> None:
        """Make it. Raises CalledProcessError where that is not allowed."""
        ip("netns", "add", self.name)
        ip("link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        # No two links that live have one number, so no two have one subnet.
        subnet = 4 * (int(Path(f"/sys/class/net/{self._link}/ifindex").read_text(encoding="ascii")) % _SUBNETS)
        network = f"10.213.{subnet // 256}"
        self.address = f"{network}.{subnet % 256 + 2}"
        ip("address", "add", f"{network}.{subnet % 256 + 1}/30", "dev", self._link)
        ip("link", "set", self._link, "up")
        ip("-netns", self.name, "address", "add", f"{self.address}/30", "dev", "eth0")
        for device in ("eth0", "lo"):
            ip("-netns", self.name, "link", "set", device, "up")

    def remove(self) -> None:
        """Remove it, with its link."""
        subprocess.run(("ip", "netns", "del", self.name), capture_output=True, check=False)


def sweep() -> None:
    """Remove the namespaces of processes that are gone; their links go with them. Raises CalledProcessError."""
    for line in ip("netns", "list").splitlines():
        found = _NAME.fullmatch(line.split()[0])
        if found and _began(int(found[1])) != int(found[2]):
            ip("netns", "del", found[0])


def ip(*words: str) -> str:
    """What ``ip`` answers. Raises CalledProcessError."""
    return subprocess.run(("ip", *words), capture_output=True, check=True, text=True).stdout


def _began(pid: int) -> int:
    """When a process began, in ticks since the machine did; 0 where there is none."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    return int(status.rpartition(")")[2].split()[19])
