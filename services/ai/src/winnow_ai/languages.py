"""Maps names of languages to ISO 639-1 codes, because some endpoints answer ``english`` and others ``en``."""

import re

from winnow_contracts.languages import SPEECH_LANGUAGES

UNKNOWN = "und"
"""ISO 639-2 code for an undetermined language."""

_CODE_OF = {name: code for code, name in SPEECH_LANGUAGES.items()}

_UNSPACED = frozenset(("zh", "yue", "ja", "th", "lo", "my", "km", "bo"))
"""Languages written without spaces between words."""


def language_code(name: str) -> str:
    """The code for a name or a code; ``und`` if ``name`` is neither."""
    folded = name.strip().lower()
    if folded in _CODE_OF:
        return _CODE_OF[folded]
    code = re.split("[-_]", folded)[0]
    return code if re.fullmatch("[a-z]{2,3}", code) else UNKNOWN


def word_gap(language: str) -> str:
    """The text between two words in this language: a space, or nothing."""
    return "" if language in _UNSPACED else " "
