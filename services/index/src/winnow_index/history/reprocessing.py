"""The commands that process a recording or photo again which is served, from the files that its stored result names."""

from typing import Any

from winnow_contracts.captions import SOURCE
from winnow_contracts.commands import (
    AdviseDisposal,
    ClassifyPhoto,
    Command,
    EmbedTranscript,
    PhotoFiles,
    RecordingFiles,
    ReplayTask,
    Reprocess,
    TranscribeAudio,
    Whose,
)
from winnow_index.database import Transaction

_AUDIO, _EMBEDDED, _ANSWER = "/audio.flac", "/embedded.json", "/answer.json"
"""How the keys of prepared audio, embedded transcript and answer end. Only the stored result's list of keys has them.
"""


def read_served(transaction: Transaction, asked: ReplayTask, *, begun: bool) -> dict[str, Any] | None:
    """The row of the media that is ``asked`` for, with what a further run needs; None if it is not served.

    While a run of its job goes on, that is none either, unless the run that is asked for has ``begun``.
    """
    assert asked.reprocess is not None
    return transaction.row(f"read_served_{asked.reprocess.kind}", {"job_id": asked.job_id, "open": begun})


def first_command(row: dict[str, Any], asked: ReplayTask) -> Command | None:
    """The command that begins at the stage that is ``asked`` for; ``row`` as ``read_served`` gives it.

    None if what the stage needs is not kept: the recording has no sound, or was stored by a very early version.
    """
    match asked.reprocess:
        case Reprocess.CLASSIFY | Reprocess.GUIDANCE:
            return _of_photo(row, asked)
        case _:
            return _of_recording(row, asked)


def _of_recording(row: dict[str, Any], asked: ReplayTask) -> Command | None:
    stage = asked.reprocess
    if stage is Reprocess.TRANSCRIBE and row["model"] == SOURCE and not asked.replace_captions:
        stage = Reprocess.EMBED
    audio_key, embedded_key = (_ending_with(row["kept_keys"], ending) for ending in (_AUDIO, _EMBEDDED))
    files = RecordingFiles(
        original_key=row["original_key"],
        duration_ms=row["duration_ms"],
        has_video=row["has_video"],
        audio_key=audio_key,
        poster_key=row["poster_key"],
        thumbnail_key=row["thumbnail_key"],
        rendition_key=row["rendition_key"],
        rendition_type=row["rendition_type"],
        warnings=_of_files(row["warnings"], row["transcript_warnings"]),
    )
    if stage is Reprocess.TRANSCRIBE and audio_key:
        return TranscribeAudio(**_whose(row), files=files, language=row["asked_language"])
    transcript_key = asked.captions_key or embedded_key
    if stage is Reprocess.EMBED and transcript_key:
        return EmbedTranscript(**_whose(row), files=files, transcript_key=transcript_key)
    return None


def _of_photo(row: dict[str, Any], asked: ReplayTask) -> Command | None:
    files = PhotoFiles(
        original_key=row["original_key"],
        image_key=row["image_key"],
        thumbnail_key=row["thumbnail_key"],
        image_sha256=row["image_sha256"],
        width=row["width"],
        height=row["height"],
        warnings=_of_files(row["warnings"], row["answer"].get("warnings")),
    )
    advised = {"language": asked.language or row["language"], "region": asked.region or row["region"]}
    answer_key = _ending_with(row["kept_keys"], _ANSWER)
    if asked.reprocess is Reprocess.CLASSIFY:
        return ClassifyPhoto(**_whose(row), files=files, **advised)
    if answer_key:
        return AdviseDisposal(**_whose(row), files=files, finding_key=answer_key, **advised)
    return None


def _whose(row: dict[str, Any]) -> Whose:
    return {"tenant_id": row["tenant_id"], "job_id": row["job_id"], "media_id": row["media_id"]}


def _of_files(warnings: list[str], later: list[str] | None) -> tuple[str, ...]:
    """The warnings of a media's files: those that ``later`` stages added stand last, and come again."""
    return tuple(warnings[: len(warnings) - len(later or ())])


def _ending_with(keys: list[str] | None, ending: str) -> str | None:
    return next((key for key in keys or () if key.endswith(ending)), None)
