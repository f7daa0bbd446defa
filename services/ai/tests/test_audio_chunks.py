"""Cutting audio at silence, with memory that does not grow with the recording."""

import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from winnow_ai.settings import ChunkSettings
from winnow_ai.transcription.audio import RATE, encode_flac, open_audio
from winnow_ai.transcription.audio_chunks import AudioChunk, ChunkPlan
from winnow_ai.transcription.chunk_plan import plan_chunks
from winnow_ai.transcription.loudness import FRAME_MS, measure_levels
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.errors import BadInput
from winnow_contracts.json_codec import from_json


def plan_of(objects: MemoryObjectStore, flac: bytes, folder: Path, limit_ms: int) -> ChunkPlan:
    objects.put_bytes("audio", flac, "audio/flac")
    with open_audio(objects, "audio", folder) as audio:
        return plan_chunks(measure_levels(audio.blocks()), limit_ms)


def piped_flac(seconds: str) -> bytes:
    """Audio as media makes it: FLAC that ffmpeg wrote to a pipe."""
    tone = "sine=frequency=440:sample_rate=16000"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, "-t", seconds, "-ac", "1", "-f", "flac", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_pieces_follow_each_other_and_are_cut_in_pauses(
    objects: MemoryObjectStore, tones: Callable[..., bytes], tmp_path: Path
) -> None:
    # Bursts in rows of six seconds' sound, then four of rest: cuts belong into the rests.
    at = [base + step * 0.4 for base in range(0, 100, 10) for step in range(15)]
    plan = plan_of(objects, tones(100, at=at, hiss=20), tmp_path, 30_000)

    edges = [piece.start_ms for piece in plan.pieces] + [plan.pieces[-1].end_ms]
    assert edges[0] == 0
    assert edges[-1] == 100_000
    assert [piece.end_ms for piece in plan.pieces[:-1]] == edges[1:-1]
    assert all(piece.duration_ms <= 30_000 for piece in plan.pieces)
    assert all(edge % 10_000 > 6_000 for edge in edges[1:-1])
    assert [piece.n for piece in plan.pieces] == list(range(1, len(plan.pieces) + 1))


def test_sound_without_a_pause_is_cut_all_the_same(objects: MemoryObjectStore, tmp_path: Path) -> None:
    wave = (9000 * np.sin(np.arange(70 * RATE) * 0.2)).astype(np.int16)
    plan = plan_of(objects, encode_flac(wave), tmp_path, 30_000)
    assert len(plan.pieces) >= 3
    assert all(0 < piece.duration_ms <= 30_000 for piece in plan.pieces)
    assert plan.pieces[-1].end_ms == 70_000


def test_digital_silence_is_told_from_quiet_sound(
    objects: MemoryObjectStore, tones: Callable[..., bytes], tmp_path: Path
) -> None:
    assert not plan_of(objects, tones(40), tmp_path, 30_000).heard
    assert not plan_of(objects, tones(40, hiss=3), tmp_path, 30_000).heard
    assert len(plan_of(objects, tones(40, hiss=60), tmp_path, 30_000).heard) == 2


def test_what_is_to_be_heard_is_what_comes_and_goes_and_not_what_is_evenly_loud() -> None:
    seconds = np.arange(60 * RATE) / RATE
    noise = np.random.default_rng(5).normal(0, 2000, len(seconds))
    hum = 4000 * np.sin(2 * np.pi * 50 * seconds)
    chord = sum(2000 * np.sin(2 * np.pi * hertz * seconds) for hertz in (262, 330, 392))
    bursts = noise * (seconds % 6 < 3)  # three seconds of sound, three of rest

    def work_seconds(wave: np.ndarray) -> float:
        plan = plan_chunks(measure_levels([wave.astype(np.int16)]), 30_000)
        return sum(piece.work_seconds for piece in plan.pieces)

    assert all(work_seconds(even) == pytest.approx(60 * 0.02, rel=0.1) for even in (noise, hum, chord))
    assert work_seconds(bursts) == pytest.approx(10 * 3.8, rel=0.05)  # 0.4 s before and after belong to each


def test_a_plan_from_before_counts_with_its_whole_length() -> None:
    piece = from_json(AudioChunk, {"n": 1, "start_ms": 0, "end_ms": 5_000, "silent": False})
    assert piece.work_seconds == 5.0


