"""The commands that process a recording again which is served, from the files that its stored result names."""

from typing import Any

from winnow_contracts.captions import SOURCE
from winnow_contracts.commands import (
    Command,
    EmbedTranscript,
    RecordingFiles,
    ReplayTask,
    Reprocess,
    TranscribeAudio,
)

_AUDIO, _EMBEDDED = "/audio.flac", "/embedded.json"
"""How the keys of prepared audio and embedded transcript end. Only the stored result's list of keys has them."""


def first_command(row: dict[str, Any], asked: ReplayTask) -> Command | None:
    """The command that begins at the stage that is ``asked`` for; ``row`` as ``read_served_recording.sql`` gives it.

    None if what the stage needs is not kept: the recording has no sound, or was stored by a very early version.
    """
    stage = asked.reprocess
    if stage is Reprocess.TRANSCRIBE and row["model"] == SOURCE and not asked.replace_captions:
        stage = Reprocess.EMBED
    audio_key, embedded_key = (_ending_with(row["kept_keys"], ending) for ending in (_AUDIO, _EMBEDDED))
    warnings = row["warnings"]
    files = RecordingFiles(
        original_key=row["original_key"],
        duration_ms=row["duration_ms"],
        has_video=row["has_video"],
        audio_key=audio_key,
        poster_key=row["poster_key"],
        thumbnail_key=row["thumbnail_key"],
        rendition_key=row["rendition_key"],
        rendition_type=row["rendition_type"],
        warnings=tuple(
            warnings[: len(warnings) - len(row["transcript_warnings"] or ())]
        ),  # those of the transcript come again
    )
    whose = {"tenant_id": row["tenant_id"], "job_id": row["job_id"], "media_id": row["media_id"]}
    if stage is Reprocess.TRANSCRIBE and audio_key:
        return TranscribeAudio(**whose, files=files, language=row["asked_language"])
    transcript_key = asked.captions_key or embedded_key
    if stage is Reprocess.EMBED and transcript_key:
        return EmbedTranscript(**whose, files=files, transcript_key=transcript_key)
    return None


def _ending_with(keys: list[str] | None, ending: str) -> str | None:
    return next((key for key in keys or () if key.endswith(ending)), None)
