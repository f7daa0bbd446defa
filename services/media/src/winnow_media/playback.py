"""Decides whether browsers play a file as it is, and if not, which rendition they need."""

from winnow_contracts.formats import AAC, FLAC, M4A, MP3, MP4, OGG, WAV, WEBM, Format
from winnow_media.probing import Probed, Stream

_MP4_VIDEO = frozenset(("h264", "av1", "vp9"))
_MP4_AUDIO = frozenset(("aac", "mp3", "opus", "flac"))
_WEBM_VIDEO = frozenset(("vp8", "vp9", "av1"))
_WEBM_AUDIO = frozenset(("opus", "vorbis"))
_SOUND = {
    M4A: _MP4_AUDIO,
    MP4: _MP4_AUDIO,
    WEBM: _WEBM_AUDIO,
    MP3: frozenset(("mp3",)),
    WAV: frozenset(("pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le")),
    FLAC: frozenset(("flac",)),
    OGG: frozenset(("opus", "vorbis", "flac")),
    AAC: frozenset(("aac",)),
}

RENDITION_TYPES = {
    "mp4": "video/mp4",
    "mp4-aac": "video/mp4",
    "webm": "video/webm",
    "webm-opus": "video/webm",
    "m4a": "audio/mp4",
}
"""Media type of each kind of rendition."""

_NEAR_ZERO_SECONDS = 0.1


def rendition_for(form: Format, probed: Probed, audio: Stream | None, *, plain: bool) -> str | None:
    """The kind of rendition that browsers need, with ``audio`` as its sound; None if they play the original or nothing.

    Pictures and sound that browsers play are copied, into another container if necessary. Sound that they do not play
    is re-encoded. If they do not play the pictures, only the sound is kept. An original that they play still gets a
    rendition if it is not ``plain`` (seekable, with nothing hidden in it) or shows more than what was examined.
    """
    video = probed.video.codec if probed.video else None
    sound = audio.codec if audio else None
    if plain and _shows_itself_alone(probed) and _plays(form, video, sound):
        return None
    if video is None:
        return _sound_alone(sound)
    fits_mp4 = video in _MP4_VIDEO
    fits_webm = video in _WEBM_VIDEO and (form == WEBM or not fits_mp4 or sound in _WEBM_AUDIO - _MP4_AUDIO)
    if fits_webm and (sound is None or sound in _WEBM_AUDIO):
        return "webm"
    if fits_mp4:
        return "mp4" if sound is None or sound in _MP4_AUDIO else "mp4-aac"
    if fits_webm:
        return "webm-opus"
    return "m4a" if sound else None


def _sound_alone(sound: str | None) -> str | None:
    if sound in _WEBM_AUDIO:
        return "webm"
    if sound in _MP4_AUDIO:
        return "mp4"
    return "m4a" if sound else None


def _plays(form: Format, video: str | None, audio: str | None) -> bool:
    if video is None:
        return audio in _SOUND.get(form, frozenset())
    if form == MP4:
        return video in _MP4_VIDEO and (audio is None or audio in _MP4_AUDIO)
    if form == WEBM:
        return video in _WEBM_VIDEO and (audio is None or audio in _WEBM_AUDIO)
    return False


def _shows_itself_alone(probed: Probed) -> bool:
    """Whether a player shows only what was examined: times from zero, one sound, no location, no camera data track."""
    return (
        abs(probed.start_seconds) < _NEAR_ZERO_SECONDS
        and not probed.tells_place
        and len(probed.sounds) < 2
        and all(stream.kind in ("audio", "video") for stream in probed.streams)
    )
