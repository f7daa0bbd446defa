import pytest

from winnow_local.word_errors import word_error_rate


@pytest.mark.parametrize(
    ("spoken", "written", "rate"),
    [
        ("and mister john dashwood", "And Mr. John Dashwood,", 0),
        ("he was not an ill disposed man", "He was not an ill-disposed man.", 0),
        ("one two three four", "one too three four", 0.25),
        ("one two three four", "one two four", 0.25),
        ("one two three four", "one two and three four", 0.25),
        ("one two", "", 1),
        ("", "", 0),
        ("", "words", 1),
    ],
)
def test_word_errors_count_changed_added_and_dropped_words(spoken: str, written: str, rate: float) -> None:
    assert word_error_rate(spoken, written) == rate
