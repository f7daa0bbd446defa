"""Passages: every word once, never over the limits, pauses respected, Korean sentences whole."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_ai.embedding.korean import KiwiSplitter, is_korean
from winnow_ai.embedding.passages import LARGEST_WEIGHT, LONGEST_MS, build_passages, cut_passages, text_weight
from winnow_ai.embedding.sentences import cut_sentences
from winnow_contracts.transcript import Passage, Segment, Transcript, Word


class EveryTenth:
    """A stand-in for Kiwi in tests of packing: a sentence begins at every tenth character."""

    def starts(self, text: str) -> Sequence[int]:
        return range(0, len(text), 10)


def transcript(words: Sequence[Word], language: str = "en") -> Transcript:
    segments = (Segment(text="-", start_ms=0, end_ms=0, words=tuple(words)),) if words else ()
    return Transcript(language=language, duration_ms=10**9, model="speech", segments=segments)


def spoken(*utterances: tuple[int, str], word_ms: int = 300) -> list[Word]:
    """Utterances with the pause before each in milliseconds."""
    words: list[Word] = []
    clock = 0
    for pause_ms, text in utterances:
        clock += pause_ms
        for part in text.split():
            words.append(Word(text=part, start_ms=clock, end_ms=clock + word_ms))
            clock += word_ms
    return words


def passages(words: Sequence[Word], language: str = "en", media_id: str = "med_1") -> tuple[Passage, ...]:
    made = transcript(words, language)
    return build_passages(media_id, made, cut_passages(made, EveryTenth()))


def test_utterances_parted_by_pauses_are_moments_of_their_own() -> None:
    words = spoken(
        (0, "Rinse the plastic bottle and take off its label."),
        (2_000, "Glass jars go into the green container behind the house."),
        (1_600, "Never put batteries into household waste."),
    )
    found = passages(words)
    assert [passage.text.split()[0] for passage in found] == ["Rinse", "Glass", "Never"]
    assert [passage.start_ms for passage in found] == [words[passage.first_word].start_ms for passage in found]


def test_a_few_words_before_a_pause_are_no_passage_of_their_own() -> None:
    found = passages(spoken((0, "So, well."), (2_000, "The label comes off first, then the cap.")))
    assert len(found) == 1


def test_even_a_few_words_stand_alone_before_a_long_silence() -> None:
    assert len(passages(spoken((0, "So, well."), (8_100, "The label comes off first.")))) == 2


def test_a_passage_in_running_speech_repeats_the_sentence_before_it() -> None:
    sentence = "Here is a sentence of exactly nine words today."
    words = spoken(*[(0, f"{number} {sentence}") for number in range(40)], word_ms=100)
    found = passages(words)
    assert len(found) > 1
    for before, after in pairwise(found):
        assert after.first_word < before.last_word
        assert after.text.startswith(f"{before.text.split(sentence)[-2].strip()} {sentence}")


def test_abbreviations_and_numbers_end_no_sentence() -> None:
    words = spoken((0, "Ask Dr. Kim or J. Smith at 3.5 percent. Then go. and on! Yes?"))
    found = cut_sentences(words, EveryTenth())
    assert [" ".join(word.text for word in words[item.first : item.last]) for item in found] == [
        "Ask Dr. Kim or J. Smith at 3.5 percent.",
        "Then go. and on!",
        "Yes?",
    ]


def test_korean_sentences_stay_whole_without_full_stops() -> None:
    text = (
        "안녕하세요 오늘은 분리배출에 대해 알려드릴게요 먼저 투명 페트병은 라벨을 떼고 배출해 주세요 "
        "그 다음에 음식물이 묻은 플라스틱은 씻어서 버려야 돼요"
    )
    words = spoken((0, text))
    found = cut_sentences(words, KiwiSplitter())
    texts = [" ".join(word.text for word in words[item.first : item.last]) for item in found]
    assert texts == [
        "안녕하세요",
        "오늘은 분리배출에 대해 알려드릴게요",
        "먼저 투명 페트병은 라벨을 떼고 배출해 주세요",
        "그 다음에 음식물이 묻은 플라스틱은 씻어서 버려야 돼요",
    ]


def test_korean_passages_hold_about_450_syllables() -> None:
    words = spoken(*[(0, "페트병 라벨을 떼고 배출해 주세요.")] * 60, word_ms=100)
    found = passages(words, "ko")
    assert all(len(passage.text) <= 560 for passage in found)  # spaces and signs weigh less than syllables
    assert max(len(passage.text) for passage in found) > 400


def test_korean_is_told_by_its_letters() -> None:
    assert is_korean("페트병 PET 라벨")
    assert not is_korean("The word 병 means bottle")
    assert not is_korean("123 !")


def test_languages_without_spaces_are_joined_without() -> None:
    assert passages(spoken((0, "瓶 の ラベル を はがす。")), "ja")[0].text == "瓶のラベルをはがす。"


def test_silence_has_no_passages() -> None:
    assert passages([]) == ()


def test_ids_follow_media_range_and_text() -> None:
    words = spoken((0, "The label comes off first, then the cap."))
    (first,) = passages(words)
    assert passages(words)[0].passage_id == first.passage_id
    assert passages(words, media_id="med_2")[0].passage_id != first.passage_id
    moved = [replace(word, start_ms=word.start_ms + 1, end_ms=word.end_ms + 1) for word in words]
    assert passages(moved)[0].passage_id != first.passage_id
    assert passages([*words[:-1], replace(words[-1], text="cup.")])[0].passage_id != first.passage_id


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "word", "end.", "Really?", "페트병", "배출해", "x" * 120, "가" * 90, "Dr.", "끝."]),
        st.sampled_from([0, 0, 0, 80, 900, 1_500, 4_000, 9_000]),
        st.sampled_from([0, 200, 400, 5_000, 31_000]),
    ),
    max_size=150,
)


@given(WORDS, st.sampled_from(["en", "ko", "ja"]))
def test_whatever_is_said_every_word_is_covered_once_and_no_limit_is_passed(
    shapes: list[tuple[str, int, int]], language: str
) -> None:
    words: list[Word] = []
    clock = 0
    for text, pause_ms, length_ms in shapes:
        clock += pause_ms
        words.append(Word(text=text, start_ms=clock, end_ms=clock + length_ms))
        clock += length_ms
    found = passages(words, language)

    covered = 0
    for passage in found:
        assert passage.first_word <= covered < passage.last_word
        covered = passage.last_word
        inside = words[passage.first_word : passage.last_word]
        assert ("" if language == "ja" else " ").join(word.text for word in inside) == passage.text
        assert (passage.start_ms, passage.end_ms) == (inside[0].start_ms, inside[-1].end_ms)
        assert all(after.start_ms - before.end_ms <= 8_000 for before, after in pairwise(inside))
        if len(inside) > 1:
            assert text_weight(passage.text) <= LARGEST_WEIGHT
            assert passage.end_ms - passage.start_ms <= LONGEST_MS
    assert covered == len(words)
    assert [passage.start_ms for passage in found] == sorted(passage.start_ms for passage in found)
    assert len({passage.passage_id for passage in found}) == len(found)
    assert found == passages(words, language)


@pytest.mark.parametrize("pause_ms", [0, 1_500])
def test_overlap_ends_where_a_pause_begins_a_passage(pause_ms: int) -> None:
    sentence = "This is one of the many sentences of the speech."
    words = spoken(*[(0, sentence)] * 12, (pause_ms, sentence), *[(0, sentence)] * 12, word_ms=100)
    overlaps = [after.first_word < before.last_word for before, after in pairwise(passages(words))]
    assert overlaps[0] is (pause_ms == 0)
