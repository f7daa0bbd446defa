"""Verdicts on good files of every accepted format."""

from pathlib import Path
from typing import Any

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_media.examine import Examiner, Verdict
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.settings import Limits

PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
BOTH = (*PICTURES, *SOUND)
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")

FORMATS: dict[str, tuple[tuple[str, ...], str, bool, str | None]] = {
    "film.mp4": ((*BOTH, *H264, "-c:a", "aac"), "mov", True, None),
    "fast.mp4": ((*BOTH, *H264, "-c:a", "aac", "-movflags", "+faststart"), "mov", True, None),
    "film.mkv": ((*BOTH, *H264, "-c:a", "aac"), "matroska", True, "mp4"),
    "film.webm": ((*BOTH, *VP8), "matroska", True, None),
    "film.mov": ((*BOTH, *H264, "-c:a", "aac"), "mov", True, "mp4"),
    "film.avi": ((*BOTH, "-c:v", "mpeg4", "-c:a", "libmp3lame"), "avi", True, "m4a"),
    "film.ts": ((*BOTH, *H264, "-c:a", "aac"), "mpegts", True, "mp4"),
    "sound.mp3": ((*SOUND, "-c:a", "libmp3lame"), "mp3", False, None),
    "sound.m4a": ((*SOUND, "-c:a", "aac"), "mov", False, None),
    "lossless.m4a": ((*SOUND, "-c:a", "alac"), "mov", False, "m4a"),
    "sound.wav": (SOUND, "wav", False, None),
    "sound24.wav": ((*SOUND, "-c:a", "pcm_s24le"), "wav", False, None),
    "sound32.wav": ((*SOUND, "-c:a", "pcm_f32le"), "wav", False, None),
    "sound.flac": ((*SOUND, "-c:a", "flac"), "flac", False, None),
    "sound.ogg": ((*SOUND, "-c:a", "libvorbis"), "ogg", False, None),
    "opus.ogg": ((*SOUND, "-c:a", "libopus"), "ogg", False, None),
    "sound.aac": ((*SOUND, "-c:a", "aac"), "aac", False, None),
}


def verdict_on(content: bytes, ffmpeg: Ffmpeg, limits: Limits, folder: Path) -> Verdict:
    objects = MemoryObjectStore()
    objects.put_bytes("in/a", content, "application/octet-stream")
    return Examiner(objects, ffmpeg, folder, limits.longest_seconds, lambda: None).examine("in/a")


@pytest.mark.parametrize("name", FORMATS)
def test_every_accepted_format_passes(name: str, make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path) -> None:
    options, demuxer, has_video, rendition = FORMATS[name]
    verdict = verdict_on(make(name, *options), ffmpeg, limits, tmp_path)
    assert (verdict.demuxer, verdict.has_video, verdict.rendition) == (demuxer, has_video, rendition)
    assert verdict.audio_stream == (1 if has_video else 0)
    assert verdict.duration_ms == pytest.approx(3000, abs=150)
    assert verdict.warnings == ()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fragmented.mp4", (*BOTH, *H264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+default_base_moof")),
        ("live.webm", (*BOTH, *VP8, "-f", "webm", "-live", "1")),
        ("live.mkv", (*BOTH, *H264, "-c:a", "aac", "-f", "matroska", "-live", "1")),
    ],
)
def test_a_recording_whose_header_has_no_duration_is_measured(
    name: str, options: tuple[str, ...], make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    verdict = verdict_on(make(name, *options), ffmpeg, limits, tmp_path)
    assert verdict.duration_ms == pytest.approx(3000, abs=150)


def test_a_video_without_sound_passes_and_has_no_audio_stream(
    make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path
) -> None:
    verdict = verdict_on(make("a.mp4", *PICTURES, *H264), ffmpeg, limits, tmp_path)
    assert verdict.audio_stream is None
    assert verdict.has_video


def test_the_default_sound_track_is_chosen(make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path) -> None:
    tracks = ("-map", "0", "-map", "1", "-map", "2", *H264, "-c:a", "aac", "-disposition:a:0", "0")
    second = ("-disposition:a:1", "default")
    content = make("a.mkv", *BOTH, *SOUND, *tracks, *second)
    assert verdict_on(content, ffmpeg, limits, tmp_path).audio_stream == 2


def test_a_cover_picture_is_no_video(make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path) -> None:
    cover = ("-f", "lavfi", "-i", "color=d=0.04:s=600x600")
    options = ("-map", "0", "-map", "1", "-frames:v", "1", "-c:v", "png", "-disposition:v", "attached_pic")
    verdict = verdict_on(make("a.mp3", *SOUND, *cover, *options), ffmpeg, limits, tmp_path)
    assert (verdict.has_video, verdict.audio_stream, verdict.demuxer) == (False, 0, "mp3")
    assert verdict.duration_ms == pytest.approx(3000, abs=150)


def test_subtitles_beside_the_sound_do_no_harm(make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path) -> None:
    captions = tmp_path / "captions.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", encoding="utf-8")
    content = make("a.mkv", *BOTH, "-i", f"file:{captions}", *H264, "-c:a", "aac", "-c:s", "srt")
    assert verdict_on(content, ffmpeg, limits, tmp_path).audio_stream == 1


def test_hours_of_silence_pass(make: Any, ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path) -> None:
    silence = ("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "3000", "-c:a", "flac")
    verdict = verdict_on(make("a.flac", *silence), ffmpeg, limits, tmp_path)
    assert verdict.duration_ms == 3_000_000
    assert verdict.warnings == ()
