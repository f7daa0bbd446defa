"""One recording's transcription: its audio file, its plan, and the chunks done so far."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from winnow_ai.admission.place import Place
from winnow_ai.llm.response_cache import ResponseCache
from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.transcription.audio import Audio, Samples, encode_flac, open_audio
from winnow_ai.transcription.audio_chunks import AudioChunk, ChunkPlan
from winnow_ai.transcription.chunk_plan import plan_chunks
from winnow_ai.transcription.loudness import measure_levels
from winnow_ai.transcription.progress import HeardSeconds
from winnow_ai.transcription.side_by_side import SideBySide
from winnow_ai.transcription.tools import TranscriptionTools
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.usage import Spending
from winnow_journal.task import Task

_MOST_HELPERS = 3
"""Additional concurrent chunks of one recording. More would keep other recordings waiting."""


_Found = tuple[str, Samples, SpeechResponse | None]
"""A chunk's key in the cache of answers, its samples, and its answer if that is kept."""


class TranscriptionSession:
    """The steps of one transcription, used within ``opened``."""

    def __init__(self, tools: TranscriptionTools, task: Task, audio_key: str, language: str | None) -> None:
        self._tools = tools
        self._task = task
        self._audio_key = audio_key
        self._language = language
        self._paid = ResponseCache(tools.objects, task.envelope.command)
        self._resources = ExitStack()
        self._audio: Audio | None = None
        self._reading = threading.Lock()
        self._progress = HeardSeconds(task)
        self._all_known = True
        """Whether every answer that was looked for without a place was kept."""

    @contextmanager
    def opened(self) -> Iterator["TranscriptionSession"]:
        """Use the session inside this block. At its end the audio's file is removed."""
        with self._resources:
            yield self

    def plan(self) -> ChunkPlan:
        """The recording's chunks."""
        limit_ms = self._tools.limits.limit_ms
        inputs = {"audio": self._audio_key, "limit_ms": limit_ms}

        def plan() -> Any:
            return to_json(plan_chunks(measure_levels(self._opened_audio().blocks(), self._task.check), limit_ms))

        return from_json(ChunkPlan, self._task.step("plan", plan, inputs=inputs))

    def all(self, plan: ChunkPlan) -> list[tuple[AudioChunk, SpeechResponse]]:
        """The answers for all chunks that are not silent, in order. Several run at once only while places are free."""
        self._progress = HeardSeconds(self._task, plan.heard)
        work: SideBySide[AudioChunk, tuple[AudioChunk, SpeechResponse]] = SideBySide(plan.heard)
        helpers = min(_MOST_HELPERS, self._tools.admission.at_once - 1, len(plan.heard) - 1)
        return work.run(self._one, [partial(self._helper, work, f"helper {n + 1}") for n in range(helpers)])

    def _helper(self, work: SideBySide[AudioChunk, tuple[AudioChunk, SpeechResponse]], part: str) -> None:
        while work.open:
            with self._tools.admission.stand(self._task, part=part) as place:
                if place.enter(while_true=lambda: work.open):
                    work.take(partial(self._one, place=place))

    def _one(self, piece: AudioChunk, place: Place | None = None) -> tuple[AudioChunk, SpeechResponse]:
        heard = self.piece(piece, place)
        self._progress.done(piece)
        return piece, heard

    def piece(self, piece: AudioChunk, place: Place | None = None) -> SpeechResponse:
        """The answer for one chunk: from its recorded step, from the cache, or from the model.

        The call uses ``place``, or a place that it gets first. Raises Snoozed if too many others go first. An answer
        that is kept needs no place, but is looked for without one only where the audio is at hand already, as when
        the task first runs: a task that wakes up too early should fetch and read nothing. Nor after one that is not
        kept: between two calls nothing may take so long that others get the recording's place.
        """
        fresh: dict[str, SpeechResponse] = {}

        def buy() -> str:
            key, fresh[key] = self._placed(piece, place)
            return key

        inputs = {
            "audio": self._audio_key,
            "start_ms": piece.start_ms,
            "end_ms": piece.end_ms,
            "model": self._tools.model,
            "language": self._language,
        }
        # The step records only the key. Texts stay in the store, so the journal stays small.
        key: str = self._task.step(f"piece {piece.n}", buy, inputs=inputs)
        if key in fresh:
            return fresh[key]
        answer = self._paid.find(key)
        # If the cached answer was swept since its step was recorded, it is bought again.
        return self._placed(piece, place)[1] if answer is None else from_json(SpeechResponse, answer)

    def _placed(self, piece: AudioChunk, place: Place | None) -> tuple[str, SpeechResponse]:
        if place is not None:
            return self._hear(piece, place)
        found = None
        if self._audio is not None and self._all_known:
            found = self._looked_up(piece)
            if found[2] is not None:
                return found[0], found[2]
            self._all_known = False
        stand = self._tools.admission.stand(
            self._task, work_seconds=piece.work_seconds, left_seconds=self._progress.left_seconds
        )
        with stand as own:
            return self._hear(piece, own, found)

    def _looked_up(self, piece: AudioChunk) -> _Found:
        """The key of a chunk's answer, its samples, and its answer if that is kept."""
        with self._reading:
            samples = self._opened_audio().between(piece.start_ms, piece.end_ms)
        key = self._paid.key(samples.tobytes(), kind="transcription", model=self._tools.model, language=self._language)
        answer = self._paid.find(key)
        if answer is None:
            return key, samples, None
        self._spend(Spending(use="speech", model=self._tools.model, cached=True))
        return key, samples, from_json(SpeechResponse, answer)

    def _hear(self, piece: AudioChunk, place: Place, found: _Found | None = None) -> tuple[str, SpeechResponse]:
        # Read and encode while standing in line, so that the place is used only for the call.
        key, samples, answer = found or self._looked_up(piece)
        if answer is not None:
            return key, answer
        flac = encode_flac(samples)
        place.takes(piece.work_seconds)
        place.enter()
        seconds = [0.0]

        def hears(value: float) -> None:
            seconds[0] = value
            place.done(1000 * value / piece.duration_ms)

        def check() -> None:
            place.check()
            self._progress.running(piece, seconds[0])

        def paid() -> None:
            audio_seconds, model = piece.duration_ms / 1000, self._tools.model
            cost_usd = self._tools.prices.audio_cost_usd(model, audio_seconds)
            self._spend(Spending(use="speech", model=model, audio_seconds=audio_seconds, cost_usd=cost_usd))

        heard = self._tools.speech.transcribe(flac, piece.duration_ms, self._language, check, hears, paid)
        self._paid.keep(key, to_json(heard))
        return key, heard

    def _spend(self, spending: Spending) -> None:
        self._task.spend(spending)
        self._tools.spent(spending)

    def _opened_audio(self) -> Audio:
        """The audio, fetched at first use, so that a task with all steps recorded fetches nothing."""
        if self._audio is None:
            tools = self._tools
            audio = open_audio(tools.objects, self._audio_key, tools.folder, self._task.check)
            self._audio = self._resources.enter_context(audio)
        return self._audio
