"""Excerpts with highlights, transcripts as words with times, and figures in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_web import words
from winnow_web.auth import own_path
from winnow_web.excerpts import LONGEST_EXCERPT, excerpt, pieces, spoken_pieces
from winnow_web.media_page import start_seconds

from .conftest import segment


def marked(text: str, *offsets: tuple[int, int]) -> list[str]:
    return [piece.text for piece in pieces(text, [{"from": a, "to": b} for a, b in offsets]) if piece.marked]


def test_highlights_of_korean_are_whole_syllables() -> None:
    text = "투명 페트병은 라벨을 떼고"
    assert marked(text, (3, 6), (8, 10)) == ["페트병", "라벨"]


def test_highlights_after_astral_characters_are_not_shifted() -> None:
    text = "😀😀 the 𝒔𝒆𝒄𝒐𝒏𝒅 word"
    assert marked(text, (7, 13)) == ["𝒔𝒆𝒄𝒐𝒏𝒅"]


def test_highlights_that_overlap_reverse_or_lie_outside_do_no_harm() -> None:
    assert marked("abcdef", (2, 4), (0, 3), (5, 99), (4, 2), (50, 60)) == ["abc", "d", "f"]


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 450), st.integers(0, 450)), max_size=6))
def test_cutting_loses_no_text(text: str, offsets: list[tuple[int, int]]) -> None:
    marks = [{"from": a, "to": b} for a, b in offsets]
    assert "".join(piece.text for piece in pieces(text, marks)) == text
    shown = "".join(piece.text for piece in excerpt(text, marks))
    assert len(shown) <= LONGEST_EXCERPT + 2
    assert shown.strip("…") in text.strip("…") or shown == text


def test_a_long_text_is_cut_around_its_first_highlight() -> None:
    text = "chaff " * 200 + "grain " + "chaff " * 200
    shown = excerpt(text, [{"from": 1200, "to": 1205}])
    assert [piece.text for piece in shown if piece.marked] == ["grain"]
    assert (shown[0].text, shown[-1].text) == ("…", "…")
    assert shown[1].text.startswith("chaff")


def test_words_keep_their_times_and_the_text_between_them() -> None:
    found = spoken_pieces(segment(0, "Hello, 세계 😀 again", 1000, 5000))
    assert "".join(piece.text for piece in found) == "Hello, 세계 😀 again"
    assert [(piece.text, piece.start_ms) for piece in found if piece.start_ms is not None] == [
        ("Hello,", 1000),
        ("세계", 2000),
        ("😀", 3000),
        ("again", 4000),
    ]


def test_words_that_are_not_in_the_text_leave_it_whole() -> None:
    odd = {"text": "as it was said", "words": [{"text": "else", "start_ms": 0}, {"text": "was", "start_ms": 5}]}
    assert "".join(piece.text for piece in spoken_pieces(odd)) == "as it was said"


@pytest.mark.parametrize(("ms", "shown"), [(0, "0:00"), (83_999, "1:23"), (3_723_004, "1:02:03"), (None, "0:00")])
def test_times_are_minutes_and_seconds(ms: int | None, shown: str) -> None:
    assert words.clock(ms) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 bytes"), (1536, "1.5 KB"), (5 << 30, "5 GB"), (48_300_000, "46 MB")]
)
def test_sizes_are_in_the_largest_unit(count: int, shown: str) -> None:
    assert words.size(count) == shown


@pytest.mark.parametrize(
    ("ms", "shown"), [(None, ""), (4.2, "4 ms"), (412, "0.4 s"), (12_300, "12 s"), (125_000, "2 min 5 s")]
)
def test_time_spent_is_told_as_people_do(ms: int | None, shown: str) -> None:
    assert words.spent(ms) == shown


@pytest.mark.parametrize("elsewhere", ["https://a.example/", "//a.example", "/\\a.example", "/a\r\nb", "", None, "a"])
def test_a_sign_in_never_leads_to_another_host(elsewhere: str | None) -> None:
    assert own_path(elsewhere) == "/"
    assert own_path("/search?q=라벨") == "/search?q=라벨"


@pytest.mark.parametrize("odd", ["nan", "inf", "-3", "x", "", None, "1e999"])
def test_a_start_that_is_no_second_is_the_beginning(odd: str | None) -> None:
    assert start_seconds(odd) == 0
    assert start_seconds("83.2") == 83.2
