"""Detects the recording formats that Winnow accepts, by a file's first bytes.

Declared type and extension do not count.
"""

from dataclasses import dataclass

from winnow_contracts.audio_frames import adts_frame, first_run, mpeg_frame, run_length
from winnow_contracts.photo_formats import IMAGE_BRANDS

SNIFF_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class Format:
    """A container format: its name, the ffmpeg demuxer that reads it, its media type."""

    name: str
    demuxer: str
    content_type: str


MP4 = Format(name="mp4", demuxer="mov", content_type="video/mp4")
MOV = Format(name="mov", demuxer="mov", content_type="video/quicktime")
M4A = Format(name="m4a", demuxer="mov", content_type="audio/mp4")
WEBM = Format(name="webm", demuxer="matroska", content_type="video/webm")
MKV = Format(name="mkv", demuxer="matroska", content_type="video/x-matroska")
AVI = Format(name="avi", demuxer="avi", content_type="video/x-msvideo")
MPEGTS = Format(name="mpegts", demuxer="mpegts", content_type="video/mp2t")
WAV = Format(name="wav", demuxer="wav", content_type="audio/wav")
FLAC = Format(name="flac", demuxer="flac", content_type="audio/flac")
OGG = Format(name="ogg", demuxer="ogg", content_type="audio/ogg")
MP3 = Format(name="mp3", demuxer="mp3", content_type="audio/mpeg")
AAC = Format(name="aac", demuxer="aac", content_type="audio/aac")

_MOV_BOXES = frozenset((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))


_OTHERS = (b"PK", b"Rar!", b"7z", b"MZ", b"\x7fELF", b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"#", b"<")
"""How files of other kinds begin, whatever they contain."""

_PACKET_BYTES = (188, 192, 204)
"""Sizes of transport packets in bytes: plain, with the time code of camcorders and Blu-ray, with error correction."""

_SURE_PACKETS = 8


def sniff(head: bytes) -> Format | None:
    """The format of a file by its first bytes (up to ``SNIFF_BYTES``), or None if Winnow does not accept it.

    Some files begin in the middle, as a recorded stream does, or with zeros and rubbish. Their format is searched in
    all of ``head``, as ffmpeg's readers do.
    """
    found = _signature(head)
    if found or head.startswith(_OTHERS):
        return found
    return _transport(head) or _sound(head) or _signature_inside(head)


def _signature(head: bytes) -> Format | None:
    if head[4:8] == b"ftyp":
        return _iso_brand(head[8:12])
    if head[4:8] in _MOV_BOXES:
        return MOV
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return WEBM if b"webm" in head[:64] else MKV
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return AVI
    if head[:4] == b"fLaC":
        return FLAC
    return OGG if head[:4] == b"OggS" else None


def _iso_brand(brand: bytes) -> Format | None:
    if brand in IMAGE_BRANDS:
        return None
    if brand == b"qt  ":
        return MOV
    if brand in (b"M4A ", b"M4B "):
        return M4A
    return MP4


def _transport(head: bytes) -> Format | None:
    """MPEG transport stream.

    It has three packets at the right distance from the start, or enough of them anywhere not to be chance.
    """
    for size in _PACKET_BYTES:
        start = size - 188 if size == 192 else 0
        if len(head) > start + 2 * size and set(head[start : start + 2 * size + 1 : size]) == {0x47}:
            return MPEGTS
        reach = (_SURE_PACKETS - 1) * size
        at = head.find(b"\x47", 0, max(len(head) - reach, 0))
        while at >= 0:
            if set(head[at : at + reach + 1 : size]) == {0x47}:
                return MPEGTS
            at = head.find(b"\x47", at + 1, len(head) - reach)
    return None


def _sound(head: bytes) -> Format | None:
    """Audio after an ID3 tag, or by matching frames. A single sync word may be chance."""
    if head[:3] == b"ID3" and len(head) >= 10:
        rest = head[10 + ((head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127)) :]
        return FLAC if rest[:4] == b"fLaC" else _sound(rest.lstrip(b"\0")) or MP3
    kinds = ((AAC, adts_frame), (MP3, mpeg_frame))
    for form, frame_at in kinds:
        if run_length(head, 0, frame_at) > 1:
            return form
    runs = [(at, form) for form, frame_at in kinds if (at := first_run(head, frame_at)) is not None]
    return min(runs, key=lambda run: run[0])[1] if runs else None


def _signature_inside(head: bytes) -> Format | None:
    """Ogg or FLAC after other bytes: the first page of an Ogg stream, or the first block of a FLAC."""
    if b"OggS\0\2" in head:
        return OGG
    return FLAC if b"fLaC\0\0\0\x22" in head else None
