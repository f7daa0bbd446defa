"""Makes the files of a good recording: audio for ai, pictures and a playable form for people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from winnow_base.objects.store import ObjectStore
from winnow_contracts.commands import PrepareRecording
from winnow_contracts.errors import BadInput
from winnow_contracts.object_keys import derived
from winnow_journal.task import Task
from winnow_media.checksums import compared
from winnow_media.child import Child
from winnow_media.child_end import ChildFailed
from winnow_media.command_lines import Input
from winnow_media.examine import too_long
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.playback import RENDITION_TYPES
from winnow_media.scratch import Scratch
from winnow_media.transfers import Check, CheckedReader, stoppable

T = TypeVar("T")

PROGRESS_SECONDS = 10.0
"""Progress is reported after this much more of the recording is done, or a hundredth of it."""


class Preparation:
    """The steps of one ``PrepareRecording``. Each returns plain JSON for the journal."""

    def __init__(
        self,
        task: Task,
        command: PrepareRecording,
        original_key: str,
        objects: ObjectStore,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        longest_seconds: float,
    ) -> None:
        self._task, self._command, self._original_key = task, command, original_key
        self._objects, self._ffmpeg, self._scratch = objects, ffmpeg, scratch
        self._longest_seconds = longest_seconds
        self._resources = ExitStack()
        self._folder: Path | None = None

    @contextmanager
    def opened(self) -> Iterator["Preparation"]:
        """Use the preparation inside this block. At its end the scratch folder is removed."""
        with self._resources:
            yield self

    def audio(self) -> dict[str, Any]:
        """Stream the sound as 16 kHz mono FLAC into the store. Returns ``{"key", "duration_ms"}``."""
        stream = self._command.audio_stream
        assert stream is not None
        seconds = [0.0]
        hear = self._progress("audio", seconds)
        key = self._key("audio.flac")
        about = (stream, self._command.has_video, self._duration_seconds)
        with self._ffmpeg.audio(self._source(), *about, self._task.check, hear) as child:
            sound = cast(BinaryIO, SoundStream(child))
            self._transfer(
                lambda check: self._objects.put_stream(key, cast(BinaryIO, CheckedReader(sound, check)), "audio/flac")
            )
        if seconds[0] == 0 or seconds[0] > self._longest_seconds:
            self._objects.remove(key)
            raise too_long(seconds[0], self._longest_seconds) if seconds[0] else _silent()
        return {"key": key, "duration_ms": round(seconds[0] * 1000)}

    def pictures(self) -> dict[str, str]:
        """Make two JPEGs. Returns their keys as ``{"poster", "thumbnail"}``."""
        source = self._source()
        assert self._folder is not None
        paths = {name: self._folder / f"{name}.jpg" for name in ("poster", "thumbnail")}
        at_seconds = min(self._duration_seconds / 10, 30.0)
        self._ffmpeg.pictures(source, at_seconds, paths["poster"], paths["thumbnail"], self._task.check)
        return {name: self._upload(path, self._key(path.name), "image/jpeg") for name, path in paths.items()}

    def rendition(self, kind: str) -> str:
        """Make a rendition that browsers play. Returns its key."""
        source = self._source()
        assert self._folder is not None
        path = self._folder / f"rendition.{kind}"
        hear = self._progress("rendition", [0.0])
        about = (kind, self._command.audio_stream, self._command.has_video, self._duration_seconds)
        self._ffmpeg.render(source, *about, path, self._task.check, hear)
        return self._upload(path, self._key(path.name), RENDITION_TYPES[kind])

    @property
    def _duration_seconds(self) -> float:
        return self._command.duration_ms / 1000

    def _key(self, name: str) -> str:
        return derived(self._command.tenant_id, self._command.media_id, self._task.attempt_id, name)

    def _source(self) -> Input:
        """The original as a local file, fetched when a step first needs it, as seeking over the network is slow."""
        if self._folder is None:
            # A form made to be played may be as large as the original.
            need_bytes = 2 * self._objects.stat(self._original_key).size_bytes
            folder = self._resources.enter_context(self._scratch.folder(need_bytes))
            self._transfer(lambda check: self._fetch(folder / "original", check))
            self._folder = folder
        return Input(path=self._folder / "original", demuxer=self._command.demuxer)

    def _fetch(self, path: Path, check: Check) -> None:
        with path.open("wb") as file:
            for chunk in compared(self._objects.chunks(self._original_key), self._command.sha256):
                check()
                file.write(chunk)

    def _upload(self, path: Path, key: str, content_type: str) -> str:
        if not path.is_file() or path.stat().st_size == 0:
            raise BadInput(f"ffmpeg made no {path.name}", code="corrupt-media")

        def put(check: Check) -> str:
            with path.open("rb") as file:
                return self._objects.put_stream(key, cast(BinaryIO, CheckedReader(file, check)), content_type).key

        return self._transfer(put)

    def _transfer(self, transfer: Callable[[Check], T]) -> T:
        return stoppable(transfer, self._task.check)

    def _progress(self, stage: str, seconds: list[float]) -> Callable[[float], None]:
        told = [0.0]
        total = max(self._duration_seconds, 0.001)

        def hear(value: float) -> None:
            seconds[0] = max(seconds[0], value)
            if value - told[0] >= min(PROGRESS_SECONDS, total / 100):
                told[0] = value
                self._task.progress(stage, value / total)

        return hear


class SoundStream:
    """A child's output as a stream for the store. A failure of the child becomes BadInput."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def read(self, size: int = -1) -> bytes:
        """Some of the output. Raises BadInput (``corrupt-media``) if ffmpeg gave up."""
        try:
            return self._child.read(size)
        except ChildFailed as error:
            raise _silent() from error


def _silent() -> BadInput:
    hint = "Export or record it again, and upload that."
    return BadInput("The sound cannot be decoded.", code="corrupt-media", hint=hint)
