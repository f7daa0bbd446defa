"""Formats figures and states as the pages show them."""

from collections.abc import Callable
from typing import Any

from winnow_web.stage_words import PHOTO_WORDS, RECORDING_WORDS, Words, for_job
from winnow_web.warning_words import warning_text

_KIB = 1024
_LANGUAGES = {"en": "English", "ko": "한국어"}


def clock(milliseconds: float | None) -> str:
    """Formats a position or length as ``m:ss``, from an hour on as ``h:mm:ss``."""
    minutes, seconds = divmod(int((milliseconds or 0) // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def spent(milliseconds: float | None) -> str:
    """Formats how long a stage took: ``40 ms``, ``0.4 s``, ``12 s``, ``2 min 5 s``; empty if unknown."""
    if milliseconds is None:
        return ""
    seconds = milliseconds / 1000
    if seconds < 0.1:
        return f"{milliseconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def size(count_bytes: int) -> str:
    """Formats a number of bytes in the largest fitting unit."""
    if count_bytes < _KIB:
        return f"{count_bytes} bytes"
    value = float(count_bytes)
    for unit in ("KB", "MB", "GB", "TB"):
        value /= _KIB
        if value < _KIB or unit == "TB":
            break
    return f"{value:.0f} {unit}" if value >= 10 or value.is_integer() else f"{value:.1f} {unit}"


def day(instant: str) -> str:
    """Formats an RFC 3339 instant as its day and time to the minute, in UTC."""
    return f"{instant[:10]} {instant[11:16]} UTC"


def language(code: str | None) -> str:
    """Returns a language's own name, or its code."""
    return _LANGUAGES.get(code or "", code or "")


def stage_text(stage: dict[str, Any], words: Words = RECORDING_WORDS) -> str:
    """Returns ``transcribing 37 %``, ``checked 0.4 s`` …: the same words that ``jobs.js`` builds for live changes."""
    named = words.get(str(stage["name"]), {})
    said = named.get(stage["status"], str(stage["name"]))
    match stage["status"]:
        case "done":
            return f"{said} {spent(stage['ms'])}".rstrip()
        case "running" if stage.get("of_seconds"):
            heard, known = (clock(1000 * (stage[of] or 0)) for of in ("heard_seconds", "of_seconds"))
            return f"{said} {heard} of {known}"
        case "running":
            return said + ("" if stage["progress"] is None else f" {stage['progress'] * 100:.0f} %")
        case _:
            return said


def eta_text(job: dict[str, Any] | None) -> str:
    """Returns how many jobs go first and how long this one takes: ``, 3 before it, about 4 min left``; empty if
    unknown.
    """
    eta = (job or {}).get("eta")
    if not eta:
        return ""
    before = f", {eta['ahead']} before it" if eta["ahead"] else ""
    seconds = eta["seconds"]
    return f"{before}, about {round(seconds / 60)} min left" if seconds >= 90 else f"{before}, about {seconds} s left"


def stage_of(job: dict[str, Any] | None, name: str) -> dict[str, Any]:
    """Returns the job's stage of that name; a waiting one if there is no job yet."""
    waiting = {"name": name, "status": "waiting", "ms": None, "progress": None, "reason": None, "of_seconds": None}
    return next((stage for stage in (job or {}).get("stages", []) if stage["name"] == name), waiting)


def status_text(media: dict[str, Any], job: dict[str, Any] | None = None) -> str:
    """Returns a media's state in a word or two."""
    photo = media.get("kind") == "photo"
    if job and job["status"] == "cancelled":
        return "cancelled"
    if job and job["status"] == "scheduled":
        return f"scheduled for {day(job['not_before'])}"
    match media["status"]:
        case "ready":
            return "ready" if photo or media.get("has_transcript") else "ready, nothing said"
        case "failed":
            return "could not be used"
        case _:
            going = [stage for stage in (job or {}).get("stages", []) if stage["status"] in ("running", "retrying")]
            if not going:
                return f"waiting for its turn{eta_text(job)}"
            return stage_text(going[-1], PHOTO_WORDS if photo else RECORDING_WORDS) + eta_text(job)


def why_text(why: dict[str, Any]) -> list[str]:
    """Returns why a moment matched, one sentence per reason."""
    reasons = []
    words, meaning = why.get("words"), why.get("meaning")
    if words:
        said = ", ".join(f"“{word}”" for word in words.get("matched", []))
        reasons.append(f"Words: {said or 'said here'}, number {words['rank']} by exact words.")
    if meaning:
        cosine = meaning.get("cosine")
        near = "" if cosine is None else f", similarity {cosine:.2f}"
        reasons.append(f"Meaning: number {meaning['rank']} by meaning{near}.")
    return reasons


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock,
    "day": day,
    "spent": spent,
    "size": size,
    "language": language,
    "for_job": for_job,
    "stage_of": stage_of,
    "stage_text": stage_text,
    "status_text": status_text,
    "warning_text": warning_text,
    "why_text": why_text,
}
"""The functions that templates may call, by name."""
