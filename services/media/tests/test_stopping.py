"""Cancelled work ends within two seconds in any state: no ffmpeg runs on, and nothing waits for a transfer."""

import io
import os
import random
import socket
import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.objects.store import ObjectInfo
from winnow_contracts.commands import PrepareRecording
from winnow_contracts.envelope import Envelope, now_ms
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import MemoryJournal
from winnow_media import actors
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

UPLOAD = "in/t/t1/med_1/upload"
AT_ONCE_SECONDS = 2.0
SECONDS_OF_SOUND = 600


class StuckStore(MemoryObjectStore):
    """Sends what its settings name to a store that takes connections and never says a word; reads can be slow."""

    def __init__(self, silent: S3ObjectStore, listener: socket.socket) -> None:
        super().__init__()
        self.silent = silent
        self.listener = listener
        self.stuck: set[str] = set()
        self.slow_seconds = 0.0
        self.reached = threading.Event()

    def _reach(self, name: str) -> bool:
        if name in self.stuck:
            self.reached.set()
        return name in self.stuck

    def exists(self, key: str) -> bool:
        return self.silent.exists(key) if self._reach("look") else super().exists(key)

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if self._reach("fetch"):
            return self.silent.chunks(key, start, length)
        return super().chunks(key, start, length)

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        if self._reach("put"):
            return self.silent.put_stream(key, stream, content_type, part_bytes=5 << 20)
        while self.slow_seconds and stream.read(1 << 16):
            self.reached.set()
            time.sleep(self.slow_seconds)
        return super().put_stream(key, stream, content_type, part_bytes=part_bytes)


@pytest.fixture
def objects() -> Iterator[StuckStore]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield StuckStore(
            S3ObjectStore(
                endpoint=f"127.0.0.1:{listener.getsockname()[1]}",
                access_key="a",
                secret_key="b",
                bucket="bucket",
                region="us-east-1",
                secure=False,
                timeout_seconds=60,
            ),
            listener,
        )


@pytest.fixture
def command(objects: StuckStore) -> PrepareRecording:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        # Noise, because silence would become so small that it is one part.
        file.writeframes(random.Random(1).randbytes(32_000 * SECONDS_OF_SOUND))
    objects.put_bytes(UPLOAD, sound.getvalue(), "audio/wav")
    return PrepareRecording(
        tenant_id="t1",
        job_id="job_1",
        media_id="med_1",
        original_key=UPLOAD,
        demuxer="wav",
        duration_ms=1000 * SECONDS_OF_SOUND,
        audio_stream=0,
        has_video=False,
        playable=True,
        rendition=None,
    )


def running_ffmpegs() -> list[int]:
    """Process ids of this process's living ffmpeg children."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if name == "ffmpeg" and int(parent) == os.getpid() and state != "Z":
            found.append(int(stat.parent.name))
    return found


def until(holds: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("stuck", "works"), [("look", False), ("fetch", False), ("put", True), ("slow put", True)])
def test_cancelled_preparing_ends_within_two_seconds(
    objects: StuckStore,
    command: PrepareRecording,
    ffmpeg: Ffmpeg,
    scratch: Scratch,
    limits: Limits,
    tmp_path: Path,
    stuck: str,
    works: bool,
) -> None:
    objects.stuck = {stuck}
    objects.slow_seconds = 0.05 if stuck == "slow put" else 0.0
    cancelled = threading.Event()
    raised: list[BaseException] = []

    def stop() -> None:
        if cancelled.is_set():
            raise Cancelled

    task = Task(
        Envelope(command=command, run=1, created_ms=now_ms()), "attempt-1", MemoryJournal(), node="test", stop=stop
    )

    def prepare() -> None:
        try:
            actors.prepare_recording(task, command, objects=objects, ffmpeg=ffmpeg, scratch=scratch, limits=limits)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    actor = threading.Thread(target=prepare)
    actor.start()
    until(objects.reached.is_set)
    if works:
        until(running_ffmpegs)
    time.sleep(0.3)
    assert bool(running_ffmpegs()) == works

    cancelled.set()
    actor.join(AT_ONCE_SECONDS)
    assert not actor.is_alive()
    assert isinstance(raised[0], Cancelled)
    assert running_ffmpegs() == []
    assert not list((tmp_path / "scratch").glob("*"))
    assert list(objects.keys("ok/")) == []
    objects.listener.close()  # hangs up: what nobody waits for ends with its connection
    until(lambda: not any(thread.name == "transfer" for thread in threading.enumerate()))
