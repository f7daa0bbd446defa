"""Pieces of one recording run side by side only where places are free, and what one paid for is never lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.lines import Lines
from winnow_ai.llm.prices import Prices
from winnow_ai.settings import ChunkSettings
from winnow_ai.transcription.side_by_side import SideBySide
from winnow_ai.transcription.transcribe import Transcriber
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import TranscribeAudio
from winnow_contracts.errors import RateLimited
from winnow_journal.testing.memory import MemoryJournal, memory_task


@pytest.fixture
def transcriber(
    objects: MemoryObjectStore,
    endpoint: Endpoint,
    lines: Lines,
    short_pieces: ChunkSettings,
    tones: Callable[..., bytes],
    tmp_path: Path,
) -> Callable[[int], Transcriber]:
    objects.put_bytes("audio.flac", tones(120, at=range(3, 118, 6), hiss=20), "audio/flac")

    def make(places: int) -> Transcriber:
        return Transcriber(
            objects=objects,
            speech=endpoint,
            admission=replace(lines.speech, told=lambda: places),
            model="speech",
            limits=short_pieces,
            folder=tmp_path,
            prices=Prices({}, {"speech": 0.6}),
        )

    return make


def most_at_once(server: Any, wanted: int) -> Callable[[], int]:
    """Hold each call until ``wanted`` run together, or for a while; tells how many did."""
    lock, together, running, most = threading.Lock(), threading.Event(), 0, 0

    def held() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == wanted:
                together.set()
        together.wait(2)
        with lock:
            running -= 1

    server.before_answer = held
    return lambda: most


def test_free_places_hear_pieces_of_one_recording_together(
    transcriber: Callable[[int], Transcriber], server: Any, transcribe_command: TranscribeAudio
) -> None:
    most, journal = most_at_once(server, 2), MemoryJournal()
    answers = transcriber(2).run(memory_task(transcribe_command, journal=journal), "audio.flac", None)
    assert most() == 2
    spent = [one["audio_seconds"] for event in journal.events for one in event.detail.get("spent", ())]
    assert sorted(spent) == sorted(heard["samples"] / 16_000 for heard in server.transcribed)
    assert [piece.n for piece, _ in answers] == list(range(1, len(answers) + 1))
    assert len(server.transcribed) == len(answers) >= 4


def test_with_one_place_one_piece_comes_after_the_other(
    transcriber: Callable[[int], Transcriber], server: Any, transcribe_command: TranscribeAudio
) -> None:
    server.before_answer = lambda: None
    most = most_at_once(server, 1)
    transcriber(1).run(memory_task(transcribe_command), "audio.flac", None)
    assert most() == 1


def test_a_helper_that_finds_the_endpoint_busy_gives_its_piece_back() -> None:
    work: SideBySide[int, int] = SideBySide(range(3))
    began = threading.Event()

    def helper() -> None:
        def busy(piece: int) -> int:
            began.set()
            raise RateLimited("busy")

        work.take(busy)

    def own(piece: int) -> int:
        began.wait(5)
        return piece * 10

    assert work.run(own, [helper]) == [0, 10, 20]


def test_what_a_helper_raises_ends_the_task_and_what_runs_is_waited_for() -> None:
    work: SideBySide[int, int] = SideBySide(range(4))
    began, failed, finished = threading.Event(), threading.Event(), []

    def helper() -> None:
        def broken(piece: int) -> int:
            began.wait(5)
            failed.set()
            raise ValueError("a bug")

        work.take(broken)

    def own(piece: int) -> int:
        began.set()
        failed.wait(5)
        finished.append(piece)
        return piece

    with pytest.raises(ValueError, match="a bug"):
        work.run(own, [helper])
    assert len(finished) == 1