def test_empty_audio_has_no_pieces(objects: MemoryObjectStore, tmp_path: Path) -> None:
    assert plan_of(objects, piped_flac("0"), tmp_path, 30_000).pieces == ()


def test_a_piece_holds_just_its_samples_in_any_order_of_asking(objects: MemoryObjectStore, tmp_path: Path) -> None:
    samples = np.arange(60 * RATE, dtype=np.int32).astype(np.int16)
    objects.put_bytes("audio", encode_flac(samples), "audio/flac")
    with open_audio(objects, "audio", tmp_path) as audio:
        for start_ms, end_ms in ((20_020, 21_000), (0, 40), (59_990, 61_000), (30_000, 30_000)):
            found = audio.between(start_ms, end_ms)
            assert np.array_equal(found, samples[start_ms * 16 : end_ms * 16])
            assert len(found) == 0 or np.array_equal(
                soundfile.read(io.BytesIO(encode_flac(found)), dtype="int16")[0], found
            )
    assert list(tmp_path.iterdir()) == []


def test_flac_from_a_pipe_which_does_not_know_its_length_is_read_whole(
    objects: MemoryObjectStore, tmp_path: Path
) -> None:
    plan = plan_of(objects, piped_flac("61"), tmp_path, 40_000)
    assert plan.pieces[-1].end_ms == 61_000


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "not flac", "empty"])
def test_audio_that_can_not_be_decoded_is_refused_not_shortened(
    objects: MemoryObjectStore, tones: Callable[..., bytes], tmp_path: Path, damage: str
) -> None:
    flac = tones(60, hiss=2000)
    middle = len(flac) // 2
    broken = {
        "truncated": flac[:middle],
        "overwritten": flac[:middle] + b"\x55" * 4000 + flac[middle + 4000 :],
        "not flac": b"ID3" + bytes(5000),
        "empty": b"",
    }[damage]
    with pytest.raises(BadInput) as caught:
        plan_of(objects, broken, tmp_path, 30_000)
    assert caught.value.code == "corrupt-media"


def test_audio_of_another_rate_is_refused(objects: MemoryObjectStore, tmp_path: Path) -> None:
    target = io.BytesIO()
    soundfile.write(target, np.zeros(4410, dtype=np.int16), 44_100, format="FLAC")
    with pytest.raises(BadInput):
        plan_of(objects, target.getvalue(), tmp_path, 30_000)


def test_the_byte_limit_holds_for_sound_that_can_not_be_compressed() -> None:
    limits = ChunkSettings(longest_ms=3_600_000, largest_bytes=2_000_000)
    noise = np.random.default_rng(3).integers(-32_768, 32_767, limits.limit_ms * 16, dtype=np.int16)
    assert len(encode_flac(noise)) <= limits.largest_bytes


def test_twenty_minutes_take_no_more_memory_than_two(
    objects: MemoryObjectStore, tones: Callable[..., bytes], tmp_path: Path
) -> None:
    def peak(minutes: int) -> int:
        objects.put_bytes("audio", tones(60 * minutes, at=range(0, 60 * minutes, 7), hiss=40), "audio/flac")
        tracemalloc.start()
        with open_audio(objects, "audio", tmp_path) as audio:
            plan = plan_chunks(measure_levels(audio.blocks()), 60_000)
            for piece in plan.heard:
                encode_flac(audio.between(piece.start_ms, piece.end_ms))
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    two, twenty = peak(2), peak(20)
    assert twenty < two + 1_000_000
    assert twenty < 12_000_000


def test_levels_are_the_same_however_the_samples_arrive() -> None:
    samples = np.random.default_rng(5).integers(-900, 900, 16_123, dtype=np.int16)
    whole = measure_levels([samples])
    parts = measure_levels(np.array_split(samples, 7))
    assert np.array_equal(whole, parts)
    assert len(whole) == -(-16_123 // (16 * FRAME_MS))


def test_no_ffmpeg_is_needed_to_read_audio(tmp_path: Path) -> None:
    code = "import os; os.environ['PATH'] = ''; import winnow_ai.transcription.audio, winnow_ai.transcription.session"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
