import random
import time

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
        (b"RF64\xff\xff\xff\xffWAVEds64", formats.WAV),
        ((bytes(4) + b"\x47" + bytes(187)) * 3, formats.MPEGTS),
        ((b"\x47" + bytes(203)) * 3, formats.MPEGTS),
        (b"rubbish" + (b"\x47" + bytes(187)) * 8, formats.MPEGTS),
        (b"end of a packet" + (bytes(4) + b"\x47" + bytes(187)) * 9, formats.MPEGTS),
        (b"\x0cof a frame" + (b"\xff\xfb\x90\x64" + bytes(413)) * 4, formats.MP3),
        (bytes(60_000) + (b"\xff\xfb\x90\x64" + bytes(413)) * 4, formats.MP3),
        ((b"\xff\xfd\x80\x64" + bytes(413)) * 2, formats.MP3),  # layer II
        ((b"\xff\xff\x44\x64" + bytes(124)) * 2, formats.MP3),  # layer I
        (b"ID3\x04\0\0\0\0\0\x0a" + b"\xff" * 50 + (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 4, formats.AAC),
        (bytes(512) + (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 4, formats.AAC),
        (bytes(512) + b"OggS\0\2", formats.OGG),
        (bytes(512) + b"fLaC\0\0\0\x22", formats.FLAC),
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
        b"PK\3\4 with a song in it" + (b"\xff\xfb\x90\x64" + bytes(413)) * 9,
        b"\xff\xd8\xff\xe0 a picture with a song in it" + (b"\xff\xfb\x90\x64" + bytes(413)) * 9,
        b"x" + (b"\xff\xfb\x90\x64" + bytes(413)) * 3,
        b"G" * 3 + b"reat words, " * 400,
        b"\xff" * 65_536,
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic",
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    ],
)
def test_what_is_not_a_recording_is_not_taken_for_one(head):
    assert formats.sniff(head) is None


def test_looking_for_frames_in_hostile_bytes_is_quick():
    began = time.process_time()
    for head in (
        b"\xff" * 65_536,
        b"\xff\xfb\x10\x64" * 16_384,
        (b"G" * 187 + b"-") * 348,
        random.Random(1).randbytes(65_536),
    ):
        formats.sniff(head)
    assert time.process_time() - began < 1
