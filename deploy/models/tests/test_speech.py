"""The running endpoint transcribes real speech for a real OpenAI client."""

import re
import subprocess
from pathlib import Path

import openai
import pytest

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]  # the first one may download the weights


def word_errors(said: list[str], heard: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("mr.", "mister").replace("-", " "))


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", *map(str, arguments)], check=True)


@pytest.fixture(scope="session")
def sentences(clips: list[Path]) -> list[tuple[Path, list[str]]]:
    """Each clip, with the words that are read in it."""
    folder = clips[0].parent
    lines = (folder / "transcription").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"<s> (.*) </s> \((.*)\)", line) for line in lines]
    return [(folder / f"{match[2]}.wav", plain(match[1])) for match in found if match]


def test_read_english_is_transcribed_with_at_most_one_word_in_ten_wrong(
    client: openai.OpenAI, sentences: list[tuple[Path, list[str]]], tmp_path: Path
) -> None:
    said = [word for _, words in sentences for word in words]
    joined = tmp_path / "joined.flac"
    inputs = [argument for path, _ in sentences for argument in ("-i", path)]
    ffmpeg(*inputs, "-filter_complex", f"concat=n={len(sentences)}:v=0:a=1", joined)

    answer = client.audio.transcriptions.create(
        model="whisper-base",
        file=joined,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )

    assert answer.language == "en"
    assert answer.words is not None
    assert answer.segments is not None
    starts = [word.start for word in answer.words]
    assert starts == sorted(starts)
    assert answer.words[-1].end <= answer.duration + 0.5
    assert all(0 < word.probability <= 1 for word in answer.words)  # type: ignore[attr-defined]
    assert "".join(word.word for word in answer.words) == answer.text.replace(" ", "")
    assert answer.segments[0].no_speech_prob < 0.5
    assert len(said) > 50
    assert word_errors(said, plain(answer.text)) / len(said) <= 0.10


def test_a_video_is_heard_by_its_sound(
    client: openai.OpenAI, sentences: list[tuple[Path, list[str]]], tmp_path: Path
) -> None:
    path, said = sentences[1]
    video = tmp_path / "clip.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=3", "-i", path, "-c:v", "mpeg4", "-c:a", "aac", video)

    answer = client.audio.transcriptions.create(model="whisper-base", file=video, language="en", response_format="text")

    assert word_errors(said, plain(answer)) <= 1


def test_ten_seconds_of_silence_have_no_text(client: openai.OpenAI, tmp_path: Path) -> None:
    silence = tmp_path / "silence.flac"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "10", silence)

    answer = client.audio.transcriptions.create(model="whisper-base", file=silence, response_format="verbose_json")

    assert answer.text == ""
    assert answer.segments == []
    assert answer.duration == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "unsupported-type"),
        (b"", "unsupported-type"),
        (b"fLaC" + b"\0" * 500, "corrupt-media"),
    ],
    ids=["playlist", "empty", "damaged"],
)
def test_what_is_not_a_recording_is_refused(client: openai.OpenAI, content: bytes, code: str) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        client.audio.transcriptions.create(model="whisper-base", file=("clip.mp4", content))
    assert error.value.code == code


def test_an_upload_over_25_mb_is_refused_with_413(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as error:
        client.audio.transcriptions.create(model="whisper-base", file=("long.wav", bytes(26 * 1024 * 1024)))
    assert error.value.status_code == 413
    assert error.value.code == "file_too_large"


def test_an_unknown_speech_model_is_404(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="whisper-1") as error:
        client.audio.transcriptions.create(model="whisper-1", file=("clip.wav", b"RIFF"))
    assert error.value.code == "model_not_found"


def test_cantonese_is_heard_as_the_chinese_it_was_taught_under(
    client: openai.OpenAI, sentences: list[tuple[Path, list[str]]]
) -> None:
    answer = client.audio.transcriptions.create(
        model="whisper-base", file=sentences[1][0], language="yue", response_format="verbose_json"
    )
    assert answer.language == "zh"


def test_a_language_the_model_does_not_know_is_refused(
    client: openai.OpenAI, sentences: list[tuple[Path, list[str]]]
) -> None:
    with pytest.raises(openai.BadRequestError, match="xx"):
        client.audio.transcriptions.create(model="whisper-base", file=sentences[1][0], language="xx")
