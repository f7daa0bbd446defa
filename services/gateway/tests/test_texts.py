import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_gateway.api import captions
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.filenames import clean_filename, title_of

from .index_answers import TRANSCRIPT


def test_vtt_escapes_what_was_said_and_has_no_empty_cue() -> None:
    assert captions.vtt(TRANSCRIPT) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nHello &amp; &lt;b&gt;welcome&lt;/b&gt; --&gt; all\n\n"
        "01:02:03.004 --> 01:02:03.005\ntwo 00:00 --&gt; lines\n"
    )


def test_srt_numbers_its_cues() -> None:
    assert captions.srt(TRANSCRIPT) == (
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


@pytest.mark.parametrize("form", [captions.srt, captions.vtt])
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
    assert said in captions.srt({"segments": [{"text": said, "start_ms": 0, "end_ms": 1}]})


def test_plain_text_is_as_it_was_said() -> None:
    assert captions.txt(TRANSCRIPT) == "Hello & <b>welcome</b> --> all\ntwo 00:00 --> lines\n"


def test_silence_is_a_sound_vtt_file() -> None:
    assert captions.vtt({"segments": []}) == "WEBVTT\n"
    assert captions.srt({"segments": []}) == ""


@given(st.lists(st.text(), max_size=5))
def test_no_spoken_text_can_forge_a_cue(texts: list[str]) -> None:
    segments = [{"text": text, "start_ms": n, "end_ms": n + 1} for n, text in enumerate(texts)]
    told = len(captions.txt({"segments": segments}).splitlines())
    for text in (captions.vtt({"segments": segments}), captions.srt({"segments": segments})):
        assert text.count("-->") == told
        assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("talk.mp4", "talk.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\x.mov", "x.mov"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("\u202egpj.mp4", "gpj.mp4"),
        ("e\u0301.mp4", "\u00e9.mp4"),
        ("-i evil.mp4", "-i evil.mp4"),
        ("x" * 4096, "x" * 255),
        ("x" * 300 + ".wav", "x" * 251 + ".wav"),
        ("회의록" * 90 + ".WEBM", "회의록" * 83 + "회" + ".WEBM"),
        ("a b " * 80 + ".m2ts", ("a b " * 80)[:250].strip() + ".m2ts"),
        ("x" * 251 + ".wav", "x" * 251 + ".wav"),
        ("x" * 252 + ".wav", "x" * 251 + ".wav"),
        ("talk." + "x" * 300, "talk." + "x" * 250),
        ("Dr. " + "Smith " * 60, ("Dr. " + "Smith " * 60)[:255].strip()),
        (".wav" * 100, ".wav" * 62 + ".wa" + ".wav"),
    ],
)
def test_a_file_name_is_kept_as_harmless_text(given_name: str, kept: str) -> None:
    assert clean_filename(given_name) == kept


@given(st.text())
def test_any_name_is_cleaned_or_refused(text: str) -> None:
    try:
        name = clean_filename(text)
    except FieldError:
        return
    assert 0 < len(name) <= 255
    assert not any(ord(character) < 32 for character in name)
    assert title_of(name)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("a.b.mp4", "a.b"),
        ("noext", "noext"),
        (".hidden", ".hidden"),
        (".mp4", ".mp4"),
        ("CLIP.M2TS", "CLIP"),
        ("Dr. Smith v1.2", "Dr. Smith v1.2"),
        ("Dr. Smith v1.2.mp4", "Dr. Smith v1.2"),
        ("Mr.Smith", "Mr.Smith"),
        ("회의 2026.11.28", "회의 2026.11.28"),
        ("www.example.com", "www.example.com"),
        ("Really...", "Really..."),
        ("bottle.HEIC", "bottle"),
    ],
)
def test_a_title_is_the_name_without_its_extension(name: str, title: str) -> None:
    assert title_of(name) == title
