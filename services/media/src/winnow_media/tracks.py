"""Selects a recording's audio track, and refuses codecs that Winnow does not take."""

from winnow_contracts.errors import BadInput, Unsupported
from winnow_media import decoders
from winnow_media.ffmpeg import Decoded
from winnow_media.probing import Probed, Stream
from winnow_media.sampling import Sampler

MOST_TRACKS_HEARD = 8
"""The most tracks to sample if the first choice is silent; each needs a child process."""


def first_choice(probed: Probed, wanted: int | None) -> Stream | None:
    """The ``wanted`` audio track (1 is the first), else the one that players take, of those that can be decoded.

    None if the recording has no sound. Raises BadInput if there is no such track, Unsupported if its codec is not
    taken.
    """
    sounds = probed.sounds
    if wanted is not None:
        if wanted > len(sounds):
            detail = f"The recording has {len(sounds)} audio tracks; track {wanted} was asked for."
            raise BadInput(detail, code="invalid-field", hint="Upload it again with another audio_track, or without.")
        return taken(sounds[wanted - 1])
    usable = [stream for stream in sounds if stream.codec in decoders.AUDIO]
    if probed.audio and probed.audio not in usable:
        return usable[0] if usable else taken(probed.audio)
    return probed.audio


def loudest(probed: Probed, silent: Stream, decoded: Decoded, sampler: Sampler) -> tuple[Stream, Decoded]:
    """The loudest other track, or the silent one if all are silent, with its samples."""
    best = (silent, decoded)
    usable = [stream for stream in probed.sounds if stream != silent and stream.codec in decoders.AUDIO]
    for other in usable[:MOST_TRACKS_HEARD]:
        found = sampler.decode(other, listen=True)
        if not found.silent and found.loudness > best[1].loudness:
            best = (other, found)
    return best


def taken(stream: Stream) -> Stream:
    """The stream itself. Raises Unsupported (``unsupported-codec``) if none of the allowed decoders reads it."""
    if stream.codec in (decoders.AUDIO if stream.kind == "audio" else decoders.VIDEO):
        return stream
    what, better = ("sound", "AAC, MP3, Opus or FLAC") if stream.kind == "audio" else ("picture", "H.264, VP9 or AV1")
    raise Unsupported(
        f"The {what} of this recording cannot be used: this codec ({stream.codec or 'unknown'}) is not taken.",
        code="unsupported-codec",
        hint=f"Convert the {what} to {better}, and upload that.",
    )
