"""What the media service's tests share: small recordings made on the spot, and the collaborators of an actor."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow_chassis.objects_memory import MemoryObjectStore
from winnow_contracts.commands import Examine
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

Make = Callable[..., bytes]

SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")


@pytest.fixture
def limits() -> Limits:
    return Limits(
        longest_seconds=3600,
        memory_bytes=1_536 << 20,
        examine_cpu_seconds=10,
        examine_wall_seconds=20,
        prepare_cpu_seconds=60,
        output_bytes=1 << 30,
        threads=2,
    )


@pytest.fixture
def ffmpeg(limits: Limits) -> Ffmpeg:
    return Ffmpeg.find(limits)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "scratch")


@pytest.fixture
def objects() -> MemoryObjectStore:
    return MemoryObjectStore()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make("a.mp4", *options, seconds=3)``: the bytes of a recording that ffmpeg makes."""

    def run(name: str, *options: str, seconds: float = 3) -> bytes:
        path = tmp_path / name
        line = ["ffmpeg", "-nostdin", "-v", "error", "-y", *(part.format(seconds=seconds) for part in options)]
        subprocess.run([*line, f"file:{path}"], check=True, timeout=60)
        content = path.read_bytes()
        path.unlink()
        return content

    return run


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def mp4(make: Make) -> bytes:
    return make("a.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac")


def examine_command(size_bytes: int) -> Examine:
    return Examine(
        tenant_id="t1",
        job_id="job_1",
        media_id="med_1",
        original_key="in/t/t1/med_1",
        filename="-i evil.mp4",
        size_bytes=size_bytes,
    )
