"""Joins the chunks' answers into one transcript: times of the whole recording, repairs as warnings, one language."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from winnow_ai.languages import UNKNOWN
from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.transcription.alignment import AlignedLine, Token, align
from winnow_ai.transcription.audio_chunks import AudioChunk
from winnow_ai.transcription.hallucination import compresses_too_well, repeats_itself
from winnow_ai.transcription.times import repair_times
from winnow_contracts.transcript import Segment, Transcript, Word

_MIXED_CHARACTERS, _MIXED_SHARE = 40, 0.05
"""The least text of a second language. A name or a quotation is less, a sentence or two is more."""
REPAIRED = "The speech model gave impossible times for some words; they were corrected."
INTERPOLATED = "The speech model gave no times for some words; they were estimated from their sentence."
REPEATED = "The speech model repeats itself in places; what it wrote there may not have been said."


def join_chunks(
    answers: Iterable[tuple[AudioChunk, SpeechResponse]], *, duration_ms: int, model: str, language: str | None
) -> Transcript:
    """One transcript of all answers, which are in the order of the chunks.

    ``language`` is the user's choice. Without one, the transcript gets the language of most characters.
    """
    segments: list[Segment] = []
    warnings: dict[str, None] = {}
    languages: Counter[str] = Counter()
    for piece, heard in answers:
        start_ms, end_ms = min(piece.start_ms, duration_ms), min(piece.end_ms, duration_ms)
        lines = align(heard, piece.start_ms)
        for segment in heard.segments:
            languages[segment.language or heard.language] += len(segment.text)
        tokens, repaired = repair_times([token for line in lines for token in line.tokens], start_ms, end_ms)
        if repaired or any(token.start_ms is None for line in lines if not line.guessed for token in line.tokens):
            warnings[REPAIRED] = None
        if any(line.guessed for line in lines):
            warnings[INTERPOLATED] = None
        segments += _segments(lines, tokens)
    if any(compresses_too_well(segment.text) for segment in segments) or repeats_itself(
        [word.text for segment in segments for word in segment.words]
    ):
        warnings[REPEATED] = None
    if language is None and (second := _second(languages)):
        warnings[f"languages-mixed {second}"] = None
    return Transcript(
        language=language or _majority(languages),
        duration_ms=duration_ms,
        model=model,
        segments=tuple(segments),
        warnings=tuple(warnings),
    )


def _segments(lines: Sequence[AlignedLine], tokens: Sequence[Token]) -> Iterable[Segment]:
    """The lines as segments, with the repaired tokens, which are equally many and in the same order."""
    position = 0
    for line in lines:
        words = tuple(_word(token) for token in tokens[position : position + len(line.tokens)])
        position += len(line.tokens)
        if words:
            yield Segment(
                text=unicodedata.normalize("NFC", line.text),
                start_ms=words[0].start_ms,
                end_ms=words[-1].end_ms,
                words=words,
            )


def _word(token: Token) -> Word:
    return Word(text=token.text, start_ms=token.start_ms or 0, end_ms=token.end_ms or 0, confidence=token.confidence)


def _second(languages: Counter[str]) -> str:
    """The second language of the text, if a considerable part is in one; else empty."""
    known = Counter({code: count for code, count in languages.items() if code != UNKNOWN})
    code, count = ([("", 0), ("", 0)] if len(known) < 2 else known.most_common(2))[1]
    return code if count >= _MIXED_CHARACTERS and count >= _MIXED_SHARE * known.total() else ""


def _majority(languages: Counter[str]) -> str:
    known = {code: count for code, count in languages.items() if code != UNKNOWN}
    return max(known, key=lambda code: known[code]) if known else UNKNOWN
