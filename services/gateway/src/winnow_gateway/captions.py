"""A transcript as WebVTT, SubRip and plain text. Spoken text is data: it is escaped and can not end or forge a cue."""

from typing import Any

MIMETYPES = {"json": "application/json", "vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain"}


def vtt(transcript: dict[str, Any]) -> str:
    """WebVTT (W3C), one cue a segment."""
    cues = [f"{_clock(start, '.')} --> {_clock(end, '.')}\n{text}\n" for start, end, text in _cues(transcript)]
    return "\n".join(["WEBVTT\n", *cues])


def srt(transcript: dict[str, Any]) -> str:
    """SubRip, one numbered cue a segment."""
    return "\n".join(
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{text}\n"
        for number, (start, end, text) in enumerate(_cues(transcript), start=1)
    )


def txt(transcript: dict[str, Any]) -> str:
    """The text alone, one line a segment, nothing escaped."""
    lines = [_one_line(segment["text"]) for segment in transcript["segments"]]
    return "".join(f"{line}\n" for line in lines if line)


def _cues(transcript: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Start, end and escaped text of each segment that says something; an end is never before its start."""
    found = []
    for segment in transcript["segments"]:
        text = _one_line(segment["text"])
        if text:
            # With < and > gone, neither markup nor an arrow can occur.
            safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            found.append((segment["start_ms"], max(segment["end_ms"], segment["start_ms"] + 1), safe))
    return found


def _one_line(text: str) -> str:
    """Line breaks of every kind and other white space folded to single spaces: no cue holds an empty line."""
    return " ".join(text.replace("\0", "").split())


def _clock(at_ms: int, point: str) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{ms:03d}"
