"""Hallucination checks: a phrase repeated over and over, text that compresses too well."""

import zlib
from collections.abc import Sequence

_LONGEST_PHRASE_WORDS = 20
_REPEATS = 4
_FEWEST_WORDS = 8
_LEAST_CHARACTERS = 120
_HIGHEST_RATIO = 2.4
"""The compression ratio above which Whisper's authors regard a decoding as failed."""


def repeats_itself(words: Sequence[str]) -> bool:
    """Whether a phrase of up to 20 words occurs at least four times in a row, with at least eight words in all."""
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
    """Whether the text has far less information than its length suggests, as in a loop with small variations."""
    data = text.encode()
    return len(text) >= _LEAST_CHARACTERS and len(data) / len(zlib.compress(data)) > _HIGHEST_RATIO
