"""The ai service's actors: plain functions of a task, its command and their collaborators."""

from typing import Any

from winnow_ai.embedding.embed import PassageEmbedder
from winnow_ai.embedding.korean import SentenceSplitter
from winnow_ai.embedding.passages import build_passages, cut_passages
from winnow_ai.step_object import step_object
from winnow_ai.transcription.captions import captions_transcript
from winnow_ai.transcription.transcribe import Transcriber
from winnow_ai.transcription.transcript import join_chunks
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.captions import Captions
from winnow_contracts.commands import EmbedTranscript, StoreRecording, TranscribeAudio
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.transcript import EmbeddedTranscript, Transcript
from winnow_journal.task import Task


def transcribe_audio(task: Task, command: TranscribeAudio, *, objects: ObjectStore, transcriber: Transcriber) -> None:
    """Transcribe a recording, write the transcript as one object, and send ``EmbedTranscript``.

    A recording without audio gets an empty transcript. Raises what ``Transcriber.run`` raises.
    """
    files = command.files
    answers = transcriber.run(task, files.audio_key, command.language) if files.audio_key else []

    def join() -> str:
        transcript = join_chunks(
            answers, duration_ms=files.duration_ms, model=transcriber.model, language=command.language
        )
        key = object_keys.derived(command.tenant_id, command.media_id, task.attempt_id, "transcript.json")
        objects.put_json(key, to_json(transcript))
        return key

    task.tell_result(pieces=len(answers), model=transcriber.model)
    inputs = {"audio": files.audio_key, "model": transcriber.model, "language": command.language}
    transcript_key = step_object(task, objects, "join", join, inputs)
    task.send(
        EmbedTranscript(
            **command.whose,
            files=files,
            transcript_key=transcript_key,
        )
    )


def embed_transcript(
    task: Task,
    command: EmbedTranscript,
    *,
    objects: ObjectStore,
    embedder: PassageEmbedder,
    korean: SentenceSplitter,
) -> None:
    """Cut a transcript into passages, embed them, write both as one object, and send ``StoreRecording`` to index."""
    transcript = _transcript(objects.get_json(command.transcript_key), command.files.duration_ms)
    # The step records only the spans. The texts follow from them, so the journal stays small.
    spans = task.step(
        "passages", lambda: cut_passages(transcript, korean), inputs={"transcript": command.transcript_key}
    )
    passages = embedder.run(task, build_passages(command.media_id, transcript, spans))

    def write() -> str:
        embedded = EmbeddedTranscript(
            transcript=transcript,
            passages=passages,
            embedding_model=embedder.generation,
            dimensions=embedder.dimensions,
        )
        key = object_keys.derived(command.tenant_id, command.media_id, task.attempt_id, "embedded.json")
        objects.put_json(key, to_json(embedded))
        return key

    task.tell_result(passages=len(passages), model=embedder.generation)
    inputs = {"transcript": command.transcript_key, "model": embedder.generation, "dimensions": embedder.dimensions}
    embedded_key = step_object(task, objects, "write", write, inputs)
    task.send(
        StoreRecording(
            **command.whose,
            files=command.files,
            embedded_key=embedded_key,
        )
    )


def _transcript(found: dict[str, Any], duration_ms: int) -> Transcript:
    """The transcript that an object of one of the three kinds holds."""
    if "cues" in found:
        return captions_transcript(from_json(Captions, found), duration_ms)
    return from_json(Transcript, found.get("transcript", found))  # the former is of what is embedded again
