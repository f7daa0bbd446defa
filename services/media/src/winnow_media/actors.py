"""The media service's actors for recordings: examine an upload, prepare a recording."""

import logging
from dataclasses import asdict
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts.commands import (
    EmbedTranscript,
    Examine,
    PrepareRecording,
    RecordingFiles,
    StoreRecording,
    TranscribeAudio,
)
from winnow_contracts.errors import BadInput
from winnow_journal.task import Task
from winnow_media.command_lines import TIMED_BY_STREAMS_READ
from winnow_media.examine import Examiner
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.local_copies import WHOLE_BYTES
from winnow_media.playback import RENDITION_TYPES
from winnow_media.prepare import Preparation
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits
from winnow_media.uploads import present_key

log = logging.getLogger(__name__)


def examine(
    task: Task, command: Examine, *, objects: ObjectStore, ffmpeg: Ffmpeg, scratch: Scratch, limits: Limits
) -> None:
    """Give a verdict on an upload, and send ``PrepareRecording`` if it is good."""

    original_key = present_key(objects, command, task.check)

    def look() -> dict[str, Any]:
        with scratch.folder(2 * min(command.size_bytes, WHOLE_BYTES)) as folder:
            examiner = Examiner(objects, ffmpeg, folder, limits.longest_seconds, task.check)
            return asdict(examiner.examine(original_key, command.audio_track))

    verdict = task.step("verdict", look, inputs=command.original_key)
    task.tell_result(**{name: verdict[name] for name in ("demuxer", "duration_ms", "has_video", "warnings")})
    task.send(
        PrepareRecording(
            **command.whose,
            original_key=original_key,
            demuxer=verdict["demuxer"],
            duration_ms=verdict["duration_ms"],
            audio_stream=verdict["audio_stream"],
            has_video=verdict["has_video"],
            playable=verdict["rendition"] is None,
            rendition=verdict["rendition"],
            language=command.language,
            warnings=tuple(verdict["warnings"]),
            sha256=command.sha256,
            captions_key=command.captions_key,
        )
    )


def prepare_recording(
    task: Task, command: PrepareRecording, *, objects: ObjectStore, ffmpeg: Ffmpeg, scratch: Scratch, limits: Limits
) -> None:
    """Make audio, pictures and a rendition of a recording, and send them to ai, or to index if it has no words."""
    warnings = list(command.warnings)
    duration_ms = command.duration_ms
    audio: dict[str, Any] = {}
    pictures: dict[str, str] = {}
    rendition_key: str | None = None
    original_key = present_key(objects, command, task.check)
    made = Preparation(task, command, original_key, objects, ffmpeg, scratch, limits.longest_seconds)
    with made.opened() as preparation:
        if command.audio_stream is not None:
            audio = task.step("audio", preparation.audio, inputs=[original_key, command.audio_stream])
            duration_ms = _measured(command, audio["duration_ms"], warnings)
        if command.has_video:
            pictures = _optional(
                lambda: task.step("poster", preparation.pictures, inputs=original_key), {}, "no-poster", warnings
            )
        if command.rendition is not None:
            kind = command.rendition
            rendition_key = _optional(
                lambda: task.step("rendition", lambda: preparation.rendition(kind), inputs=[original_key, kind]),
                None,
                "no-rendition",
                warnings,
            )
    files = RecordingFiles(
        original_key=original_key,
        duration_ms=duration_ms,
        has_video=command.has_video,
        audio_key=audio.get("key"),
        poster_key=pictures.get("poster"),
        thumbnail_key=pictures.get("thumbnail"),
        rendition_key=rendition_key,
        rendition_type=RENDITION_TYPES[command.rendition] if command.rendition and rendition_key else None,
        warnings=tuple(warnings),
    )
    made_keys = {"audio": files.audio_key, "poster": files.poster_key, "rendition": files.rendition_key}
    task.tell_result(duration_ms=duration_ms, made=[name for name, key in made_keys.items() if key], warnings=warnings)
    _send_on(task, command, files)


def _send_on(task: Task, command: PrepareRecording, files: RecordingFiles) -> None:
    if command.captions_key is not None:
        task.send(EmbedTranscript(**command.whose, files=files, transcript_key=command.captions_key))
    elif files.audio_key is None:
        task.send(StoreRecording(**command.whose, files=files, embedded_key=None))
    else:
        task.send(TranscribeAudio(**command.whose, files=files, language=command.language))


def _measured(command: PrepareRecording, audio_ms: int, warnings: list[str]) -> int:
    """The duration in milliseconds: the header's, or the sound's measured one if they differ."""
    off_ms = abs(audio_ms - command.duration_ms)
    if audio_ms == 0 or off_ms <= max(2_000, command.duration_ms // 50):
        return command.duration_ms
    counted = command.demuxer in TIMED_BY_STREAMS_READ  # for these, the pictures were read together with the sound
    if command.has_video and audio_ms < command.duration_ms and not counted:
        return command.duration_ms  # the sound may end before the pictures
    if "duration-header-wrong" not in warnings:
        warnings.append("duration-header-wrong")
    return audio_ms


def _optional(step: Any, absent: Any, warning: str, warnings: list[str]) -> Any:
    """The step's result. If the file does not allow it, ``absent`` and a warning, and the job continues."""
    try:
        return step()
    except BadInput as error:
        log.info("left out an optional part: %s", error.detail)
        warnings.append(warning)
        return absent
