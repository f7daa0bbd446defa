"""Parses a search query into words, exact texts and phrase."""

import re
from dataclasses import dataclass

from winnow_contracts.errors import BadInput
from winnow_index.korean import Korean, has_hangul
from winnow_index.words import normal, split

MOST_WORDS = 500
MOST_NEEDLES = 16
_MOST_WORD_BYTES = 2_046
"""The longest word of a tsquery in bytes. PostgreSQL does not index longer words either."""
_QUOTED = re.compile(r'^\s*["“](.+)["”]\s*$', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """A parsed query. Each of ``terms`` is a tsquery, once; ``needles`` are searched for letter by letter."""

    terms: tuple[str, ...]
    needles: tuple[str, ...]
    phrase: bool
    """Whether the query is quoted: only passages that contain the needle are hits."""

    @property
    def every_word(self) -> str:
        """The tsquery for passages with all words."""
        return " & ".join(self.terms)

    @property
    def any_word(self) -> str:
        """The tsquery for passages with any of the words."""
        return " | ".join(self.terms)


def understand(text: str, korean: Korean) -> SearchQuery:
    """Parse a query. Raises BadInput: ``malformed`` if it is empty, ``invalid-field`` if it has over 500 words."""
    text = normal(text).strip()
    quoted = _QUOTED.match(text)
    words = split(text)
    if not words:
        raise BadInput("The query holds no word.", code="malformed", hint="Say what you are looking for.")
    if len(words) > MOST_WORDS:
        raise BadInput(
            f"The query has {len(words)} words; at most {MOST_WORDS} are taken.",
            code="invalid-field",
            hint="Shorten it.",
        )
    terms = [term for word in words if (term := _term(word, korean, last=word is words[-1]))]
    if quoted:
        needles = [" ".join(quoted.group(1).lower().split())]
    else:
        needles = [" ".join(text.lower().split())] if len(words) > 1 or not terms else []
        needles += [form for word in words if has_hangul(word) for form in _forms(word, korean)]
    return SearchQuery(
        terms=tuple(dict.fromkeys(terms)),
        needles=tuple(needle for needle in dict.fromkeys(needles) if _has_bigram(needle))[:MOST_NEEDLES],
        phrase=quoted is not None,
    )


def _term(word: str, korean: Korean, *, last: bool) -> str:
    """A word as a tsquery; empty if it is too long. Korean words also match by morphemes, without their particles."""
    whole = "" if len(word.encode()) > _MOST_WORD_BYTES else f"'{word}'"
    if has_hangul(word):
        forms = [morpheme.form for morpheme in korean.morphemes_if_loaded(word)]
        together = " & ".join(f"'{form}'" for form in dict.fromkeys(forms) if form.isalnum())
        ways = [*([f"{whole}:*"] if whole else []), *([f"({together})"] if together else [])]
        return f"({' | '.join(ways)})" if ways else ""
    return f"{whole}:*" if last and whole else whole


def _forms(word: str, korean: Korean) -> list[str]:
    """The word and its nouns, which texts contain in this form."""
    return [word, *(morpheme.form for morpheme in korean.morphemes_if_loaded(word) if morpheme.is_noun)]


def _has_bigram(needle: str) -> bool:
    """Whether the needle has a bigram. Without one the index finds no candidates and every row would be read."""
    return any(len(word) > 1 or has_hangul(word) or "一" <= word[0] <= "ヿ" for word in split(needle))
