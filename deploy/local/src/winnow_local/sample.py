"""Makes the demo's video from real speech: LibriVox clips of Debian's pocketsphinx-testdata, with pauses between."""

import re
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Misconfigured

CLIPS_FOLDER = Path("/usr/share/pocketsphinx/test/data/librivox")
PAUSE_MS = 1600
_FONTS = Path("/usr/share/fonts")
_FFMPEG_SECONDS = 300
_LINE = re.compile(r"<s>(?P<words>.*)</s>\s*\((?P<clip>[^)]+)\)")


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One spoken sentence, and its position in the sample."""

    name: str
    words: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class DemoSample:
    """The video and its spoken text."""

    file: Path
    clips: tuple[Clip, ...]

    @property
    def words(self) -> str:
        """The whole spoken text."""
        return " ".join(clip.words for clip in self.clips)


def clip_files() -> list[Path]:
    """The sound files of the clips, by name. Raises Misconfigured if there are none."""
    files = sorted(CLIPS_FOLDER.glob("*.wav"))
    if not files:
        raise Misconfigured(f"There are no clips in {CLIPS_FOLDER}.", hint="apt-get install pocketsphinx-testdata")
    return files


def make_sample(folder: Path, clips_folder: Path = CLIPS_FOLDER) -> DemoSample:
    """Returns the sample in ``folder``, made if it is missing. Raises Misconfigured if clips or ffmpeg are missing."""
    sample = DemoSample(file=folder / "sense-and-sensibility.mp4", clips=_clips(clips_folder))
    if not sample.file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Written under another name and renamed: an interrupted start must not leave half a video.
        fresh = sample.file.with_name("fresh.mp4")
        _run_ffmpeg(_arguments(sample.clips, clips_folder, folder, fresh))
        fresh.replace(sample.file)
    return sample


def _clips(folder: Path) -> tuple[Clip, ...]:
    try:
        text = (folder / "transcription").read_text(encoding="utf-8")
        clips: list[Clip] = []
        at = 0
        for found in _LINE.finditer(text):
            length = _length_ms(folder / f"{found['clip']}.wav")
            clips.append(
                Clip(name=found["clip"], words=found["words"].strip(), start_ms=at, end_ms=at + length),
            )
            at += length + PAUSE_MS
    except OSError as error:
        raise Misconfigured(
            f"The sample recordings are missing: {error.filename}",
            hint="Install Debian's package pocketsphinx-testdata, then start again.",
        ) from error
    return tuple(clips)


def _length_ms(file: Path) -> int:
    with wave.open(str(file)) as sound:
        return 1000 * int(sound.getnframes()) // int(sound.getframerate())


def _arguments(clips: Sequence[Clip], clips_folder: Path, folder: Path, target: Path) -> list[str]:
    sounds = [word for clip in clips for word in ("-i", str(clips_folder / f"{clip.name}.wav"))]
    padded = [f"[{n}:a]apad=pad_dur={PAUSE_MS / 1000}[a{n}]" for n in range(len(clips))]
    joined = "".join(f"[a{n}]" for n in range(len(clips))) + f"concat=n={len(clips)}:v=0:a=1,aresample=44100[sound]"
    seconds = (clips[-1].end_ms + PAUSE_MS) / 1000
    picture = f"color=c=0x22344a:s=1280x720:r=25:d={seconds}{_title_card(clips, folder)}[picture]"
    return [
        *sounds,
        *("-filter_complex", ";".join((*padded, joined, picture))),
        *("-map", "[picture]", "-map", "[sound]"),
        *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k"),
        *("-movflags", "+faststart", "-shortest", str(target)),
    ]


def _title_card(clips: Sequence[Clip], folder: Path) -> str:
    """Filters that write the title, and each sentence's number while it is read; empty if there is no font."""
    font = next(iter(sorted(_FONTS.rglob("DejaVuSans.ttf")) or sorted(_FONTS.rglob("*.ttf"))), None)
    if font is None:
        return ""
    cards = [_card(folder, font, "title", "Sense and Sensibility", 64, "h/2-90", "1")]
    cards.append(_card(folder, font, "reader", "Jane Austen, read for LibriVox", 32, "h/2", "1"))
    for number, clip in enumerate(clips, 1):
        shown = f"between(t,{clip.start_ms / 1000},{clip.end_ms / 1000})"
        cards.append(_card(folder, font, f"part{number}", f"{number} / {len(clips)}", 40, "h-120", shown))
    return "".join(f",{card}" for card in cards)


def _card(folder: Path, font: Path, name: str, text: str, points: int, height: str, shown: str) -> str:
    # The text is passed in a file, because commas and colons have a meaning in the filter's language.
    file = folder / f"{name}.txt"
    file.write_text(text, encoding="utf-8")
    place = f"fontsize={points}:fontcolor=white:x=(w-text_w)/2:y={height}:enable='{shown}'"
    return f"drawtext=fontfile='{font}':textfile='{file}':{place}"


def _run_ffmpeg(arguments: Sequence[str]) -> None:
    command = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FFMPEG_SECONDS)
    except FileNotFoundError as error:
        raise Misconfigured("ffmpeg is not installed.", hint="Install Debian's package ffmpeg.") from error
    except subprocess.TimeoutExpired as error:
        raise Misconfigured(f"Making the sample took over {_FFMPEG_SECONDS} s.", hint="Is the machine busy?") from error
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Misconfigured(f"ffmpeg could not make the sample: {words}", hint="See whether its disk is full.")
