"""Makes a transcript of captions, as if it had been heard: each cue a segment, its time spread over its words."""

import re
from collections.abc import Iterator
from itertools import accumulate

from winnow_ai.languages import word_gap
from winnow_contracts.captions import SOURCE, Captions, Cue
from winnow_contracts.transcript import Segment, Transcript, Word

BEYOND = "Some captions stand after the recording's end; they were left out."


def captions_transcript(captions: Captions, duration_ms: int) -> Transcript:
    """The transcript of a recording of this length. No cue goes beyond its end."""
    kept = [cue for cue in captions.cues if cue.start_ms < duration_ms]
    return Transcript(
        language=captions.language,
        duration_ms=duration_ms,
        model=SOURCE,
        segments=tuple(_segment(cue, min(cue.end_ms, duration_ms), captions.language) for cue in kept),
        warnings=() if len(kept) == len(captions.cues) else (BEYOND,),
    )


def _segment(cue: Cue, end_ms: int, language: str) -> Segment:
    words = tuple(_words(cue, end_ms, cue.text.split() if word_gap(language) else re.findall(r"\S", cue.text)))
    return Segment(text=cue.text, start_ms=cue.start_ms, end_ms=end_ms, words=words)


def _words(cue: Cue, end_ms: int, texts: list[str]) -> Iterator[Word]:
    """The words one after the other, each for its share of the letters."""
    ends = list(accumulate(len(text) + 1 for text in texts))
    length_ms = end_ms - cue.start_ms
    begin_ms = cue.start_ms
    for text, end in zip(texts, ends, strict=True):
        word_end_ms = cue.start_ms + round(length_ms * end / ends[-1])
        yield Word(text=text, start_ms=begin_ms, end_ms=word_end_ms)
        begin_ms = word_end_ms
