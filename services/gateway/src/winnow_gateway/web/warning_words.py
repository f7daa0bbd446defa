"""Warnings in sentences. A warning is a sentence already, or a short code with a figure behind it; any may be new."""

_SENTENCES = {
    "cut-off": "The file ends early: only {} of it is there.",
    "duration-header-wrong": "The file says a wrong length of itself; the measured one is shown.",
    "damaged-audio": "The sound is damaged at {}; words may be missing there.",
    "damaged-video": "The pictures are damaged at {}.",
    "languages-mixed": "More than one language is spoken here, {} among them; words may be wrong where it changes.",
    "audio-track": "Of several audio tracks {} is written down and played; an upload can ask for one (audio_track).",
    "no-sound": "Its audio track is empty.",
    "no-poster": "No still picture could be made of it.",
    "no-rendition": "It could not be brought into a form that browsers play.",
    "orientation-ignored": "Which side is up could not be read; the photo is shown as it was stored.",
    "picture-incomplete": "Part of the picture is missing: the file ends early, or is broken inside.",
    "colour-profile-ignored": "The photo's colour profile could not be used; its colours may differ.",
    "guidance-unavailable": "The steps could not be put into words for this item; the rule's own are shown.",
}
"""Code to sentence; ``{}`` takes what stands behind the code."""


def warning_text(warning: str) -> str:
    """What people read for a warning; one that is not known here is shown as it is."""
    code, _, figure = warning.partition(" ")
    sentence = _SENTENCES.get(code, "")
    return sentence.format(figure) if sentence and ("{}" in sentence) == bool(figure) else warning
