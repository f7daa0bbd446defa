"""Finds the cues in the text of a WebVTT or SubRip file, line by line."""

import re
from dataclasses import dataclass, field

from winnow_captions.errors import WrongCaptions

LONGEST_LINE = 2_000
MOST_CUES = 50_000
LONGEST_CUE = 5_000
"""Characters in one cue, with its markup."""
MOST_LINES = 100
"""In one cue: they are compared with those of the cue before."""

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
_NO_CUE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_WRONG_TIMES = "times such as 00:00:01.000 --> 00:00:02.500 are expected."


@dataclass(kw_only=True)
class RawCue:
    """A cue as it stands in the file, with the ``line`` of its times and its lines as they are."""

    line: int
    start_ms: int
    end_ms: int
    lines: list[str] = field(default_factory=list)
    characters: int = 0


def scan(text: str, *, subrip: bool) -> tuple[dict[str, str], list[RawCue]]:
    """The header's fields by lower-case name, and the cues as the file has them. SubRip has no header.

    Raises WrongCaptions for whatever is neither.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise WrongCaptions(f"it has more than {LONGEST_LINE} characters.", line=number)
    first = 0 if subrip else _end_of_header(lines)
    header = dict(_field(line) for line in lines[1:first] if ":" in line)
    return header, _cues(lines, first, subrip=subrip)


def _end_of_header(lines: list[str]) -> int:
    """The index of the line after the header, which a blank line or the first cue ends."""
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise WrongCaptions("a WebVTT file begins with WEBVTT.", line=1)
    ends = (at for at, line in enumerate(lines) if at and (not line.strip() or "-->" in line))
    return next(ends, len(lines))


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _cues(lines: list[str], first: int, *, subrip: bool) -> list[RawCue]:
    cues: list[RawCue] = []
    cue: RawCue | None = None
    skipping = False
    for at in range(first, len(lines)):
        line, blank_before = lines[at], at == first or not lines[at - 1].strip()
        if "-->" in line:
            cue, skipping = _begun(line, at + 1), False
            cues.append(cue)
            if len(cues) > MOST_CUES:
                raise WrongCaptions(f"there are more than {MOST_CUES} cues.", line=at + 1)
        elif not line.strip():
            # Many SubRip files have empty lines within a cue; in WebVTT an empty line ends it.
            cue, skipping = (cue if subrip else None), False
        elif (blank_before or (subrip and line.strip().isdecimal())) and at + 1 < len(lines) and "-->" in lines[at + 1]:
            cue = None  # the number or name of the cue that follows
        elif cue is not None:
            cue.lines.append(line)
            cue.characters += len(line)
            if cue.characters > LONGEST_CUE:
                raise WrongCaptions(f"the cue has more than {LONGEST_CUE} characters.", line=cue.line)
            if len(cue.lines) > MOST_LINES:
                raise WrongCaptions(f"the cue has more than {MOST_LINES} lines.", line=cue.line)
        elif not skipping:
            skipping = not subrip and blank_before and bool(_NO_CUE.match(line))
            if not skipping:
                raise WrongCaptions(_WRONG_TIMES, line=at + 1)
    return cues


def _begun(line: str, number: int) -> RawCue:
    """The cue whose times a line has. Raises WrongCaptions if it has none, or the end comes first."""
    found = _TIMING.fullmatch(line)
    if found is None:
        raise WrongCaptions(_WRONG_TIMES, line=number)
    start_ms, end_ms = _ms(found.groups()[:4], number), _ms(found.groups()[4:], number)
    if end_ms < start_ms:
        raise WrongCaptions("the cue ends before it begins.", line=number)
    return RawCue(line=number, start_ms=start_ms, end_ms=end_ms)


def _ms(clock: tuple[str | None, ...], number: int) -> int:
    hours, minutes, seconds = (int(part or 0) for part in clock[:3])
    if minutes > 59 or seconds > 59:
        raise WrongCaptions("a time has 60 minutes or seconds, or more.", line=number)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((clock[3] or "").ljust(3, "0"))
