"""Chooses the stack's loopback ports: defaults, free ones if taken, remembered from start to start."""

import json
import os
import random
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

DEFAULT_PORTS: dict[str, int] = {
    "gateway": 8080,
    "amqp": 18081,
    "amqp_nodes": 18082,
    "epmd": 18083,
    "postgres": 18084,
    "s3": 18085,
    "s3_grpc": 18086,
    "s3_master": 18087,
    "s3_master_grpc": 18088,
    "s3_volume": 18089,
    "s3_volume_grpc": 18090,
    "s3_filer": 18091,
    "s3_filer_grpc": 18092,
    "s3_admin": 18093,
    "s3_admin_grpc": 28093,
    "models": 18095,
    "ai_api": 18096,
    "index_api": 18097,
    "health_media_examine": 18098,
    "health_media": 18099,
    "health_ai": 18100,
    "health_index": 18101,
    "chat": 18102,
    "health_gateway": 18103,
}

_TOGETHER = {"s3_admin": {"s3_admin_grpc": 10_000}}
"""Ports at a fixed distance above another one, where the store's own worker looks for its admin."""

_RANDOM_PORTS = range(20000, 32000)
"""Below Linux's ephemeral range, so that no outgoing connection sits on a remembered port."""

SHARE_VARIABLE = "WINNOW_LOCAL_PORT_SHARE"
SHARES = 25
"""The number of shares; share n has every 25th port. 25 divides the distance of linked ports, so both are in one share.
"""

_TRIES = 500


def random_ports() -> range:
    """The ports to choose from at random: all, or the share 0 to 24 that WINNOW_LOCAL_PORT_SHARE names.

    Stacks with different shares never choose the same port, even if one of them has stopped a server for a moment.
    """
    share = os.environ.get(SHARE_VARIABLE, "")
    return _RANDOM_PORTS[int(share) :: SHARES] if share else _RANDOM_PORTS


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not _is_blocked(port)


def _is_blocked(port: int, folder: Path = Path("/tmp")) -> bool:  # noqa: S108 - the store's own fixed place
    """Whether another user's S3 store left a socket for this port, which ours could not replace."""
    try:
        owners = {left.lstat().st_uid for left in folder.glob(f"seaweedfs-*-{port}.sock")}
    except FileNotFoundError:
        return False
    return os.geteuid() != 0 and bool(owners - {os.geteuid()})


def choose_ports(wishes: Mapping[str, int], free: Callable[[int], bool] = is_free) -> dict[str, int]:
    """Returns a free port per name: the default, or a random one if that is taken or 0. No port is returned twice."""
    chosen: dict[str, int] = {}
    for name, wish in wishes.items():
        if name not in chosen:
            distances = {name: 0, **_TOGETHER.get(name, {})}
            given = set(chosen.values())
            fits = _Fits(distances=tuple(distances.values()), given=given, free=free)
            port = wish if wish and fits(wish) else _random_port(replace(fits, given=given | set(wishes.values())))
            chosen |= {each: port + distance for each, distance in distances.items()}
    return chosen


def remembered_ports(path: Path) -> dict[str, int]:
    """The ports of the last start by name; empty before the first one."""
    if not path.exists():
        return {}
    return {str(name): int(port) for name, port in json.loads(path.read_text(encoding="utf-8")).items()}


def keep_ports(path: Path, wishes: Mapping[str, int] | None = None) -> dict[str, int]:
    """Chooses the ports of a start and remembers them: the last start's, else the defaults, else free ones.

    Call it only while the stack is down: a remembered port that is taken then belongs to another program.
    """
    ports = choose_ports({**(DEFAULT_PORTS if wishes is None else wishes), **remembered_ports(path)})
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(ports, indent=1), encoding="utf-8")
    fresh.replace(path)
    return ports


@dataclass(frozen=True, kw_only=True)
class _Fits:
    """Whether a port, and those at fixed distances above it, are free and not yet assigned."""

    distances: tuple[int, ...]
    given: set[int]
    free: Callable[[int], bool]

    def __call__(self, port: int) -> bool:
        return all(port + distance not in self.given and self.free(port + distance) for distance in self.distances)


def _random_port(fits: _Fits) -> int:
    ports = random_ports()
    low = range(ports.start, ports.stop - max(fits.distances), ports.step)
    for _ in range(_TRIES):
        port = random.choice(low)  # noqa: S311 - a port is no secret
        if fits(port):
            return port
    raise OSError("No free loopback port was found between 20000 and 32000.")
