"""What a search asks of the database: words, exact texts, phrase."""

import re
from dataclasses import dataclass

from winnow_contracts.errors import BadInput
from winnow_index.korean import Korean, has_hangul
from winnow_index.words import normal, split

MOST_WORDS = 500
_QUOTED = re.compile(r'^\s*["“](.+)["”]\s*$', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query taken apart. ``every_word``, ``any_word``: tsqueries; ``needles``: looked for letter by letter."""

    every_word: str
    any_word: str
    needles: tuple[str, ...]
    phrase: bool
    """Quoted: only passages that hold the needle count."""


def understand(text: str, korean: Korean) -> Query:
    """Take a query apart. Raises BadInput: malformed when empty, invalid-field over 500 words."""
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
    terms = [_term(word, korean, last=word is words[-1]) for word in words]
    if quoted:
        needles = [" ".join(quoted.group(1).lower().split())]
    else:
        needles = [" ".join(text.lower().split())] if len(words) > 1 else []
        needles += [form for word in words if has_hangul(word) for form in _forms(word, korean)]
    return Query(
        every_word=" & ".join(terms),
        any_word=" | ".join(terms),
        needles=tuple(needle for needle in dict.fromkeys(needles) if _has_bigram(needle)),
        phrase=quoted is not None,
    )


def _term(word: str, korean: Korean, *, last: bool) -> str:
    """A word as a tsquery; Korean ones also by their morphemes, because particles are glued to them."""
    if has_hangul(word):
        forms = [morpheme.form for morpheme in korean.morphemes_if_loaded(word)]
        together = " & ".join(f"'{form}'" for form in forms if form.isalnum())
        return f"('{word}':* | ({together}))" if together else f"'{word}':*"
    return f"'{word}':*" if last else f"'{word}'"


def _forms(word: str, korean: Korean) -> list[str]:
    """The word, and its nouns: they stand in the text as they are."""
    return [word, *(morpheme.form for morpheme in korean.morphemes_if_loaded(word) if morpheme.is_noun)]


def _has_bigram(needle: str) -> bool:
    """Without one the index finds no candidates and every row would be read."""
    return any(len(word) > 1 or has_hangul(word) or "一" <= word[0] <= "ヿ" for word in split(needle))
