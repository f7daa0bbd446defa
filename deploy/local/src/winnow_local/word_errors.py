"""Word error rate: substitutions, insertions and deletions divided by the number of spoken words."""

import re

_SPOKEN = {"mr": "mister", "mrs": "missis", "dr": "doctor"}
"""Short forms that a transcript may write for what was spoken."""


def plain_words(text: str) -> list[str]:
    """Splits text into lower-case words without punctuation; splits at hyphens and expands short forms."""
    words = re.findall(r"[\w']+", text.lower().replace("-", " "))
    return [_SPOKEN.get(word, word) for word in words]


def word_error_rate(spoken: str, written: str) -> float:
    """The least number of changed, added and dropped words (Levenshtein) divided by the number of spoken words."""
    reference, found = plain_words(spoken), plain_words(written)
    if not reference:
        return float(bool(found))
    row = list(range(len(found) + 1))
    for number, word in enumerate(reference, 1):
        above_left, row[0] = row[0], number
        for place, other in enumerate(found, 1):
            above = row[place]
            row[place] = min(above + 1, row[place - 1] + 1, above_left + (word != other))
            above_left = above
    return row[-1] / len(reference)
