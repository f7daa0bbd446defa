"""Splits Korean text into sentences with Kiwi, because speech models write Korean without full stops."""

import threading
from collections.abc import Sequence
from typing import Protocol


class SentenceSplitter(Protocol):
    """Finds sentences in texts of one language."""

    def starts(self, text: str) -> Sequence[int]:
        """The offsets at which sentences begin."""


class KiwiSplitter:
    """Kiwi's sentence splitter, loaded with the first Korean text: that takes a second or two and some 500 MB."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kiwi: SentenceSplitter | None = None

    def starts(self, text: str) -> Sequence[int]:
        """The offsets at which sentences begin."""
        with self._lock:
            if self._kiwi is None:
                self._kiwi = _load()
        return self._kiwi.starts(text)


def _load() -> SentenceSplitter:
    from kiwipiepy import Kiwi  # imported here: most nodes never need its model of a hundred megabytes

    kiwi = Kiwi(num_workers=1)

    class Loaded:
        def starts(self, text: str) -> Sequence[int]:
            return [sentence.start for sentence in kiwi.split_into_sents(text)]

    return Loaded()


def is_korean(text: str) -> bool:
    """Whether at least a third of the letters are Hangul."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and 3 * sum("가" <= character <= "힣" for character in letters) >= len(letters)
