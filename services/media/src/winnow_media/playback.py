"""Whether browsers play a file as it is, and if not, which form of it they do."""

from winnow_contracts.formats import AAC, FLAC, M4A, MP3, MP4, OGG, WAV, WEBM, Format
from winnow_media.probing import Probed

_MP4_VIDEO = frozenset(("h264", "av1", "vp9"))
_MP4_AUDIO = frozenset(("aac", "mp3", "opus", "flac"))
_WEBM_VIDEO = frozenset(("vp8", "vp9", "av1"))
_WEBM_AUDIO = frozenset(("opus", "vorbis"))
_SOUND = {
    M4A: frozenset(("aac", "mp3", "opus", "flac")),
    MP4: _MP4_AUDIO,
    WEBM: _WEBM_AUDIO,
    MP3: frozenset(("mp3",)),
    WAV: frozenset(("pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le")),
    FLAC: frozenset(("flac",)),
    OGG: frozenset(("opus", "vorbis", "flac")),
    AAC: frozenset(("aac",)),
}

RENDITION_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "m4a": "audio/mp4"}
"""Media type of each kind of rendition."""


def rendition_for(form: Format, probed: Probed) -> str | None:
    """The rendition that browsers need: ``mp4``, ``webm`` or ``m4a``; None where they play the original (or nothing).

    Streams are put into another container as they are where that is enough; else the sound alone is kept playable.
    """
    video = probed.video.codec if probed.video else None
    audio = probed.audio.codec if probed.audio else None
    if _plays(form, video, audio):
        return None
    if video in _MP4_VIDEO and (audio is None or audio in _MP4_AUDIO):
        return "mp4"
    if video in _WEBM_VIDEO and (audio is None or audio in _WEBM_AUDIO):
        return "webm"
    return "m4a" if audio else None


def _plays(form: Format, video: str | None, audio: str | None) -> bool:
    if video is None:
        return audio in _SOUND.get(form, frozenset())
    if form == MP4:
        return video in _MP4_VIDEO and (audio is None or audio in _MP4_AUDIO)
    if form == WEBM:
        return video in _WEBM_VIDEO and (audio is None or audio in _WEBM_AUDIO)
    return False
