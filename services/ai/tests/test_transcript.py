"""Joining answers: whatever times a model gives, a transcript's are in order and inside the recording."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_ai.languages import language_code
from winnow_ai.llm.speech_response import SpeechResponse, SpeechSegment, SpeechWord
from winnow_ai.transcription.alignment import Token
from winnow_ai.transcription.audio_chunks import AudioChunk
from winnow_ai.transcription.hallucination import compresses_too_well, repeats_itself
from winnow_ai.transcription.times import repair_times
from winnow_ai.transcription.transcript import INTERPOLATED, REPAIRED, REPEATED, join_chunks
from winnow_contracts.transcript import Transcript

PIECE = AudioChunk(n=1, start_ms=10_000, end_ms=20_000, silent=False)


def heard(words: list[tuple[str, Any, Any]], text: str | None = None, language: str = "en") -> SpeechResponse:
    line = text if text is not None else " ".join(word for word, _, _ in words)
    return SpeechResponse(
        language=language,
        segments=(SpeechSegment(text=line, start=0.0, end=10.0),),
        words=tuple(SpeechWord(text=word, start=start, end=end) for word, start, end in words),
    )


def join(*answers: SpeechResponse, language: str | None = None) -> Transcript:
    pieces = [
        AudioChunk(n=n, start_ms=10_000 * n, end_ms=10_000 * (n + 1), silent=False)
        for n, _ in enumerate(answers, start=1)
    ]
    return join_chunks(
        zip(pieces, answers, strict=True), duration_ms=10_000 * (len(answers) + 1), model="speech", language=language
    )


def spans(transcript: Transcript) -> list[tuple[int, int]]:
    return [(word.start_ms, word.end_ms) for word in transcript.words]


def test_times_are_moved_by_the_pieces_start() -> None:
    transcript = join(heard([("one", 1.0, 1.5)]), heard([("two", 0.25, 0.5)]))
    assert spans(transcript) == [(11_000, 11_500), (20_250, 20_500)]
    assert [segment.start_ms for segment in transcript.segments] == [11_000, 20_250]
    assert transcript.warnings == ()


def test_one_wild_time_costs_one_time() -> None:
    transcript = join(heard([("a", 1, 1.2), ("b", 9, 9.2), ("c", 2, 2.2), ("d", 3, 3.2)]))
    assert spans(transcript)[0] == (11_000, 11_200)
    assert spans(transcript)[2:] == [(12_000, 12_200), (13_000, 13_200)]
    assert 11_200 <= transcript.words[1].start_ms <= 12_000
    assert transcript.warnings == (REPAIRED,)


@pytest.mark.parametrize("wild", [-50.0, 9_999.0, None])
def test_times_out_of_the_piece_and_missing_ones_are_estimated_and_flagged(wild: float | None) -> None:
    transcript = join(heard([("a", 1, 1.2), ("b", wild, wild), ("c", 2, 2.2)]))
    assert 11_200 <= transcript.words[1].start_ms <= transcript.words[1].end_ms <= 12_000
    assert transcript.warnings == (REPAIRED,)


def test_a_hair_past_the_end_is_clamped_in_silence() -> None:
    transcript = join(heard([("a", -0.02, 0.5), ("b", 9.9, 10.4)]))
    assert spans(transcript) == [(10_000, 10_500), (19_900, 20_000)]
    assert transcript.warnings == ()


def test_without_word_times_words_are_spread_over_their_segment() -> None:
    answer = SpeechResponse(
        language="en", segments=(SpeechSegment(text="aaa bbb ccc ddd", start=2.0, end=6.0),), words=()
    )
    transcript = join(answer)
    assert spans(transcript) == [(12_000, 13_000), (13_000, 14_000), (14_000, 15_000), (15_000, 16_000)]
    assert transcript.warnings == (INTERPOLATED,)


def test_words_take_the_punctuation_of_their_segment() -> None:
    words = [("hello", 0, 1), ("world", 1, 2), ("she", 3, 4), ("said", 4, 5)]
    transcript = join(heard(words, text='"Hello, world!" she said.'))
    assert [word.text for word in transcript.words] == ['"Hello,', 'world!"', "she", "said."]


def test_a_word_that_the_model_cut_in_two_is_one_word() -> None:
    words = [("a", 0, 0.5), ("cold", 1, 2), ("-hearted,", 2, 3), ("man", 4, 5), (".", 5, 6)]
    transcript = join(heard(words, text="A cold-hearted, man."))
    assert [word.text for word in transcript.words] == ["A", "cold-hearted,", "man."]
    assert spans(transcript) == [(10_000, 10_500), (11_000, 13_000), (14_000, 16_000)]


def test_where_no_spaces_are_written_words_stay_apart() -> None:
    transcript = join(heard([("瓶", 0, 1), ("の", 1, 2), ("ラベル", 2, 3)], text="瓶のラベル。", language="ja"))
    assert [word.text for word in transcript.words] == ["瓶", "の", "ラベル。"]


def test_words_that_are_not_in_the_text_stay_as_answered() -> None:
    transcript = join(heard([("ten", 0, 1), ("euros", 1, 2)], text="10 €"))
    assert [word.text for word in transcript.words] == ["ten", "euros"]


def test_words_go_to_the_segment_that_says_them() -> None:
    answer = SpeechResponse(
        language="en",
        segments=(SpeechSegment(text="the end.", start=0, end=2), SpeechSegment(text="The next.", start=2, end=4)),
        words=tuple(
            SpeechWord(text=text, start=n, end=n + 0.5) for n, text in enumerate(("the", "end", "The", "next"))
        ),
    )
    assert [[word.text for word in segment.words] for segment in join(answer).segments] == [
        ["the", "end."],
        ["The", "next."],
    ]


def test_text_is_composed_unicode() -> None:
    transcript = join(heard([("페트병", 0, 1)], language="ko"))
    assert transcript.words[0].text == "페트병"
    assert transcript.segments[0].text == "페트병"


def test_the_language_is_the_one_most_was_heard_in_unless_chosen() -> None:
    answers = (heard([("ja", 0, 1)], language="de"), heard([("a longer text", 0, 1)], language="en"))
    assert join(*answers).language == "en"
    assert join(*answers, language="ko").language == "ko"
    assert join().language == "und"


def test_language_names_and_codes_are_one() -> None:
    assert [language_code(name) for name in ("english", "Korean", "ko", "EN-us", "chinese", "", "klingon!")] == [
        *("en", "ko", "ko", "en", "zh"),
        *("und", "und"),
    ]


def test_a_model_that_runs_in_circles_is_flagged() -> None:
    words = [(word, n * 0.1, n * 0.1 + 0.1) for n, word in enumerate(["thank", "you", "for", "watching"] * 6)]
    assert join(heard(words)).warnings == (REPEATED,)
    assert repeats_itself(["no"] * 9)
    assert not repeats_itself(["no", "no", "no", "please", "do", "not", "put", "that", "in", "there"])
    assert compresses_too_well("like and subscribe, " * 20)
    assert not compresses_too_well("Rinse the bottle, take off the label, and put the cap back on." * 1)


TIMES = st.one_of(st.none(), st.integers(-5_000, 30_000))


@given(st.lists(st.tuples(TIMES, TIMES, st.text("ab", min_size=1, max_size=9)), max_size=40), st.integers(0, 15_000))
def test_any_times_become_times_in_order_inside_the_piece(
    given_times: list[tuple[int | None, int | None, str]], length: int
) -> None:
    tokens = [Token(text=text, start_ms=start, end_ms=end, confidence=1) for start, end, text in given_times]
    repaired, _ = repair_times(tokens, 2_000, 2_000 + length)
    flat = [time for token in repaired for time in (token.start_ms, token.end_ms)]
    assert [token.text for token in repaired] == [token.text for token in tokens]
    assert all(time is not None and 2_000 <= time <= 2_000 + length for time in flat)
    assert flat == sorted(flat, key=lambda time: time or 0)


@given(st.lists(st.integers(2_000, 12_000), max_size=30))
def test_good_times_stay_as_they_are(edges: list[int]) -> None:
    ordered = sorted(edges)
    tokens = [
        Token(text="w", start_ms=start, end_ms=end, confidence=1)
        for start, end in zip(ordered[0::2], ordered[1::2], strict=False)
    ]
    assert repair_times(tokens, 2_000, 12_000) == (tuple(tokens), False)


def spoken(*parts: tuple[str, str]) -> SpeechResponse:
    segments = tuple(
        SpeechSegment(text=text, start=float(n), end=n + 1.0, language=code) for n, (text, code) in enumerate(parts)
    )
    return SpeechResponse(language="en", segments=segments, words=())


ENGLISH = "The committee agreed that the bridge needs new railings before the winter comes again."
GERMAN = "Die Brücke braucht vor dem Winter ein neues Geländer, sagt der Ausschuss heute."


def test_a_second_language_in_a_good_part_of_the_text_is_warned_of() -> None:
    mixed = join(spoken((ENGLISH, "en"), (GERMAN, "de"), (ENGLISH, "en")))
    assert (mixed.language, [w for w in mixed.warnings if "mixed" in w]) == ("en", ["languages-mixed de"])


@pytest.mark.parametrize("parts", [[(ENGLISH, "en")], [(ENGLISH, "en"), ("Guten Tag", "de")], [(ENGLISH, "")]])
def test_one_language_or_a_few_words_of_another_are_none(parts: list[tuple[str, str]]) -> None:
    assert not [warning for warning in join(spoken(*parts)).warnings if "mixed" in warning]


def test_a_language_that_the_user_chose_is_not_doubted() -> None:
    assert not [w for w in join(spoken((ENGLISH, "en"), (GERMAN, "de")), language="en").warnings if "mixed" in w]
