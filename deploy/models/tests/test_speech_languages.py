from faster_whisper.tokenizer import _LANGUAGE_CODES

from winnow_contracts.languages import SPEECH_LANGUAGES
from winnow_models.speech_languages import HEARD_AS, LANGUAGES


def test_the_languages_that_can_be_asked_for_are_those_of_the_family_of_models() -> None:
    assert set(SPEECH_LANGUAGES) == set(_LANGUAGE_CODES)


def test_the_local_model_takes_every_language_that_can_be_asked_for() -> None:
    assert {HEARD_AS.get(code, code) for code in SPEECH_LANGUAGES} == set(LANGUAGES)
