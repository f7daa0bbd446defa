from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_captions import writing
from winnow_captions.errors import WrongCaptions
from winnow_captions.reading import MOST_BYTES, read_captions
from winnow_contracts.captions import Captions, Cue

VTT = """WEBVTT - a talk
Kind: captions
Language: ko-KR

STYLE
::cue { color: red }

NOTE
Not shown,
on two lines

first
00:01.000 --> 00:02.500 align:start position:0%
<v Ann>Rock &amp; <c.red>roll</c>, <00:00:02.000>&lt;b&gt;</v>
second line

00:00:03.000 --> 00:00:04.000
Bye
"""

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>R&amp;D</i> {\\an8}is <font color="red">red</font>\\Nif a < b

after an empty line

2
0:0:3.5 --> 0:0:4,000 X1:10
Bye
3
00:00:05,000 --> 00:00:06,000
no empty line before
"""


def cues(text: str | bytes, name: str = "talk.srt") -> list[tuple[int, int, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in read_captions(data, name).cues]


def srt(*timed: tuple[int, int, str]) -> str:
    return "\n".join(
        f"{n}\n00:00:{start // 1000:02d},{start % 1000:03d} --> 00:00:{end // 1000:02d},{end % 1000:03d}\n{text}\n"
        for n, (start, end, text) in enumerate(timed, 1)
    )


def test_webvtt_gives_what_players_show() -> None:
    assert cues(VTT, "talk.vtt") == [(1000, 2500, "Rock & roll, <b> second line"), (3000, 4000, "Bye")]


def test_subrip_gives_what_players_show() -> None:
    assert cues(SRT) == [
        (1000, 2500, "R&D is red if a < b after an empty line"),
        (3500, 4000, "Bye"),
        (5000, 6000, "no empty line before"),
    ]


@pytest.mark.parametrize(
    ("name", "asked", "text", "language"),
    [
        ("talk.en.vtt", "fr", VTT, "en"),
        ("talk.pt-BR.srt", None, SRT, "pt"),
        ("talk.vtt", "fr", VTT, "fr"),
        ("talk.vtt", None, VTT, "ko"),
        ("talk.v2.srt", None, SRT, "und"),
        ("talk.srt", None, srt((0, 1, "안녕하세요 여러분")), "ko"),
        ("talk.srt", None, srt((0, 1, "これは日本語です")), "ja"),
        ("talk.srt", None, srt((0, 1, "中文字幕")), "zh"),
    ],
)
def test_the_language_is_the_names_the_askers_the_headers_or_the_scripts(
    name: str, asked: str | None, text: str, language: str
) -> None:
    assert read_captions(text.encode(), name, asked).language == language


KOREAN = srt((0, 1000, "안녕하세요"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
def test_subrip_is_read_in_the_encodings_that_programs_write(encoding: str) -> None:
    assert cues(KOREAN.replace("\n", "\r\n").encode(encoding)) == [(0, 1000, "안녕하세요")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_three_ways(end: str) -> None:
    assert cues(VTT.replace("\n", end), "a.vtt") == cues(VTT, "a.vtt")


@pytest.mark.parametrize(
    ("data", "name", "code", "line"),
    [
        (b"", "a.vtt", "empty-file", 0),
        (b"x" * (MOST_BYTES + 1), "a.srt", "too-large", 0),
        (b"hello", "a.txt", "unsupported-type", 0),
        (b"hello", "a.vtt", "invalid-captions", 1),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\nhi", "a.vtt", "invalid-captions", 1),
        (b"WEBVTT\n\nNOTE nothing else", "a.vtt", "invalid-captions", 0),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n\nstray", "a.vtt", "invalid-captions", 6),
        (b"\n\nhello\n", "a.srt", "invalid-captions", 3),
        (b"1\n00:00:01,000 -> 00:00:02,000\nhi", "a.srt", "invalid-captions", 1),
        (b"1\n00:00:01,000 --> soon\nhi", "a.srt", "invalid-captions", 2),
        (b"1\n00:60:01,000 --> 00:61:02,000\nhi", "a.srt", "invalid-captions", 2),
        (b"1\n00:00:02,000 --> 00:00:01,000\nhi", "a.srt", "invalid-captions", 2),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"x" * 2001, "a.srt", "invalid-captions", 3),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + (b"x" * 1900 + b"\n") * 3, "a.srt", "invalid-captions", 2),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\xff\xfd\n", "a.srt", "invalid-captions", 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n안녕".encode("cp949"), "a.vtt", "invalid-captions", 4),
        (b"00:01.000 --> 00:02.000\nhi\n" * 50_001, "a.srt", "invalid-captions", 100_001),
    ],
)  # fmt: skip
def test_wrong_captions_are_refused_with_their_line(data: bytes, name: str, code: str, line: int) -> None:
    with pytest.raises(WrongCaptions) as refused:
        read_captions(data, name)
    assert (refused.value.code, refused.value.line) == (code, line)


@pytest.mark.parametrize(
    "text", [srt((0, 1_000, "a\n" * 101)), srt(*[(0, 1_000, f"line {number}") for number in range(1_000)])]
)
def test_what_would_take_long_to_compare_or_join_is_refused(text: str) -> None:
    with pytest.raises(WrongCaptions, match="more than"):
        cues(text)


def test_cues_are_put_in_order_and_none_reaches_into_the_next() -> None:
    text = srt((5000, 9000, "third"), (0, 4000, "first"), (3000, 5000, "second"), (3000, 6000, "beside"))
    assert cues(text) == [(0, 3000, "first"), (3000, 5000, "second beside"), (5000, 9000, "third")]


def test_captions_that_scroll_say_each_line_once() -> None:
    text = srt(
        (0, 2000, "one"),
        (2000, 2010, "one"),
        (2010, 4000, "one\ntwo"),
        (4000, 4010, "two"),
        (4010, 6000, "two\nthree"),
    )
    assert [said for _, _, said in cues(text)] == ["one", "two", "three"]


def test_who_says_something_twice_is_heard_twice() -> None:
    text = srt((0, 1000, "No."), (1000, 2000, "No."), (5000, 6000, "No.\nYes."))
    assert [said for _, _, said in cues(text)] == ["No.", "No.", "No. Yes."]


SPOKEN = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(100, 5000), st.text(max_size=60).map("a {} b".format)),
    min_size=1,
    max_size=6,
)


@given(SPOKEN)
def test_what_winnow_writes_it_reads_again(spoken: list[tuple[int, int, str]]) -> None:
    at, segments = 0, []
    for pause, length, text in spoken:
        at += pause + 100
        segments.append({"text": text, "start_ms": at, "end_ms": at + length})
        at += length
    for form, name in ((writing.vtt, "a.vtt"), (writing.srt, "a.srt")):
        first = form({"segments": segments})
        read = read_captions(first.encode(), name)
        again = form(_transcript(read))
        assert read_captions(again.encode(), name) == read


def _transcript(captions: Captions) -> dict[str, Any]:
    return {"segments": [{"text": cue.text, "start_ms": cue.start_ms, "end_ms": cue.end_ms} for cue in captions.cues]}


@given(st.binary(max_size=300), st.sampled_from(["a.vtt", "a.srt"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    for start in (b"", b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"1\n00:00:01,000 --> 00:00:02,000\n"):
        try:
            found = read_captions(start + data, name)
        except WrongCaptions:
            continue
        assert all(cue.text and cue.start_ms <= cue.end_ms for cue in found.cues)
        assert all(a.end_ms <= b.start_ms for a, b in zip(found.cues, found.cues[1:], strict=False))


def test_a_cue_is_a_value() -> None:
    assert read_captions(srt((0, 1000, "hi")).encode(), "a.en.srt") == Captions(
        language="en", cues=(Cue(start_ms=0, end_ms=1000, text="hi"),)
    )
