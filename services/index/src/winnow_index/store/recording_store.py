"""Stores a finished recording: its passages first, then all other rows in the transaction that completes its job.

Vectors take long to insert. While they are, nobody sees them, and the job's row is not locked: events of the job are
folded meanwhile."""

from typing import Any

from winnow_contracts.commands import StoreRecording
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict
from winnow_contracts.transcript import EmbeddedTranscript, Transcript
from winnow_index.database import Database, Transaction
from winnow_index.korean import Korean
from winnow_index.store.completion import Completions, Stored, ensure_job, result_hash
from winnow_index.store.passage_rows import PASSAGE_TEMPLATE, passage_rows, segment_rows
from winnow_index.words import normal


class RecordingStore:
    """Writes recordings. Safe for threads."""

    def __init__(self, database: Database, korean: Korean) -> None:
        self._database = database
        self._results = Completions(database)
        self._korean = korean
        self._generations: set[str] = set()

    def store(self, command: StoreRecording, run: int, embedded: EmbeddedTranscript | None) -> Stored:
        """Serve the recording from now on, or say why not. ``embedded`` is None for a recording without sound.

        A later result of the same media replaces what is served, in one transaction. Raises BadInput for vectors
        of a wrong length, Conflict if the job belongs to another tenant, Unavailable and TimedOut.
        """
        result = result_hash(command.files, command.embedded_key)
        segments: list[tuple[Any, ...]] = []
        if embedded is not None:
            segments = segment_rows(command.media_id, embedded.transcript)
            passages = passage_rows(command.tenant_id, command.media_id, embedded, self._korean, result)
            self._ensure_generation(embedded.embedding_model, embedded.dimensions)
            with self._database.transaction() as transaction:  # its own: others wait for rows that are being inserted
                ensure_job(transaction, command.tenant_id, command.job_id, command.media_id)
            with self._database.transaction() as transaction:
                transaction.add("store_passages", passages, PASSAGE_TEMPLATE)
        replaced: list[str] = []

        def write(transaction: Transaction, now_ms: int) -> None:
            replaced.extend(row["served_result"] for row in transaction.rows("read_served", media))
            transaction.run("clear_media", media)
            transaction.run("store_media", {**_media(command, embedded, now_ms), "result": result})
            if embedded is not None:
                transaction.run("store_transcript", _transcript(command, embedded.transcript))
                transaction.add("store_segments", segments)

        media = {"media_id": command.media_id}
        stored = self._results.apply(command, run=run, result=result, write=write)
        # What is left where this process is killed before, the sweep of the job's objects removes.
        with self._database.transaction() as transaction:
            # A run that made nothing anew brings the result that is served already.
            for unserved in set(replaced) - {result} if stored is Stored.STORED else [result]:
                transaction.run("clear_passages", {**media, "result": unserved})
        return stored

    def _ensure_generation(self, generation: str, dimensions: int) -> None:
        """Create the vector index of a generation before its first vectors are stored.

        This takes a separate transaction: creating an index locks the table against writers, and two storing
        transactions that have both written to it would deadlock.
        """
        if generation in self._generations:
            return
        wanted = {"generation": generation, "dimensions": dimensions}
        with self._database.transaction() as transaction:
            known = transaction.row("find_generation", wanted)
            if known is None:
                transaction.rows("lock_schema")
                making = transaction.row("create_vector_index", wanted)
                assert making is not None
                transaction.run_text(making["statement"])
                transaction.run("add_generation", {**wanted, "now_ms": now_ms()})
                known = transaction.row("find_generation", wanted)
            assert known is not None
            if known["dimensions"] != dimensions:
                raise Conflict(
                    f"{generation} has vectors of {known['dimensions']} numbers here, not {dimensions}.",
                    hint="Give another model, or the same with other dimensions, a model id of its own.",
                )
        self._generations.add(generation)


def _media(command: StoreRecording, embedded: EmbeddedTranscript | None, now_ms: int) -> dict[str, Any]:
    files = command.files
    transcript = embedded.transcript if embedded is not None else None
    spoken_ms = sum(segment.end_ms - segment.start_ms for segment in transcript.segments) if transcript else 0
    return {
        "media_id": command.media_id,
        "now_ms": now_ms,
        "duration_ms": files.duration_ms,
        "has_video": files.has_video,
        "speech_ratio": round(min(max(spoken_ms / max(files.duration_ms, 1), 0.0), 1.0), 4),
        "warnings": [normal(text) for text in (*files.warnings, *(transcript.warnings if transcript else ()))],
        "original_key": files.original_key,
        "poster_key": files.poster_key,
        "thumbnail_key": files.thumbnail_key,
        "rendition_key": files.rendition_key,
        "rendition_type": files.rendition_type,
    }


def _transcript(command: StoreRecording, transcript: Transcript) -> dict[str, Any]:
    return {
        "media_id": command.media_id,
        "tenant_id": command.tenant_id,
        "language": transcript.language,
        "duration_ms": transcript.duration_ms,
        "model": transcript.model,
        "warnings": list(transcript.warnings),
    }
