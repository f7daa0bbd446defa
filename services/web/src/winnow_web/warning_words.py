"""Puts warnings into sentences. A warning is already a sentence, or a short code followed by a figure; new ones may
come.
"""

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
"""Code to sentence; ``{}`` takes the text after the code."""


def warning_text(warning: str) -> str:
    """Returns a warning as a sentence; an unknown one is returned unchanged."""
    code, _, figure = warning.partition(" ")
    sentence = _SENTENCES.get(code, "")
    return sentence.format(figure) if sentence and ("{}" in sentence) == bool(figure) else warning
