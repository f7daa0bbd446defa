"""Splits Korean into morphemes with Kiwi, because particles and endings glued to a word would hide it from a search."""

import logging
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

from winnow_base.background import start_thread

_LOG = logging.getLogger(__name__)
_CONTENT = ("N", "V", "M", "XR", "SL", "SN", "SH")
"""Tags of morphemes that carry meaning. Particles (J), endings (E), affixes (XP, XS) and signs do not."""


@dataclass(frozen=True, kw_only=True)
class Morpheme:
    """A part of a word in its dictionary form. ``is_noun`` means that the text contains it in this form."""

    form: str
    is_noun: bool


class Korean:
    """Splits Korean into morphemes that carry meaning. Loads Kiwi when first needed: that takes seconds and 500 MB."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._kiwi: Any = None
        self._loading: threading.Thread | None = None

    def morphemes(self, text: str) -> list[Morpheme]:
        """The morphemes, in order. Loads Kiwi if it is not loaded yet."""
        with self._lock:
            if self._kiwi is None:
                self._kiwi = _load()
            tokens = self._kiwi.tokenize(text)
        return [
            Morpheme(form=token.form.lower(), is_noun=not token.tag.startswith(("V", "M")))
            for token, before in zip(tokens, (None, *tokens), strict=False)
            if token.tag.startswith(_CONTENT) and not _only_helps(token, before)
        ]

    def morphemes_if_loaded(self, text: str) -> list[Morpheme]:
        """The morphemes; none while Kiwi loads in the background, because a search must not wait for that."""
        if self._kiwi is None:
            with self._starting:  # not the lock held while loading, so nobody waits here
                if self._loading is None:
                    self._loading = start_thread("kiwi", "loads Kiwi, for Korean", partial(self.morphemes, "가"))
            return []
        return self.morphemes(text)


def _only_helps(token: Any, before: Any) -> bool:
    """Whether a verb is a mere auxiliary: it follows another verb's connective ending, like 주다 in 버려 주세요.

    A verb that stands alone, like 버렸다, is tagged as auxiliary too but carries meaning.
    """
    return bool(token.tag.startswith("VX") and before is not None and before.tag == "EC")


def has_hangul(text: str) -> bool:
    """Whether the text contains a Korean syllable."""
    return any("가" <= character <= "힣" for character in text)


def _load() -> Any:
    from kiwipiepy import Kiwi  # imported here: most nodes never see Korean

    _LOG.info("Kiwi is loaded, for Korean text.")
    return Kiwi(num_workers=1)
