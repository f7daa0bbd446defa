"""One recording on its way through the speech model."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from winnow_ai.audio import Audio, encode_flac, open_audio
from winnow_ai.heard import Heard
from winnow_ai.paid import PaidAnswers
from winnow_ai.pieces import Piece, Plan
from winnow_ai.planning import plan_pieces
from winnow_ai.silence import measure_levels
from winnow_ai.transcribe import Transcriber
from winnow_contracts.wire import from_json, to_json
from winnow_journal.task import Task


class Hearing:
    """The steps of one transcription, used within ``opened``."""

    def __init__(self, tools: Transcriber, task: Task, audio_key: str, language: str | None) -> None:
        self._tools = tools
        self._task = task
        self._audio_key = audio_key
        self._language = language
        self._paid = PaidAnswers(tools.objects, task.envelope.command.tenant_id)
        self._resources = ExitStack()
        self._audio: Audio | None = None

    @contextmanager
    def opened(self) -> Iterator["Hearing"]:
        """Use within this block: at its end the audio's file is removed."""
        with self._resources:
            yield self

    def plan(self) -> Plan:
        """The pieces."""
        limit_ms = self._tools.limits.limit_ms
        inputs = {"audio": self._audio_key, "limit_ms": limit_ms}

        def plan() -> Any:
            return to_json(plan_pieces(measure_levels(self._opened_audio().blocks(), self._task.check), limit_ms))

        return from_json(Plan, self._task.step("plan", plan, inputs=inputs))

    def piece(self, piece: Piece) -> Heard:
        """The answer for one piece: from its recorded step, from the store, or from the model."""
        fresh: dict[str, Heard] = {}

        def buy() -> str:
            key, fresh[key] = self._hear(piece)
            return key

        inputs = {
            "audio": self._audio_key,
            "start_ms": piece.start_ms,
            "end_ms": piece.end_ms,
            "model": self._tools.model,
            "language": self._language,
        }
        # The step's result is the key alone: texts stay in the store, the journal stays small.
        key: str = self._task.step(f"piece {piece.n}", buy, inputs=inputs)
        if key in fresh:
            return fresh[key]
        answer = self._paid.find(key)
        # A paid answer may have been swept since its step was recorded; then it is bought again.
        return self._hear(piece)[1] if answer is None else from_json(Heard, answer)

    def _hear(self, piece: Piece) -> tuple[str, Heard]:
        samples = self._opened_audio().between(piece.start_ms, piece.end_ms)
        key = self._paid.key(samples.tobytes(), kind="transcription", model=self._tools.model, language=self._language)
        answer = self._paid.find(key)
        if answer is not None:
            self._tools.hit()
            return key, from_json(Heard, answer)
        check = self._task.check_call
        heard = self._tools.speech.transcribe(encode_flac(samples), piece.duration_ms, self._language, check)
        self._paid.keep(key, to_json(heard))
        return key, heard

    def _opened_audio(self) -> Audio:
        """The audio, fetched when first asked for: a task whose steps are all recorded fetches nothing."""
        if self._audio is None:
            tools = self._tools
            audio = open_audio(tools.objects, self._audio_key, tools.folder, self._task.check)
            self._audio = self._resources.enter_context(audio)
        return self._audio
