"""Fixtures of the media service's tests: small recordings made during the test, and an actor's collaborators."""

import dataclasses
import io
import json
import resource
import socket
import subprocess
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import ClassifyPhoto, Examine, PhotoFiles, PreparePhoto, RecordingFiles
from winnow_journal.task import Task
from winnow_journal.testing.memory import memory_task
from winnow_media import actors
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.photo_actor import prepare_photo
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import Sandbox
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

Make = Callable[..., bytes]
UPLOAD = "in/t/t1/med_1/upload"

SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")


@pytest.fixture
def limits() -> Limits:
    """Ten times the usual limits of a child, so that a busy machine stays below. A test of a limit sets its own."""
    return Limits(
        longest_seconds=3600,
        memory_bytes=1_536 << 20,
        examine_cpu_seconds=100,
        examine_wall_seconds=200,
        prepare_cpu_seconds=600,
        photo_cpu_seconds=200,
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
        subprocess.run([*line, f"file:{path}"], check=True, timeout=100)
        content = path.read_bytes()
        path.unlink()
        return content

    return run


@pytest.fixture
def computed_seconds() -> Callable[[], float]:
    """What this process and its ended children have computed so far: waiting for a busy machine does not count."""

    def read() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    return read


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
        original_key=UPLOAD,
        filename="-i evil.mp4",
        size_bytes=size_bytes,
    )


def photo_command(size_bytes: int) -> PreparePhoto:
    return PreparePhoto(
        tenant_id="t1",
        job_id="job_1",
        media_id="med_1",
        original_key=UPLOAD,
        filename="-i evil.jpg",
        size_bytes=size_bytes,
        language="ko",
        region="kr-seoul",
    )


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """What became of a photo: the command sent on, and both pictures, as bytes and opened."""

    files: PhotoFiles
    image_bytes: bytes
    thumbnail_bytes: bytes

    @property
    def image(self) -> Image.Image:
        return Image.open(io.BytesIO(self.image_bytes))

    @property
    def thumbnail(self) -> Image.Image:
        return Image.open(io.BytesIO(self.thumbnail_bytes))


@pytest.fixture
def photos(limits: Limits) -> PhotoProgram:
    return PhotoProgram(Sandbox.detect(), limits)


@pytest.fixture
def photo_task(objects: MemoryObjectStore) -> Callable[..., tuple[Task, PreparePhoto]]:
    """``photo_task(content, **how)``: upload, and the task that is to prepare it."""

    def run(content: bytes, **how: Any) -> tuple[Task, PreparePhoto]:
        objects.put_bytes(UPLOAD, content, "image/jpeg")
        command = photo_command(len(content))
        return memory_task(command, **how), command

    return run


@pytest.fixture
def prepared_photo(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, photo_task: Callable[..., Any]
) -> Callable[[bytes], Pictures]:
    """``prepared_photo(content)``: upload and prepare."""

    def run(content: bytes) -> Pictures:
        task, command = photo_task(content)
        prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
        (sent,) = task.sent
        assert isinstance(sent, ClassifyPhoto)
        return Pictures(
            files=sent.files,
            image_bytes=objects.get_bytes(sent.files.image_key),
            thumbnail_bytes=objects.get_bytes(sent.files.thumbnail_key),
        )

    return run


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    """``encoded(image, "PNG", **how)``: an image as a file's bytes."""

    def run(image: Image.Image, form: str, **how: Any) -> bytes:
        file = io.BytesIO()
        image.save(file, form, **how)
        return file.getvalue()

    return run


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of a recording: its facts, the sound that ai hears, and what players get."""

    files: RecordingFiles
    rendition: str | None
    sound: bytes | None
    served: bytes


@pytest.fixture
def recorded(objects: MemoryObjectStore, ffmpeg: Ffmpeg, scratch: Scratch, limits: Limits) -> Callable[..., Recorded]:
    """``recorded(content, audio_track=2)``: upload, examine and prepare."""
    given: dict[str, Any] = {"objects": objects, "ffmpeg": ffmpeg, "scratch": scratch, "limits": limits}

    def run(content: bytes, audio_track: int | None = None) -> Recorded:
        command = dataclasses.replace(examine_command(len(content)), audio_track=audio_track)
        objects.put_bytes(command.original_key, content, "application/octet-stream")
        examining = memory_task(command)
        actors.examine(examining, command, **given)
        (prepare,) = examining.sent
        preparing = memory_task(prepare)
        actors.prepare_recording(preparing, prepare, **given)
        (sent,) = preparing.sent
        files = sent.files
        return Recorded(
            files=files,
            rendition=prepare.rendition,
            sound=objects.get_bytes(files.audio_key) if files.audio_key else None,
            served=objects.get_bytes(files.rendition_key or files.original_key),
        )

    return run


@pytest.fixture
def first_heard(tmp_path: Path) -> Callable[[bytes], float]:
    """When something is first heard of a file, in seconds as a player shows them."""

    def run(content: bytes) -> float:
        path = tmp_path / "heard"
        path.write_bytes(content)
        line = ["ffmpeg", "-nostdin", "-v", "error", "-i", f"file:{path}", "-map", "0:a", "-ac", "1", "-ar", "8000"]
        filled = ["-af", "aresample=async=1:first_pts=0", "-f", "s16le", "pipe:1"]
        sound = array("h", subprocess.run([*line, *filled], capture_output=True, check=True, timeout=100).stdout)
        return next(number for number, value in enumerate(sound) if abs(value) > 1000) / 8000

    return run


@pytest.fixture
def facts(tmp_path: Path) -> Callable[[bytes], dict[str, Any]]:
    """What ffprobe says of a file: ``format`` and ``streams``."""

    def run(content: bytes) -> dict[str, Any]:
        path = tmp_path / "shown"
        path.write_bytes(content)
        line = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", f"file:{path}"]
        found: dict[str, Any] = json.loads(subprocess.run(line, capture_output=True, check=True, timeout=100).stdout)
        return found

    return run
