"""The actor that transcribes: times of the whole recording, nothing paid twice, silence never sent."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from winnow_ai import actors
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines
from winnow_ai.llm.prices import Prices
from winnow_ai.llm.response_cache import ResponseCache
from winnow_ai.settings import ChunkSettings
from winnow_ai.transcription.audio import Audio
from winnow_ai.transcription.transcribe import Transcriber
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import EmbedTranscript, TranscribeAudio
from winnow_contracts.errors import RateLimited, Snoozed, WinnowError
from winnow_contracts.json_codec import from_json
from winnow_contracts.transcript import Transcript
from winnow_contracts.usage import Spending
from winnow_journal.task import Interrupted, Task
from winnow_journal.testing.memory import MemoryJournal, memory_task

BURSTS = [4, 11, 23, 35, 52, 61, 74, 86]


class _Killed(BaseException):
    """Stands for a SIGKILL: nothing in the code under test may catch it."""


@pytest.fixture
def told() -> list[Spending]:
    """What the answers cost, as the metrics hear it."""
    return []


@pytest.fixture
def actor(
    objects: MemoryObjectStore,
    endpoint: Endpoint,
    lines: Lines,
    short_pieces: ChunkSettings,
    tones: Callable[..., bytes],
    tmp_path: Path,
    told: list[Spending],
) -> Callable[..., None]:
    objects.put_bytes("audio.flac", tones(90, at=BURSTS, hiss=20), "audio/flac")
    transcriber = Transcriber(
        objects=objects,
        speech=endpoint,
        admission=replace(lines.speech, told=lambda: 1),  # one piece after the other
        model="speech",
        limits=short_pieces,
        folder=tmp_path,
        prices=Prices({}, {"speech": 0.6}),
        spent=told.append,
    )
    return partial(actors.transcribe_audio, objects=objects, transcriber=transcriber)


def transcript_of(task: Task, objects: MemoryObjectStore) -> Transcript:
    [command] = [each for each in task.sent if isinstance(each, EmbedTranscript)]
    return from_json(Transcript, objects.get_json(command.transcript_key))


def test_words_stand_where_they_are_in_the_whole_recording(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    task = memory_task(transcribe_command)
    actor(task, transcribe_command)

    transcript = transcript_of(task, objects)
    assert len(server.transcribed) >= 4
    assert [round(word.start_ms / 1000) for word in transcript.words] == BURSTS
    assert all(abs(word.start_ms - 1000 * at) <= 20 for word, at in zip(transcript.words, BURSTS, strict=True))
    assert (transcript.language, transcript.model, transcript.duration_ms) == ("en", "speech", 90_000)
    assert transcript.warnings == ()


def test_a_task_killed_at_a_piece_pays_for_no_finished_piece(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    journal, pieces = MemoryJournal(), 0

    def die_at_the_third() -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            server.misbehave({}, status=429, headers={"Retry-After": "1"})

    server.before_answer = die_at_the_third
    first = memory_task(transcribe_command, journal=journal)
    with pytest.raises(RateLimited):
        actor(first, transcribe_command)
    before = len(server.transcribed)
    assert before == 3
    assert first.sent == []

    second = memory_task(transcribe_command, attempt_id="attempt-2", journal=journal)
    actor(second, transcribe_command)
    sent = [piece["file"][0] for piece in server.transcribed]
    assert len(sent) == len(set(sent))
    assert [round(word.start_ms / 1000) for word in transcript_of(second, objects).words] == BURSTS


def test_an_answer_that_was_paid_when_the_process_died_is_found_by_another_node(
    actor: Callable[..., None],
    objects: MemoryObjectStore,
    server: Any,
    transcribe_command: TranscribeAudio,
    told: list[Spending],
) -> None:
    class DyingJournal(MemoryJournal):
        def record_step(self, envelope: Any, attempt_id: str, name: str, *rest: Any) -> None:
            if name == "piece 2":
                raise _Killed
            super().record_step(envelope, attempt_id, name, *rest)

    with pytest.raises(_Killed):
        actor(memory_task(transcribe_command, journal=DyingJournal()), transcribe_command)
    assert len(server.transcribed) == 2

    elsewhere = memory_task(transcribe_command)
    actor(elsewhere, transcribe_command)
    sent = [piece["file"][0] for piece in server.transcribed]
    assert len(sent) == len(set(sent)) == 4
    assert [one.cached for one in told] == [False] * 2 + [True] * 2 + [False] * 2
    assert [round(word.start_ms / 1000) for word in transcript_of(elsewhere, objects).words] == BURSTS


def test_each_paid_piece_tells_its_seconds_and_cost_once(
    actor: Callable[..., None], server: Any, transcribe_command: TranscribeAudio, told: list[Spending]
) -> None:
    journal = MemoryJournal()
    for attempt in ("attempt-1", "attempt-2"):
        task = memory_task(transcribe_command, attempt_id=attempt, journal=journal)
        actor(task, transcribe_command)
        assert task.untold_spending == ()
    spent = [one for event in journal.events for one in event.detail.get("spent", ())]
    assert [from_json(Spending, one) for one in spent] == told
    assert [one.audio_seconds for one in told] == [heard["samples"] / 16_000 for heard in server.transcribed]
    for one in told:
        assert (one.use, one.model, one.tokens_in, one.cached) == ("speech", "speech", 0, False)
        assert one.cost_usd == pytest.approx(one.audio_seconds * 0.01)


def test_another_node_with_the_same_store_pays_nothing(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    first, second = memory_task(transcribe_command), memory_task(transcribe_command, attempt_id="attempt-2")
    actor(first, transcribe_command)
    paid = len(server.transcribed)
    actor(second, transcribe_command)
    assert len(server.transcribed) == paid
    assert transcript_of(first, objects) == transcript_of(second, objects)


def test_a_known_answer_waits_for_nobody_where_an_unknown_one_does(
    actor: Callable[..., None], lines: Lines, server: Any, transcribe_command: TranscribeAudio
) -> None:
    actor(memory_task(transcribe_command), transcribe_command)
    heard = len(server.transcribed)
    line = replace(lines.speech, told=lambda: 1)
    with ExitStack() as busy:
        for other in ("job_2", "job_3"):  # one calls, one stands at the door
            busy.enter_context(line.stand(memory_task(replace(transcribe_command, job_id=other))))
        again = memory_task(transcribe_command)
        actor(again, transcribe_command)
        unknown = replace(transcribe_command, language="ko")
        with pytest.raises(Snoozed):
            actor(memory_task(unknown), unknown)
    assert [type(each) for each in again.sent] == [EmbedTranscript]
    assert len(server.transcribed) == heard


def test_between_two_calls_nothing_is_read_so_that_nobody_else_gets_the_place(
    actor: Callable[..., None],
    lines: Lines,
    server: Any,
    transcribe_command: TranscribeAudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened: list[str] = []
    for kind, name in ((type(lines.speech.desk), "wish"), (type(lines.speech.desk), "leave"), (ResponseCache, "find")):
        monkeypatch.setattr(kind, name, noted(getattr(kind, name), happened))
    monkeypatch.setattr(Audio, "_rewind", noted(Audio._rewind, happened))
    actor(memory_task(transcribe_command), transcribe_command)
    after = [happened[number + 1] for number, one in enumerate(happened[:-1]) if one == "leave"]
    assert len(after) == len(server.transcribed) - 1 >= 2
    assert set(after) == {"wish"}
    assert happened.count("_rewind") == 2, "each piece is decoded from the file's beginning"


def noted(method: Callable[..., Any], happened: list[str]) -> Callable[..., Any]:
    """The method, which adds its name to ``happened`` when it is called."""

    def called(*arguments: Any, **named: Any) -> Any:
        happened.append(method.__name__)
        return method(*arguments, **named)

    return called


def test_another_tenant_language_or_model_pays_for_itself(
    actor: Callable[..., None], server: Any, transcribe_command: TranscribeAudio
) -> None:
    actor(memory_task(transcribe_command), transcribe_command)
    paid = len(server.transcribed)
    for change in ({"tenant_id": "other"}, {"language": "ko"}):
        command = replace(transcribe_command, **change)  # type: ignore[arg-type]
        actor(memory_task(command), command)
    assert len(server.transcribed) == 3 * paid


def test_a_swept_paid_answer_is_bought_again(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    journal = MemoryJournal()
    actor(memory_task(transcribe_command, journal=journal), transcribe_command)
    paid = len(server.transcribed)
    for key in [*objects.keys("paid/"), *objects.keys("ok/")]:
        objects.remove(key)
    again = memory_task(transcribe_command, attempt_id="attempt-2", journal=journal)
    actor(again, transcribe_command)
    assert len(server.transcribed) == 2 * paid
    assert len(transcript_of(again, objects).words) == len(BURSTS)


def test_a_finished_task_that_runs_again_asks_nobody_and_fetches_no_audio(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    journal = MemoryJournal()
    actor(memory_task(transcribe_command, journal=journal), transcribe_command)
    paid = len(server.transcribed)
    objects.remove("audio.flac")
    again = memory_task(transcribe_command, attempt_id="attempt-2", journal=journal)
    actor(again, transcribe_command)
    assert len(server.transcribed) == paid
    assert len(transcript_of(again, objects).words) == len(BURSTS)


def test_silence_is_never_sent_and_gives_an_empty_transcript(
    actor: Callable[..., None],
    objects: MemoryObjectStore,
    server: Any,
    tones: Callable[..., bytes],
    transcribe_command: TranscribeAudio,
) -> None:
    objects.put_bytes("audio.flac", tones(90), "audio/flac")
    task = memory_task(transcribe_command)
    actor(task, transcribe_command)
    assert server.authorization == []
    transcript = transcript_of(task, objects)
    assert (transcript.segments, transcript.language) == ((), "und")


def test_a_silent_piece_between_others_is_not_sent(
    actor: Callable[..., None],
    objects: MemoryObjectStore,
    server: Any,
    tones: Callable[..., bytes],
    transcribe_command: TranscribeAudio,
) -> None:
    objects.put_bytes("audio.flac", tones(90, at=[5, 85]), "audio/flac")
    task = memory_task(transcribe_command)
    actor(task, transcribe_command)
    assert len(server.transcribed) == 2
    assert [round(word.start_ms / 1000) for word in transcript_of(task, objects).words] == [5, 85]


def test_a_recording_without_audio_has_an_empty_transcript(
    actor: Callable[..., None], objects: MemoryObjectStore, server: Any, transcribe_command: TranscribeAudio
) -> None:
    command = replace(transcribe_command, files=replace(transcribe_command.files, audio_key=None))
    task = memory_task(command)
    actor(task, command)
    assert transcript_of(task, objects).segments == ()
    assert server.authorization == []


def test_a_shutdown_stops_between_two_pieces(
    actor: Callable[..., None], server: Any, transcribe_command: TranscribeAudio
) -> None:
    def stop() -> None:
        if len(server.transcribed) == 2:
            raise Interrupted

    journal = MemoryJournal()
    plain = memory_task(transcribe_command, journal=journal)
    task = Task(plain.envelope, "attempt-1", journal, node="test", stop=stop)
    with pytest.raises(Interrupted):
        actor(task, transcribe_command)
    assert len(server.transcribed) == 2
    assert task.sent == []


def test_progress_is_told_and_ends_at_one(actor: Callable[..., None], transcribe_command: TranscribeAudio) -> None:
    told: list[float] = []
    plain = memory_task(transcribe_command)
    task = Task(
        plain.envelope,
        "attempt-1",
        MemoryJournal(),
        node="test",
        tell=lambda event: told.append(event.detail["done"]) if "done" in event.detail else None,
    )
    actor(task, transcribe_command)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1]
    assert told[-1] == 1
    assert len(told) >= 3


def test_steps_keep_keys_not_texts(actor: Callable[..., None], transcribe_command: TranscribeAudio) -> None:
    journal = MemoryJournal()
    actor(memory_task(transcribe_command, journal=journal), transcribe_command)
    names = [event.detail["step"] for event in journal.events]
    assert names == ["plan", *(f"piece {number}" for number in range(1, len(names) - 1)), "join"]


def test_an_upstream_error_reaches_the_journal_as_ours(
    actor: Callable[..., None], server: Any, transcribe_command: TranscribeAudio
) -> None:
    server.misbehave(b"<html>")
    with pytest.raises(WinnowError) as caught:
        actor(memory_task(transcribe_command), transcribe_command)
    assert caught.value.retryable
