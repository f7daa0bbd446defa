"""What is hard to hear costs little more than what is clear, and a second language is heard in its own."""

import os
import subprocess
from pathlib import Path
from typing import Any

import openai
import pytest

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]  # the first one may download the weights
KOREAN = (
    "안녕하세요. 오늘은 분리배출에 대해 말씀드리겠습니다. 페트병은 내용물을 비우고 라벨을 떼어 낸 다음 "
    "뚜껑을 닫아 주세요. 종이 상자는 테이프와 송장을 떼고 접어서 묶어 내놓습니다. "
    "유리병은 깨지지 않게 조심해서 배출합니다. "
)
GERMAN = (
    "Guten Abend, meine Damen und Herren. Heute sprechen wir über die Mülltrennung in unserer Stadt. "
    "Plastikflaschen gehören in die gelbe Tonne, und Papier kommt in die blaue Tonne. "
    "Das Glas kommt in den Container an der Straße. Vielen Dank für Ihre Aufmerksamkeit."
)


def spoken(folder: Path, voice: str, text: str) -> Path:
    path = folder / f"{voice}.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "130", "-w", str(path), text], check=True)
    return path


def joined(folder: Path, name: str, *parts: Path, seconds: float = 600) -> Path:
    inputs = [argument for part in parts for argument in ("-i", str(part))]
    rates = ";".join(f"[{n}]aresample=16000[r{n}]" for n in range(len(parts)))
    chain = f"{rates};{''.join(f'[r{n}]' for n in range(len(parts)))}concat=n={len(parts)}:v=0:a=1"
    path = folder / name
    subprocess.run(
        ["ffmpeg", "-v", "error", *inputs, "-filter_complex", chain, "-t", str(seconds), str(path)], check=True
    )
    return path


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def hear(client: openai.OpenAI, path: Path) -> Any:
    return client.audio.transcriptions.create(model="whisper-base", file=path, response_format="verbose_json")


def test_what_a_minute_that_is_hard_to_hear_costs_is_bounded_by_what_a_clear_one_does(
    running_endpoint: Any, client: openai.OpenAI, clips: list[Path], tmp_path: Path
) -> None:
    clear = joined(tmp_path, "clear.flac", *clips * 3, seconds=62)
    korean = spoken(tmp_path, "ko", KOREAN)
    hard = joined(tmp_path, "hard.flac", *[korean] * 4, seconds=62)
    hear(client, clips[1])  # it is loaded now
    marks = [cpu_seconds(running_endpoint.speech())]
    for path in (clear, hard):
        assert hear(client, path).duration == pytest.approx(62, abs=0.1)
        marks.append(cpu_seconds(running_endpoint.speech()))

    cost_clear, cost_hard = marks[1] - marks[0], marks[2] - marks[1]
    assert cost_hard <= 4 * cost_clear  # it was thirteen times; how many it is, winnow bench folder tells


def test_a_second_language_is_heard_as_itself_and_each_segment_says_its_language(
    client: openai.OpenAI, clips: list[Path], tmp_path: Path
) -> None:
    both = joined(tmp_path, "both.flac", *clips, spoken(tmp_path, "de", GERMAN))

    heard = hear(client, both)

    assert [segment.language for segment in heard.segments][:: len(heard.segments) - 1] == ["en", "de"]
    german = "".join(segment.text for segment in heard.segments if segment.language == "de")
    assert "Papier" in german
    assert "Tonne" in german
    assert heard.language == "en"
    assert 0.5 < heard.language_probability <= 1
