"""Puts cues in order, one after the other, and says nothing twice."""

from collections.abc import Iterable
from dataclasses import replace

from winnow_captions.errors import WrongCaptions
from winnow_captions.scanning import LONGEST_CUE
from winnow_contracts.captions import Cue

_TOUCH_MS = 20
_FLASH_MS = 50
"""Shorter than anybody reads: captions that scroll have such cues between two others."""

Timed = tuple[int, int, list[str]]
"""Start and end in milliseconds, and the lines."""


def in_order(cues: Iterable[Timed]) -> tuple[Cue, ...]:
    """The cues by their start, without empty ones. One that another begins within ends there; two that begin together
    become one. Raises WrongCaptions if that would be longer than a cue may be.
    """
    found: list[Cue] = []
    for start_ms, end_ms, lines in _said_once(sorted(cues, key=lambda cue: cue[:2])):
        text = " ".join(lines)
        if found and found[-1].start_ms == start_ms:
            before = found.pop()
            text = before.text if before.text == text else f"{before.text} {text}"
            if len(text) > LONGEST_CUE:
                raise WrongCaptions(f"cues that begin together have more than {LONGEST_CUE} characters.")
            end_ms = max(before.end_ms, end_ms)
        elif found and found[-1].end_ms > start_ms:
            found[-1] = replace(found[-1], end_ms=start_ms)
        found.append(Cue(start_ms=start_ms, end_ms=max(end_ms, start_ms), text=text))
    return tuple(found)


def _said_once(cues: Iterable[Timed]) -> Iterable[Timed]:
    """Leaves out what a cue shows once more: captions that scroll repeat the line before above each new one."""
    last: list[str] = []
    last_end_ms = 0
    for start_ms, end_ms, all_lines in cues:
        lines = [line for line in all_lines if line]
        fresh = lines
        if last and start_ms <= last_end_ms + _TOUCH_MS:
            repeated = _repeated(last, lines)
            if repeated < len(lines) or end_ms - start_ms <= _FLASH_MS:
                fresh = lines[repeated:]
        if fresh:
            yield start_ms, end_ms, fresh
        if lines:
            last, last_end_ms = lines, end_ms


def _repeated(before: list[str], lines: list[str]) -> int:
    """How many of the first lines are the last ones of the cue before."""
    return next((n for n in range(min(len(before), len(lines)), 0, -1) if before[-n:] == lines[:n]), 0)
