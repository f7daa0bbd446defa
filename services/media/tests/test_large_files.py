"""A verdict on a large object reads a few ranges of it, and no more."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.store import CHUNK_BYTES, ObjectInfo
from winnow_contracts.errors import BadInput
from winnow_media.examine import Examiner, Verdict
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.settings import Limits

PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50")
SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "{seconds}")
NOISE = ("-f", "lavfi", "-i", "anoisesrc=r=48000:d={seconds}", "-ac", "2")
HOLE = 300 << 20


class CountingStore(MemoryObjectStore):
    """One object, which is a (sparse) file; counts requests and bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.requests, self.read_bytes = path, 0, 0

    def stat(self, key: str) -> ObjectInfo:
        return ObjectInfo(key=key, size_bytes=self.path.stat().st_size, content_type="video/mp4")

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return b"".join(self.chunks(key, start, length))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self.requests += 1
        left = self.path.stat().st_size if length is None else length
        with self.path.open("rb") as file:
            file.seek(start)
            while left and (chunk := file.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                self.read_bytes += len(chunk)
                yield chunk


def verdict_on(store: CountingStore, ffmpeg: Ffmpeg, limits: Limits, folder: Path) -> Verdict:
    folder.mkdir()
    return Examiner(store, ffmpeg, folder, limits.longest_seconds, lambda: None).examine("in/a")


def with_hole(mp4: bytes, path: Path) -> None:
    """Write an MP4 whose media lie on both sides of a hole of 300 MiB, index last; its chunks' places are moved."""
    media, index = mp4.index(b"mdat") - 4, mp4.index(b"moov") - 4
    chunks = sorted(offset for table in chunk_tables(mp4, index) for offset in table[1])
    cut = chunks[len(chunks) // 2]
    moov = bytearray(mp4[index:])
    for place, offsets in chunk_tables(mp4, index):
        moved = [offset + HOLE * (offset >= cut) for offset in offsets]
        struct.pack_into(f">{len(moved)}I", moov, place - index, *moved)
    size = struct.unpack(">I", mp4[media : media + 4])[0] + HOLE
    with path.open("wb") as file:
        file.write(mp4[:media] + struct.pack(">I", size) + mp4[media + 4 : cut])
        file.seek(HOLE, 1)
        file.write(mp4[cut:index] + moov)


def chunk_tables(mp4: bytes, start: int) -> list[tuple[int, list[int]]]:
    """Place and content of every stco box behind ``start``."""
    tables = []
    while (start := mp4.find(b"stco", start + 1)) >= 0:
        count = struct.unpack(">I", mp4[start + 8 : start + 12])[0]
        tables.append((start + 12, list(struct.unpack(f">{count}I", mp4[start + 12 : start + 12 + 4 * count]))))
    return tables


@pytest.fixture
def large_mp4(make: Any, tmp_path: Path) -> Path:
    content = make("a.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac", seconds=60)
    path = tmp_path / "large.mp4"
    with_hole(content, path)
    return path


def test_a_large_mp4_with_its_index_last_is_judged_by_ranges_in_under_two_seconds(
    large_mp4: Path, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path, computed_seconds: Callable[[], float]
) -> None:
    tries = []
    for number in range(3):  # the best of three: other work on the machine is no fault of ours
        store = CountingStore(large_mp4)
        before = computed_seconds()
        verdict = verdict_on(store, ffmpeg, limits, tmp_path / f"work-{number}")
        tries.append(computed_seconds() - before)
    assert verdict.duration_ms == pytest.approx(60_000, abs=200)
    assert (verdict.audio_stream, verdict.has_video, verdict.warnings) == (1, True, ())
    assert store.read_bytes < 12 << 20
    assert store.requests < 100
    assert min(tries) < 2


def test_a_silent_first_track_of_a_large_mp4_gives_way_to_one_that_is_heard(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    tracks = ("-map", "0:v", "-map", "2:a", "-map", "1:a")
    content = make("a.mp4", *PICTURES, *SOUND, *SILENCE, *tracks, *H264, "-c:a", "aac", seconds=60)
    with_hole(content, tmp_path / "large.mp4")
    store = CountingStore(tmp_path / "large.mp4")
    verdict = verdict_on(store, ffmpeg, limits, tmp_path / "work")
    assert (verdict.audio_stream, verdict.warnings) == (2, ("audio-track 2 of 2",))
    assert store.read_bytes < 24 << 20


def test_sound_that_begins_late_in_a_large_mp4_is_no_damage(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    content = make("a.mp4", *PICTURES, "-itsoffset", "40", *SILENCE, *H264, "-c:a", "aac", seconds=60)
    with_hole(content, tmp_path / "large.mp4")
    verdict = verdict_on(CountingStore(tmp_path / "large.mp4"), ffmpeg, limits, tmp_path / "work")
    assert (verdict.audio_stream, verdict.warnings) == (1, ())


def test_damage_in_a_large_mp4_is_found_in_the_samples(
    large_mp4: Path, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    content = large_mp4.read_bytes()
    begin, end = content.index(b"mdat") + 4, content.rindex(b"moov") - 4
    with large_mp4.open("r+b") as file:
        file.seek(begin)
        file.write(b"\xa5" * (2 << 20))
        file.seek(end - (2 << 20))
        file.write(b"\xa5" * (2 << 20))
    with pytest.raises(BadInput, match="damaged inside"):
        verdict_on(CountingStore(large_mp4), ffmpeg, limits, tmp_path / "work")


def test_a_large_mp4_that_was_cut_off_is_refused_after_reading_next_to_nothing(
    large_mp4: Path, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    with large_mp4.open("r+b") as file:
        file.truncate(200 << 20)
    store = CountingStore(large_mp4)
    with pytest.raises(BadInput, match="cut off at 66 %"):
        verdict_on(store, ffmpeg, limits, tmp_path / "work")
    assert store.read_bytes < 1 << 20


@pytest.mark.parametrize(
    ("name", "source", "options", "rendition"),
    [
        ("a.wav", SILENCE, ("-c:a", "pcm_s16le"), None),
        ("a.mkv", SILENCE, ("-c:a", "pcm_s16le"), "m4a"),
        ("a.flac", NOISE, ("-c:a", "flac", "-compression_level", "0"), None),
        ("a.mov", SILENCE, ("-c:a", "pcm_s16le"), "m4a"),
    ],
)
def test_a_long_sound_file_is_judged_by_ranges(
    name: str,
    source: tuple[str, ...],
    options: tuple[str, ...],
    rendition: str | None,
    make: Any,
    ffmpeg: Ffmpeg,
    limits: Limits,
    tmp_path: Path,
) -> None:
    path = tmp_path / name
    path.write_bytes(make("made-" + name, *source, *options, seconds=500))
    assert path.stat().st_size > 64 << 20
    store = CountingStore(path)
    verdict = verdict_on(store, ffmpeg, limits, tmp_path / "work")
    assert verdict.duration_ms == pytest.approx(500_000, rel=0.01)
    assert verdict.rendition == rendition
    assert verdict.warnings == ()
    assert store.read_bytes < 14 << 20


def test_a_long_fragmented_mp4_is_judged_by_its_beginning(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(
        make("made.mov", *SILENCE, "-c:a", "pcm_s16le", "-movflags", "frag_keyframe+empty_moov", seconds=400)
    )
    store = CountingStore(path)
    verdict = verdict_on(store, ffmpeg, limits, tmp_path / "work")
    assert verdict.duration_ms == pytest.approx(400_000, rel=0.1)
    assert store.read_bytes < 18 << 20


def test_a_large_film_in_a_codec_that_is_not_decoded_passes_for_its_sound(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(make("raw.mov", *PICTURES, *SOUND, "-c:v", "rawvideo", "-c:a", "pcm_s16le", seconds=30))
    assert path.stat().st_size > 64 << 20
    verdict = verdict_on(CountingStore(path), ffmpeg, limits, tmp_path / "work")
    assert (verdict.audio_stream, verdict.rendition) == (1, "m4a")
    assert verdict.duration_ms == pytest.approx(30_000, abs=200)


def test_a_long_mp3_is_judged_by_ranges_whatever_its_cover_weighs(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    frames = make("a.mp3", *SOUND, "-c:a", "libmp3lame", "-b:a", "320k", "-write_xing", "0", "-id3v2_version", "0")
    cover = 3 << 20  # an ID3 tag with nothing but padding
    tag = b"ID3\4\0\0" + bytes(cover >> shift & 127 for shift in (21, 14, 7, 0)) + bytes(cover)
    path = tmp_path / "a.mp3"
    path.write_bytes(tag + frames * 600)
    store = CountingStore(path)
    verdict = verdict_on(store, ffmpeg, limits, tmp_path / "work")
    assert verdict.duration_ms == pytest.approx(1_800_000, rel=0.06)
    assert verdict.warnings == ()
    assert store.read_bytes < 8 << 20
