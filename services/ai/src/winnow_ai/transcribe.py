"""Transcribes a recording piece by piece; each piece is a recorded step and its answer is paid for once."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from winnow_ai.audio import Audio, encode_flac, open_audio
from winnow_ai.heard import Heard
from winnow_ai.paid import PaidAnswers
from winnow_ai.pieces import Piece, Plan, plan_pieces
from winnow_ai.settings import PieceSettings
from winnow_ai.silence import measure_levels
from winnow_ai.wanted import Speech
from winnow_chassis.objects import ObjectStore
from winnow_contracts.wire import from_json, to_json
from winnow_journal.task import Task


@dataclass(frozen=True, kw_only=True)
class Transcriber:
    """What transcribing needs: the store, the speech model, and a folder for the audio while it is read."""

    objects: ObjectStore
    speech: Speech
    model: str
    limits: PieceSettings
    folder: Path
    hit: Callable[[], None] = lambda: None
    """Told of each piece whose answer was found in the store instead of bought."""

    def run(self, task: Task, audio_key: str, language: str | None) -> list[tuple[Piece, Heard]]:
        """The answers of all pieces that are not silent, in order. Finished steps are not run again."""
        with ExitStack() as stack:
            # Opened when first asked for: a task whose steps are all recorded fetches nothing.
            audio = cache(lambda: stack.enter_context(open_audio(self.objects, audio_key, self.folder)))
            inputs = {"audio": audio_key, "limit_ms": self.limits.limit_ms}
            plan = from_json(Plan, task.step("plan", lambda: self._plan(task, audio()), inputs=inputs))
            call = _Recording(self, task, audio, audio_key, language)
            answers: list[tuple[Piece, Heard]] = []
            for piece in plan.heard:
                task.progress("transcribe", len(answers) / len(plan.heard))
                answers.append((piece, call.piece(piece)))
        task.progress("transcribe", 1.0)
        return answers

    def _plan(self, task: Task, audio: Audio) -> Any:
        return to_json(plan_pieces(measure_levels(audio.blocks(), task.check), self.limits.limit_ms))


class _Recording:
    """One recording on its way through the speech model."""

    def __init__(
        self, tools: Transcriber, task: Task, audio: Callable[[], Audio], audio_key: str, language: str | None
    ) -> None:
        self._tools = tools
        self._task = task
        self._audio = audio
        self._audio_key = audio_key
        self._language = language
        self._paid = PaidAnswers(tools.objects, task.envelope.command.tenant_id)

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
        samples = self._audio().between(piece.start_ms, piece.end_ms)
        key = self._paid.key(samples.tobytes(), kind="transcription", model=self._tools.model, language=self._language)
        answer = self._paid.find(key)
        if answer is not None:
            self._tools.hit()
            return key, from_json(Heard, answer)
        heard = self._tools.speech.transcribe(encode_flac(samples), piece.duration_ms, self._language)
        self._paid.keep(key, to_json(heard))
        return key, heard
