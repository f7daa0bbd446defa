"""The recordings Winnow accepts, told by their first bytes. Declared type and extension decide nothing."""

from dataclasses import dataclass

from winnow_contracts.photo_formats import IMAGE_BRANDS

SNIFF_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class Format:
    """A container: its name, the ffmpeg demuxer that reads it, its media type."""

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


def sniff(head: bytes) -> Format | None:
    """The format of a file by its first bytes (up to ``SNIFF_BYTES``), or None: not a recording we accept."""
    if head[4:8] == b"ftyp":
        return _iso_brand(head[8:12])
    if head[4:8] in _MOV_BOXES:
        return MOV
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return WEBM if b"webm" in head[:64] else MKV
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return AVI
    if head[:4] == b"fLaC":
        return FLAC
    if head[:4] == b"OggS":
        return OGG
    if len(head) >= 377 and head[0] == head[188] == head[376] == 0x47:
        return MPEGTS
    return _audio_frames(head)


def _iso_brand(brand: bytes) -> Format | None:
    if brand in IMAGE_BRANDS:
        return None
    if brand == b"qt  ":
        return MOV
    if brand in (b"M4A ", b"M4B "):
        return M4A
    return MP4


def _audio_frames(head: bytes) -> Format | None:
    """MPEG audio after an ID3 tag, or by two headers that agree: one sync word alone may be chance."""
    if head[:3] == b"ID3" and len(head) >= 10:
        size = 10 + ((head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127))
        if size + 4 > len(head):
            return MP3
        rest = head[size:]
        return FLAC if rest[:4] == b"fLaC" else _audio_frames(rest.lstrip(b"\0")) or MP3
    if _adts(head):
        return AAC
    length = _mp3_frame_bytes(head)
    if length and _mp3_frame_bytes(head[length:]):
        return MP3
    return None


def _adts(head: bytes) -> bool:
    if len(head) < 9 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return (
        length > 7
        and head[length : length + 1] == b"\xff"
        and head[length + 1 : length + 2] != b""
        and (head[length + 1] & 0xF6 == 0xF0)
    )


_KBPS_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBPS_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _mp3_frame_bytes(head: bytes) -> int:
    """Length of the MPEG layer III frame at the start of ``head``, 0 where there is none (ISO/IEC 11172-3, 2.4.1)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    kbps = (_KBPS_MPEG1 if version == 3 else _KBPS_MPEG2)[head[2] >> 4]
    rate = head[2] >> 2 & 3
    if version not in _RATES or layer != 1 or kbps == 0 or rate == 3:
        return 0
    padding = head[2] >> 1 & 1
    return (144 if version == 3 else 72) * kbps * 1000 // _RATES[version][rate] + padding
