from faster_whisper.tokenizer import _LANGUAGE_CODES

from winnow_contracts.languages import SPEECH_LANGUAGES


def test_the_languages_that_can_be_asked_for_are_those_of_the_model() -> None:
    assert set(SPEECH_LANGUAGES) == set(_LANGUAGE_CODES)
