"""Makes short films with real speech, each of which sounds different: nothing of one is known from another."""

import subprocess
from pathlib import Path

from winnow_local.sample import clip_files

LENGTH_SECONDS = 20
_SCENE = f"testsrc2=d={LENGTH_SECONDS}:s=640x360:r=25"
_SHIFT_SECONDS = 0.05


class Recordings:
    """Films in ``folder``, as browsers play them: H.264 and AAC in an mp4. Raises Misconfigured without clips."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._clips = clip_files()
        self._pictures = folder / "pictures.mp4"
        _ffmpeg("-f", "lavfi", "-i", _SCENE, "-c:v", "libx264", "-preset", "ultrafast", str(self._pictures))
        self._made = 0

    def make(self, count: int) -> list[Path]:
        """So many further films. Each begins at a place of its own in one of the clips."""
        return [self._film() for _ in range(count)]

    def _film(self) -> Path:
        turn, clip = divmod(self._made, len(self._clips))
        film = self._folder / f"recording-{self._made:04d}.mp4"
        sound = ("-stream_loop", "-1", "-ss", f"{turn * _SHIFT_SECONDS:.2f}", "-i", str(self._clips[clip]))
        # The clip begins again and again; its times go on.
        coded = ("-c:v", "copy", "-af", "asetpts=N/SR/TB", "-c:a", "aac", "-t", str(LENGTH_SECONDS))
        _ffmpeg("-i", str(self._pictures), *sound, *coded, str(film))
        self._made += 1
        return film


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)
