"""What a person typed, as the search statement takes it: terms, exact needles, a phrase."""

import re
from dataclasses import dataclass

from winnow_contracts.errors import BadInput
from winnow_index.korean import Korean, has_hangul
from winnow_index.words import normal, split

MOST_TOKENS = 500
_MOST_NEEDLES = 4
_QUOTED = re.compile(r'["“”]([^"“”]+)["“”]')
_TOKEN = re.compile(r"\w+|[^\w\s]")
_CJK = re.compile(r"[가-힣一-龥ぁ-ヿ]")


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """``every_word`` and ``any_word`` are tsqueries as text, empty where there is nothing to look for.

    ``needles`` are looked for as they are, normalised and lower case; with ``is_phrase`` only passages that hold one
    count. ``marks`` are what to highlight beside whole words.
    """

    text: str
    every_word: str
    any_word: str
    needles: tuple[str, ...]
    is_phrase: bool
    marks: tuple[str, ...]


def read_query(text: str, korean: Korean) -> SearchQuery:
    """Read a query. Raises BadInput where it is empty (``malformed``) or too long (``invalid-field``)."""
    sound = normal(text).strip()
    if not sound:
        raise BadInput("The query is empty.", code="malformed", hint="Say what to look for in q.")
    if len(_TOKEN.findall(sound)) > MOST_TOKENS or len(sound) > MOST_TOKENS * 20:
        raise BadInput(
            f"The query is longer than {MOST_TOKENS} words.", code="invalid-field", hint="Ask with fewer words."
        )
    phrases = tuple(phrase.strip().lower() for phrase in _QUOTED.findall(sound) if split(phrase))
    terms, nouns = _terms(sound, korean)
    needles = phrases or _needles(split(sound), nouns)
    return SearchQuery(
        text=text,
        every_word=_tsquery(terms, " & "),
        any_word=_tsquery(terms, " | "),
        needles=needles,
        is_phrase=bool(phrases),
        marks=tuple(dict.fromkeys((*needles, *nouns))),
    )


def _terms(text: str, korean: Korean) -> tuple[list[str], list[str]]:
    """The terms to look up, and those of them that are Korean and stand in texts as they are."""
    words = split(text)
    if not has_hangul(text):
        return words, []
    morphemes = korean.morphemes_if_loaded(text)
    if not morphemes:
        return words, [word for word in words if has_hangul(word)]
    terms = [term for morpheme in morphemes for term in split(morpheme.form)]
    return terms, [morpheme.form for morpheme in morphemes if morpheme.is_noun and has_hangul(morpheme.form)]


def _needles(words: list[str], nouns: list[str]) -> tuple[str, ...]:
    """CJK words, for compounds and syllables that no word index finds; else the longest word, likely the rarest."""
    cjk = [*nouns, *(word for word in words if _CJK.search(word) and (len(words) == 1 or not nouns))]
    if cjk:
        return tuple(sorted(dict.fromkeys(cjk), key=len, reverse=True)[:_MOST_NEEDLES])
    longest = max(words, key=len, default="")
    # A single Latin letter has no bigram: it would be looked for in every passage.
    return (longest,) if len(longest) > 1 else ()


def _tsquery(terms: list[str], operator: str) -> str:
    """Terms consist of word characters alone, so nothing needs escaping; the last one may be the start of a word."""
    distinct = list(dict.fromkeys(terms))
    quoted = [f"'{term}'" for term in distinct]
    if quoted:
        quoted[-1] += ":*"
    return operator.join(quoted)
