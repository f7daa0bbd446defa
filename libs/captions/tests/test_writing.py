import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_captions import writing

TRANSCRIPT: dict[str, Any] = {
    "segments": [
        {"text": "Hello & <b>welcome</b> --> all", "start_ms": 0, "end_ms": 1500},
        {"text": " \n\n ", "start_ms": 1500, "end_ms": 1600},
        {"text": "two\n\n00:00 --> lines", "start_ms": 3_723_004, "end_ms": 3_723_004},
    ]
}


def test_vtt_escapes_what_was_said_and_has_no_empty_cue() -> None:
    assert writing.vtt(TRANSCRIPT) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nHello &amp; &lt;b&gt;welcome&lt;/b&gt; --&gt; all\n\n"
        "01:02:03.004 --> 01:02:03.005\ntwo 00:00 --&gt; lines\n"
    )


def test_srt_numbers_its_cues() -> None:
    assert writing.srt(TRANSCRIPT) == (
        "1\n00:00:00,000 --> 00:00:01,500\nHello & <\u2060b>welcome<\u2060/b> --\u2060> all\n\n"
        "2\n01:02:03,004 --> 01:02:03,005\ntwo 00:00 --\u2060> lines\n"
    )


SAID = [
    "AT&T does R&D --> if a < b > c",
    "&amp; &lt; Q&A, 3 < 4",
    "<b>bold</b> < i >x</ i> <font color=red>red</font> x<br>y",
    "00:00:01,000 --> 00:00:02,000",
    "C:\\New \\h {\\an8}top",
    "one\r\n\r\n2\rtwo\n\n\nthree\u2028four\x85five",
    "bell\x07 and \x1b[31mred",
]
SHOWN = [*SAID[:5], "one 2 two three four five", "bell and [31mred"]


@pytest.mark.parametrize("form", [writing.srt, writing.vtt])
def test_a_player_shows_what_was_said(tmp_path: Path, form: Callable[[dict[str, Any]], str]) -> None:
    file = tmp_path / f"a.{form.__name__}"
    segments = [{"text": text, "start_ms": n * 1000, "end_ms": n * 1000 + 900} for n, text in enumerate(SAID)]
    file.write_text(form({"segments": segments}), encoding="utf-8", newline="")
    command = ("ffmpeg", "-v", "error", "-i", str(file), "-f", "ass", "pipe:1")
    ass = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    shown = [line.split(",,", 2)[-1] for line in ass.splitlines() if line.startswith("Dialogue")]
    # ASS itself quotes braces, and the word joiner is invisible.
    assert [line.replace("\u2060", "").replace("\\{", "{").replace("\\}", "}") for line in shown] == SHOWN


def test_only_what_would_be_markup_is_changed_in_srt() -> None:
    said = '5 < 7, R&D, "quoted", -> and – > and > here, 1<2'
    assert said in writing.srt({"segments": [{"text": said, "start_ms": 0, "end_ms": 1}]})


def test_plain_text_is_as_it_was_said() -> None:
    assert writing.txt(TRANSCRIPT) == "Hello & <b>welcome</b> --> all\ntwo 00:00 --> lines\n"


def test_silence_is_a_sound_vtt_file() -> None:
    assert writing.vtt({"segments": []}) == "WEBVTT\n"
    assert writing.srt({"segments": []}) == ""


@given(st.lists(st.text(), max_size=5))
def test_no_spoken_text_can_forge_a_cue(texts: list[str]) -> None:
    segments = [{"text": text, "start_ms": n, "end_ms": n + 1} for n, text in enumerate(texts)]
    told = len(writing.txt({"segments": segments}).splitlines())
    for text in (writing.vtt({"segments": segments}), writing.srt({"segments": segments})):
        assert text.count("-->") == told
        assert "\n\n\n" not in text
