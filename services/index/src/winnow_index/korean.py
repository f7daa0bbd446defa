"""Korean text in morphemes, by Kiwi: particles and endings glued to a word would hide it from a search."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

_LOG = logging.getLogger(__name__)
_CONTENT = ("N", "V", "M", "XR", "SL", "SN", "SH")
"""Tags of what carries meaning; particles (J), endings (E), affixes (XP, XS) and signs do not."""


@dataclass(frozen=True, kw_only=True)
class Morpheme:
    """A piece of a word in its dictionary form; ``is_noun`` means that it stands in the text as it is."""

    form: str
    is_noun: bool


class Korean:
    """Cuts Korean into morphemes that carry meaning. Kiwi takes seconds and some 500 MB to load: only when needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._kiwi: Any = None
        self._loading: threading.Thread | None = None

    def morphemes(self, text: str) -> list[Morpheme]:
        """The morphemes, in order; loads Kiwi if need be."""
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
        """The morphemes; none while Kiwi is loading in the background: a search must not wait for that."""
        if self._kiwi is None:
            with self._starting:  # not the lock that loading holds: nobody waits for it here
                if self._loading is None:
                    self._loading = threading.Thread(target=self.morphemes, args=("가",), name="kiwi", daemon=True)
                    self._loading.start()
            return []
        return self.morphemes(text)


def _only_helps(token: Any, before: Any) -> bool:
    """Whether a verb says nothing of its own: it follows another's connective ending, as 주다 in 버려 주세요.

    One that stands alone, as 버렸다, is tagged as auxiliary too and means what it says.
    """
    return bool(token.tag.startswith("VX") and before is not None and before.tag == "EC")


def has_hangul(text: str) -> bool:
    """Whether a Korean syllable occurs."""
    return any("가" <= character <= "힣" for character in text)


def _load() -> Any:
    from kiwipiepy import Kiwi  # imported here: most nodes never see Korean

    _LOG.info("Kiwi is loaded, for Korean text.")
    return Kiwi(num_workers=1)
