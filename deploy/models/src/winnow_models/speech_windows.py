"""Finds speech in samples and packs it into windows for the model, cut in pauses and never in a word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow_models.speech_settings import SAMPLE_RATE_HZ, VAD, WINDOW_SECONDS

Samples = npt.NDArray[np.float32]
Sound = npt.NDArray[np.int16]
"""16 kHz mono, usually mapped from a file: only what is looked at is in memory."""

_WINDOW = int(WINDOW_SECONDS * SAMPLE_RATE_HZ)
_ONSET = SAMPLE_RATE_HZ // 2
"""Speech that begins this shortly before the end of a look may not be detected yet."""


@dataclass(frozen=True, kw_only=True)
class WindowSpan:
    """Speech from sample ``start`` to ``end`` of the sound."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Samples in it."""
        return self.end - self.start

    @property
    def start_seconds(self) -> float:
        """Its start, from the start of the sound."""
        return self.start / SAMPLE_RATE_HZ

    @property
    def end_seconds(self) -> float:
        """Its end, from the start of the sound."""
        return self.end / SAMPLE_RATE_HZ


@dataclass(frozen=True, kw_only=True)
class Window:
    """Spans that the model reads as one, without the pauses between them."""

    spans: tuple[WindowSpan, ...]

    @property
    def seconds(self) -> float:
        """Seconds of speech in it."""
        return sum(span.length for span in self.spans) / SAMPLE_RATE_HZ

    def samples(self, sound: Sound) -> Samples:
        """Its speech as float samples, -1 to 1."""
        return np.concatenate([as_samples(sound[span.start : span.end]) for span in self.spans])

    def between(self, start_seconds: float, end_seconds: float) -> "Window":
        """Its samples between two times of the sound; may be empty."""
        start, end = round(start_seconds * SAMPLE_RATE_HZ), round(end_seconds * SAMPLE_RATE_HZ)
        cut = [WindowSpan(start=max(span.start, start), end=min(span.end, end)) for span in self.spans]
        return Window(spans=tuple(span for span in cut if span.length > 0))

    def in_sound(self, seconds: float) -> float:
        """Converts a time within the window to seconds from the start of the sound."""
        offset = round(seconds * SAMPLE_RATE_HZ)
        for span in self.spans:
            if offset <= span.length:
                return (span.start + max(offset, 0)) / SAMPLE_RATE_HZ
            offset -= span.length
        return self.spans[-1].end_seconds


@dataclass(frozen=True, kw_only=True)
class Look:
    """The result: windows with speech, and the sample at which to continue."""

    windows: tuple[Window, ...]
    next: int


def look(sound: Sound, start: int, windows: int) -> Look:
    """Finds at most ``windows`` windows from sample ``start`` on."""
    end = min(len(sound), start + (windows + 2) * _WINDOW)
    last = end == len(sound)
    spans = [WindowSpan(start=start + span.start, end=start + span.end) for span in _spans(sound[start:end])]
    if spans and not last and spans[-1].end == end:
        end = spans.pop().start  # it may continue: the next look begins with it
    elif not last:
        end = max(end - _ONSET, spans[-1].end if spans else 0)
    packed = list(pack(spans))
    if len(packed) > windows:
        end = packed[windows].spans[0].start
    return Look(windows=tuple(packed[:windows]), next=end)


def pack(spans: Iterable[WindowSpan]) -> Iterator[Window]:
    """Packs the spans, in order, into as few windows as possible."""
    held: list[WindowSpan] = []
    for span in spans:
        if held and sum(one.length for one in held) + span.length > _WINDOW:
            yield Window(spans=tuple(held))
            held = []
        held.append(span)
    if held:
        yield Window(spans=tuple(held))


def as_samples(sound: Sound) -> Samples:
    """Converts 16-bit samples to float32, -1 to 1."""
    return sound.astype(np.float32) / np.float32(32_768)


def _spans(sound: Sound) -> list[WindowSpan]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # takes a second: imported only for speech

    found = get_speech_timestamps(as_samples(sound), VadOptions(**VAD, max_speech_duration_s=WINDOW_SECONDS))
    return [WindowSpan(start=int(span["start"]), end=int(span["end"])) for span in found]
