import pytest

from winnow_contracts import formats


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", formats.MP4),
        (b"\0\0\0\x20ftypqt  \0\0\2\0", formats.MOV),
        (b"\0\0\0\x20ftypM4A \0\0\2\0", formats.M4A),
        (b"\0\0\1\0moov" + bytes(16), formats.MOV),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", formats.WEBM),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", formats.MKV),
        (b"RIFF\0\0\0\0WAVEfmt ", formats.WAV),
        (b"RIFF\0\0\0\0AVI LIST", formats.AVI),
        (b"fLaC\0\0\0\x22", formats.FLAC),
        (b"OggS\0\2", formats.OGG),
        (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64", formats.MP3),
        ((b"\xff\xfb\x90\x64" + bytes(413)) * 2, formats.MP3),
        ((b"\x47" + bytes(187)) * 3, formats.MPEGTS),
        ((b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 2, formats.AAC),
    ],
)
def test_a_format_is_told_by_its_first_bytes(head, expected):
    assert formats.sniff(head) is expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"hello, this is a text named talk.mp4\n" * 20,
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile other.ts\n",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"PK\x03\x04" + bytes(64),
        b"\xff\xfb\x90\x64 only one frame, then text" + b"x" * 600,
        b"%PDF-1.7\n",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic",
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    ],
)
def test_what_is_not_a_recording_is_not_taken_for_one(head):
    assert formats.sniff(head) is None
