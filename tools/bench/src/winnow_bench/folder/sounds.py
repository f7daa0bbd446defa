"""Makes a realistic folder: ten recordings of two to five minutes, and five with little or nothing to hear."""

import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_local.sample import clip_files

_ENGLISH = (
    "Rinse the bottle with a little water before you put it into the blue bin.",
    "The meeting begins at nine, and we will talk about the budget for the spring.",
    "Nobody knew why the lighthouse had been dark for three nights.",
    "Fold the cardboard flat, tie it with string, and leave it by the door on Tuesday.",
    "She kept the letters in a tin box under the stairs for forty years.",
    "The committee agreed that the bridge needs new railings before the winter.",
    "Batteries must never go into the household waste; the shop takes them back.",
    "A warm wind came down from the hills and the snow was gone by noon.",
    "Please write your name on the list if you want to come along to the museum.",
    "The second part of the lecture deals with rivers and how they move their beds.",
    "He counted the sheep twice and came to a different number each time.",
    "Old paint is collected on the first Saturday of every month, behind the town hall.",
)
_KOREAN = (
    "오늘은 재활용에 대하여 이야기하겠습니다.",
    "페트병은 라벨을 떼고 물로 헹군 다음에 버려 주세요.",
    "종이 상자는 테이프를 떼고 접어서 내놓습니다.",
    "회의는 아홉 시에 시작하고 봄 예산을 다룹니다.",
    "등대가 사흘 동안 어두웠던 까닭을 아무도 몰랐습니다.",
    "건전지는 일반 쓰레기에 넣지 말고 가게에 돌려주세요.",
    "산에서 따뜻한 바람이 불어와 낮에는 눈이 다 녹았습니다.",
    "박물관에 함께 가고 싶은 분은 이름을 적어 주세요.",
)
_PIPE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How one recording is made: speaker, length, container."""

    name: str
    voice: str
    seconds: int
    suffix: str


_SPEECH = (
    Kind(name="01-reading", voice="librivox", seconds=300, suffix=".mp4"),
    Kind(name="02-talk", voice="en-us", seconds=290, suffix=".mp3"),
    Kind(name="03-reading", voice="librivox", seconds=280, suffix=".wav"),
    Kind(name="04-meeting", voice="en-gb", seconds=270, suffix=".m4a"),
    Kind(name="05-lecture", voice="ko", seconds=150, suffix=".flac"),
    Kind(name="06-reading", voice="librivox", seconds=260, suffix=".ogg"),
    Kind(name="07-talk", voice="en-us", seconds=240, suffix=".mkv"),
    Kind(name="08-reading", voice="librivox", seconds=250, suffix=".mp3"),
    Kind(name="09-meeting", voice="en-gb", seconds=220, suffix=".wav"),
    Kind(name="10-reading", voice="librivox", seconds=240, suffix=".mp4"),
)
_SOUNDS = {
    "11-noise.wav": "anoisesrc=color=pink:amplitude=0.3:duration=40",
    "12-hum.wav": "sine=frequency=50:duration=40",
    "13-chord.wav": "aevalsrc=0.2*sin(2*PI*262*t)+0.2*sin(2*PI*330*t)+0.2*sin(2*PI*392*t):d=40",
    "14-silence.wav": "anullsrc=r=16000:cl=mono:d=40",
}
_HARD = Kind(name="15-hard-to-hear", voice="ko", seconds=62, suffix=".wav")
SILENT = frozenset(_SOUNDS)
"""Files in which nobody speaks."""


def make_folder(folder: Path, seed: int) -> list[Path]:
    """Makes the files that are missing; another ``seed`` orders the sentences differently.

    Raises Misconfigured if ffmpeg, espeak-ng or the LibriVox clips are missing.
    """
    for program in ("ffmpeg", "espeak-ng"):
        if shutil.which(program) is None:
            raise Misconfigured(f"{program} is not installed.", hint=f"apt-get install {program}")
    folder.mkdir(parents=True, exist_ok=True)
    files = [_speech(folder, kind, seed) for kind in _SPEECH]
    for name, source in _SOUNDS.items():
        files.append(folder / name)
        if not files[-1].exists():
            _ffmpeg("-f", "lavfi", "-i", source, "-ar", "16000", "-ac", "1", str(files[-1]))
    return [*files, _speech(folder, _HARD, seed)]


def _speech(folder: Path, kind: Kind, seed: int) -> Path:
    file = folder / (kind.name + kind.suffix)
    if file.exists():
        return file
    order = random.Random(f"{seed} {kind.name}")  # noqa: S311 - the same seed gives the same folder
    sound = folder / f"{kind.name}.sound.wav"
    if kind.voice == "librivox":
        _join_clips(folder, sound, order, kind.seconds)
    else:
        _speak(sound, order, kind)
    fresh = file.with_name(f"fresh-{file.name}")
    video = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=5"] if kind.suffix in (".mp4", ".mkv") else []
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-shortest"] if video else []
    _ffmpeg("-i", str(sound), *video, *codec, "-t", str(kind.seconds), str(fresh))
    sound.unlink()
    fresh.replace(file)
    return file


def _join_clips(folder: Path, target: Path, order: random.Random, seconds: int) -> None:
    clips = clip_files()
    listed = folder / f"{target.stem}.txt"
    # A clip lasts four seconds or more; an excess of clips is cut off.
    chosen = [clip for _ in range(seconds // (4 * len(clips)) + 2) for clip in order.sample(clips, len(clips))]
    listed.write_text("".join(f"file '{clip}'\n" for clip in chosen), encoding="utf-8")
    _ffmpeg("-f", "concat", "-safe", "0", "-i", str(listed), str(target))
    listed.unlink()


def _speak(target: Path, order: random.Random, kind: Kind) -> None:
    sentences = _KOREAN if kind.voice == "ko" else _ENGLISH
    # A sentence lasts about four seconds; an excess of sentences is cut off.
    text = "\n".join(order.choice(sentences) for _ in range(kind.seconds // 2))
    command = ["espeak-ng", "-v", kind.voice, "-s", "150", "-w", str(target)]
    subprocess.run(command, input=text.encode(), check=True, timeout=_PIPE_SECONDS)


def _ffmpeg(*arguments: str) -> None:
    command: Sequence[str] = ("ffmpeg", "-nostdin", "-v", "error", "-y", *arguments)
    subprocess.run(command, check=True, timeout=_PIPE_SECONDS)
