"""Names from old disks, and things that are no file."""

import os
import socket
from pathlib import Path

import pytest

from winnow_client.errors import BadInput, NotFound
from winnow_client.files import opened, readable


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("회의.wav".encode(), "회의.wav"),
        ("회의.wav".encode("cp949"), "회의.wav"),
        ("똠방각하.wav".encode("cp949"), "똠방각하.wav"),
        ("Café – Übung.wav".encode("cp1252"), "Café – Übung.wav"),
        (b"\x81.wav", "\ufffd.wav"),
        ("사진/".encode("cp949") + "회의.wav".encode(), "사진/회의.wav"),
        (b"plain.wav", "plain.wav"),
    ],
)
def test_a_name_is_read_in_the_encoding_it_was_written_in(raw: bytes, name: str) -> None:
    assert readable(os.fsdecode(raw)) == name


def test_what_is_no_file_is_refused_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path, words in ((tmp_path, "a folder"), (tmp_path / "pipe", "not a file"), (tmp_path / "socket", "not a")):
            with pytest.raises(BadInput, match=words), opened(path):
                pass
    for path in (Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(BadInput, match="not a file"), opened(path):
            pass


def test_a_name_that_is_too_long_or_absent_can_not_be_read(tmp_path: Path) -> None:
    for name in ("absent.wav", "x" * 300):
        with pytest.raises(NotFound, match="cannot be read"), opened(tmp_path / name):
            pass
