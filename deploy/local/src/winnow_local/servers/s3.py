"""The S3 store: SeaweedFS in one process."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_local.part import Part, folder

_PORT_FLAGS = {
    "s3": "s3.port",
    "s3_grpc": "s3.port.grpc",
    "s3_master": "master.port",
    "s3_master_grpc": "master.port.grpc",
    "s3_volume": "volume.port",
    "s3_volume_grpc": "volume.port.grpc",
    "s3_filer": "filer.port",
    "s3_filer_grpc": "filer.port.grpc",
    "s3_admin": "admin.port",
    "s3_admin_grpc": "admin.port.grpc",
}
"""Each is a separate port: one that is not set falls back to a default and collides with a second stack."""

_MEMORY_LIMIT = "512MiB"
"""The store's heap counts 231 MiB from the start, most of it never touched. With a limit below that its garbage
collector never rests; without any limit the heap grows to 1.4 GB and keeps half a gigabyte.
"""

S3_PORTS = tuple(_PORT_FLAGS)


@dataclass(frozen=True, kw_only=True)
class S3Store:
    """One store with one bucket. ``probe`` must be a real write: the store answers up to 1.7 s before it takes any."""

    data: Path
    sockets: Path
    ports: dict[str, int]
    access_key: str
    secret_key: str
    bucket: str
    probe: Callable[[], None]

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.ports['s3']}"

    def part(self) -> Part:
        """The store as a part of the stack."""
        return Part(
            name="s3",
            command=(str(Path(sys.executable).parent / "weed"), "mini", *self._flags()),
            environment={
                "AWS_ACCESS_KEY_ID": self.access_key,
                "AWS_SECRET_ACCESS_KEY": self.secret_key,
                "GOMEMLIMIT": _MEMORY_LIMIT,
            },
            url=f"http://{self.endpoint}",
            probe=self.probe,
            prepare=self.prepare,
            is_server=True,
        )

    def prepare(self) -> None:
        """Makes the folders, and removes files that would keep old ports or flags alive."""
        folder(self.data)
        folder(self.sockets, 0o700)
        # The store loads its last flags from this file, and they would override newly chosen ports.
        (self.data / "mini.options").unlink(missing_ok=True)
        self.remove_sockets()

    def remove_sockets(self) -> None:
        """Removes the unix sockets that a stopped store left under /tmp: they would block another user's store."""
        for port in self.ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 - the store's own fixed place
                with contextlib.suppress(PermissionError):
                    left.unlink(missing_ok=True)

    def _flags(self) -> tuple[str, ...]:
        return (
            f"-dir={self.data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *(f"-{flag}={self.ports[name]}" for name, flag in _PORT_FLAGS.items()),
            "-admin.ui=false",
            "-webdav=false",
            "-s3.iam=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.allowDeleteBucketNotEmpty=false",
            "-master.telemetry=false",
            # A master that resumes its state elects itself after a millisecond, and then looks for its peers every
            # millisecond for ever. It needs no saved state: its volume server reports the volumes at every start.
            "-master.resumeState=false",
            f"-s3.localSocket={self.sockets / 's3.sock'}",
            f"-filer.localSocket={self.sockets / 'filer.sock'}",
            f"-bucket={self.bucket}",
        )
