"""Makes a film like a phone's, of any size, and measures bare ffmpeg extracting its sound."""

import subprocess
from pathlib import Path

_CLIP_SECONDS = 10
_SCENE = f"testsrc2=d={_CLIP_SECONDS}:s=1280x720:r=30,noise=all_strength=40:all_flags=t"
_SOUND = f"sine=f=440:d={_CLIP_SECONDS}"
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "17M", "-maxrate", "17M", "-bufsize", "4M")


def make_video(path: Path, megabytes: int) -> Path:
    """Writes a film of about that many million bytes: ten seconds of 17 Mbit/s, repeated. Returns the path."""
    clip = path.with_name(f"clip{path.suffix}")
    made = ("-f", "lavfi", "-i", _SCENE, "-f", "lavfi", "-i", _SOUND, *_H264, "-pix_fmt", "yuv420p", "-g", "30")
    _ffmpeg(*made, "-c:a", "aac", f"file:{clip}")
    repeats = max(0, round(megabytes * 1e6 / clip.stat().st_size) - 1)
    _ffmpeg("-stream_loop", str(repeats), "-i", f"file:{clip}", "-c", "copy", f"file:{path}")
    clip.unlink()
    return path


def bare_ffmpeg(video: Path, target: Path) -> None:
    """Extracts the sound as ai gets it, with ffmpeg alone from a local file."""
    _ffmpeg("-i", f"file:{video}", "-vn", "-ac", "1", "-ar", "16000", "-c:a", "flac", f"file:{target}")


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)
