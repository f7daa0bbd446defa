"""Hallucination checks: a phrase repeated over and over, text that compresses too well."""

import zlib
from collections.abc import Sequence

_LONGEST_PHRASE_WORDS = 20
_REPEATS = 4
_FEWEST_WORDS = 8
_LEAST_CHARACTERS = 120
_HIGHEST_RATIO = 2.4
"""The ratio above which Whisper's authors call a decoding failed."""


def repeats_itself(words: Sequence[str]) -> bool:
    """Whether a phrase of up to 20 words comes four times or more in a row, and makes up at least eight words."""
    folded = [word.casefold().strip(".,!?…。！？") for word in words]
    for size in range(1, _LONGEST_PHRASE_WORDS + 1):
        needed = max(size * (_REPEATS - 1), _FEWEST_WORDS - size)
        run = 0
        for index in range(size, len(folded)):
            run = run + 1 if folded[index] == folded[index - size] else 0
            if run >= needed:
                return True
    return False


def compresses_too_well(text: str) -> bool:
    """Whether the text holds far less than its length: a loop that no exact repetition shows."""
    data = text.encode()
    return len(text) >= _LEAST_CHARACTERS and len(data) / len(zlib.compress(data)) > _HIGHEST_RATIO
