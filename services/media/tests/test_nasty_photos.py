"""Photos made to hurt: each is refused with its code, in bounded time and memory. They are made here, byte by byte."""

import dataclasses
import io
import json
import os
import random
import resource
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import PreparePhoto
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import Permanent, Unsupported, WinnowError
from winnow_contracts.photo_formats import JPEG, MAX_BYTES, PNG, PhotoFormat
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import MemoryJournal
from winnow_media.photo_actor import prepare_photo
from winnow_media.photo_header import check_header
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import PYTHON_FOLDERS, Sandbox
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

Prepare = Callable[[bytes], Any]
Encode = Callable[..., bytes]
FORMS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP", "TIFF"]


@pytest.fixture(scope="module", autouse=True)
def _heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()


def refusal(prepared_photo: Prepare, content: bytes) -> Permanent:
    with pytest.raises(Permanent) as caught:
        prepared_photo(content)
    assert "Traceback" not in caught.value.detail
    assert "/" not in caught.value.detail
    return caught.value


def outcome(prepared_photo: Prepare, content: bytes) -> str:
    """The code of its refusal; empty where it became pictures."""
    try:
        prepared_photo(content)
    except Permanent as error:
        return error.code
    return ""


def noise(width: int = 300, height: int = 200) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(3 * width * height))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    width: int, height: int, *, kind: int = 0, depth: int = 1, data: bytes | None = None, more: bytes = b""
) -> bytes:
    """A PNG by hand: by default one bit a pixel, all black, packed until nothing is left of it."""
    if data is None:
        packer = zlib.compressobj(9)
        row = bytes(1 + (width * depth * {0: 1, 6: 4}[kind] + 7) // 8)
        data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_of_many_scans(scans: int, side: int = 6000) -> bytes:
    """A progressive JPEG whose last scan comes again and again: a few hundred bytes for minutes of computing."""
    file = io.BytesIO()
    Image.new("L", (side, side), 128).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * scans + b"\xff\xd9"


def test_an_empty_photo_is_refused_as_empty(prepared_photo: Prepare) -> None:
    assert refusal(prepared_photo, b"").code == "empty-file"


@pytest.mark.parametrize(
    "content",
    [
        random.Random(5).randbytes(100_000),
        b"just some words, again and again\n" * 100,
        b"<!doctype html><script>alert(1)</script>" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(100),
        b"PK\3\4" + bytes(100),
        b"%PDF-1.7\n" + bytes(100),
    ],
    ids=["random", "text", "html", "svg", "postscript", "mp4", "zip", "pdf"],
)
def test_what_is_no_photo_is_refused_by_its_content(content: bytes, prepared_photo: Prepare) -> None:
    error = refusal(prepared_photo, content)
    assert isinstance(error, Unsupported)
    assert error.code == "unsupported-type"


@pytest.mark.parametrize("form", FORMS)
def test_a_header_without_a_picture_is_refused(
    form: str, prepared_photo: Prepare, encoded: Encode, objects: MemoryObjectStore
) -> None:
    assert refusal(prepared_photo, encoded(noise(), form)[:28]).code == "corrupt-image"
    assert list(objects.keys("ok/")) == [], "nothing is made of what cannot be decoded"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_ends_as_a_picture_or_as_a_code(
    form: str, seed: int, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = bytearray(encoded(noise(), form))
    chance = random.Random(seed)
    for _ in range(20):
        content[chance.randrange(12, len(content))] = chance.randrange(256)
    codes = ("", "corrupt-image", "image-too-large", "resource-limit", "unsupported-type")
    assert outcome(prepared_photo, bytes(content)) in codes


def test_what_hangs_on_behind_a_photo_does_not_come_along(prepared_photo: Prepare, encoded: Encode) -> None:
    script = b"<script>alert('PLANTED')</script>"
    archive = b"PK\3\4" + bytes(26) + b"PLANTED.exe" + bytes(500)
    for form in ("JPEG", "PNG", "GIF"):
        pictures = prepared_photo(encoded(noise(), form) + script + archive)
        assert b"PLANTED" not in pictures.image_bytes + pictures.thumbnail_bytes
        assert b"PK\3\4" not in pictures.image_bytes + pictures.thumbnail_bytes


def test_a_png_of_two_and_a_half_thousand_million_pixels_is_refused_at_once_and_costs_no_memory(
    prepared_photo: Prepare,
) -> None:
    content = png(50_000, 50_000)
    assert len(content) < 400_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before_seconds = time.process_time()
    error = refusal(prepared_photo, content)
    took_seconds = time.process_time() - before_seconds
    assert error.code == "image-too-large"
    assert "50000 x 50000 pixels" in error.detail
    assert took_seconds < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 << 10  # KiB
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == children.ru_utime, "no child was needed"


@pytest.mark.parametrize(
    ("form", "head"),
    [
        (JPEG, b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\0"),
        (PNG, png(16_385, 1)),
        (PNG, png(8_063, 8_063)),
    ],
)
def test_limits_are_read_from_the_header(form: PhotoFormat, head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(head)
    with pytest.raises(Permanent) as caught:
        check_header(path)
    assert caught.value.code == "image-too-large"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (9_500, 9_500), (8_063, 8_063), (16_385, 10)])
def test_the_child_refuses_them_by_itself_and_its_memory_stays_flat(
    width: int, height: int, photos: PhotoProgram, tmp_path: Path
) -> None:
    """Past Pillow's own limit, between once and twice of it (there Pillow only warns), and by our own."""
    source = tmp_path / "photo"
    source.write_bytes(png(width, height))
    with pytest.raises(Permanent) as caught:
        photos.derive(source, PNG, tmp_path / "a.jpg", tmp_path / "b.jpg", lambda: None)
    assert caught.value.code == "image-too-large"
    assert peak_memory_bytes("png", source, tmp_path) < 80 << 20


def test_the_largest_photo_that_is_allowed_fits_into_the_memory_of_a_child(
    prepared_photo: Prepare, tmp_path: Path
) -> None:
    content = png(8_062, 8_062, kind=6, depth=8)
    assert prepared_photo(content).image.size == (2048, 2048)
    source = tmp_path / "photo"
    source.write_bytes(content)
    assert peak_memory_bytes("png", source, tmp_path) < 700 << 20


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_two_hundred_million_pixels_is_made_small_while_it_is_decoded(
    progressive: bool, prepared_photo: Prepare, encoded: Encode, tmp_path: Path
) -> None:
    content = encoded(Image.linear_gradient("L").resize((16_320, 12_240)), "JPEG", progressive=progressive)
    assert prepared_photo(content).image.size == (2040, 1530)
    source = tmp_path / "photo"
    source.write_bytes(content)
    assert peak_memory_bytes("jpeg", source, tmp_path) < (500 if progressive else 100) << 20


def peak_memory_bytes(form: str, source: Path, folder: Path) -> int:
    """The most resident memory that the photo program had, measured on a bare run of it."""
    line = [sys.executable, "-I", "-m", "winnow_media.photo_child", form, "2", str(source)]
    line += [str(folder / "a.jpg"), str(folder / "b.jpg")]
    code = (
        "import resource, subprocess, sys, json; subprocess.run(json.loads(sys.argv[1]), check=True, env={},"
        " stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", code, json.dumps(line)], capture_output=True, check=True, timeout=60)
    return int(told.stdout) << 10


def test_a_gif_with_a_huge_canvas_and_a_tiny_picture_is_refused(prepared_photo: Prepare, encoded: Encode) -> None:
    content = bytearray(encoded(Image.new("P", (1, 1)), "GIF"))
    content[6:10] = struct.pack("<HH", 65_535, 65_535)
    assert refusal(prepared_photo, bytes(content)).code == "image-too-large"


def test_a_picture_without_pixels_is_refused(prepared_photo: Prepare) -> None:
    assert refusal(prepared_photo, png(0, 0, data=zlib.compress(b""))).code == "corrupt-image"


def test_packed_text_in_a_png_does_not_unpack_into_memory(prepared_photo: Prepare, tmp_path: Path) -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 << 20), 9))
    content = png(64, 64, more=bomb * 3)
    assert outcome(prepared_photo, content) in ("", "corrupt-image")
    source = tmp_path / "photo"
    source.write_bytes(content)
    assert peak_memory_bytes("png", source, tmp_path) < 200 << 20


def test_a_file_over_the_limit_of_bytes_is_refused_before_it_is_fetched(prepared_photo: Prepare) -> None:
    assert refusal(prepared_photo, b"\xff\xd8\xff\xe0" + bytes(MAX_BYTES)).code == "too-large"


def test_a_photo_that_computes_for_minutes_is_stopped_by_its_limit(
    objects: MemoryObjectStore, scratch: Scratch, limits: Limits, photo_task: Any
) -> None:
    photos = PhotoProgram(Sandbox.detect(), dataclasses.replace(limits, photo_cpu_seconds=1))
    task, command = photo_task(jpeg_of_many_scans(2000))
    with pytest.raises(WinnowError) as caught:
        prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
    assert caught.value.code == "resource-limit"  # of computing, or, on a machine without a free core, of the clock
    assert list(objects.keys("ok/")) == []


def test_a_photo_that_needs_more_memory_than_is_allowed_is_refused(
    objects: MemoryObjectStore, scratch: Scratch, limits: Limits, photo_task: Any
) -> None:
    photos = PhotoProgram(Sandbox.detect(), dataclasses.replace(limits, memory_bytes=256 << 20))
    task, command = photo_task(png(7_071, 7_071, kind=6, depth=8))
    with pytest.raises(Permanent) as caught:
        prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
    assert caught.value.code == "resource-limit"


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "corrupt-image"),
        ('print(\'{"width": 5, "height": 5}\')', "corrupt-image"),
        ('print(\'{"refused": "<script>"}\')', "corrupt-image"),
    ],
    ids=["crashed", "wrote nothing", "says nonsense"],
)
def test_a_decoder_that_was_taken_over_is_not_believed(
    program: str, code: str, limits: Limits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    script = programs / "python"
    script.write_text(f"#!{sys.executable}\n{program}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr("winnow_media.photo_program.sys.executable", str(script))
    monkeypatch.setattr("winnow_media.photo_program.PYTHON_FOLDERS", (*PYTHON_FOLDERS, str(programs)))
    photos = PhotoProgram(Sandbox.detect(), limits)
    with pytest.raises(Permanent) as caught:
        photos.derive(tmp_path / "x", PNG, tmp_path / "a.jpg", tmp_path / "b.jpg", lambda: None)
    assert caught.value.code == code


def test_cancelled_in_mid_decode_the_child_is_dead_within_two_seconds(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, photo_task: Any, tmp_path: Path
) -> None:
    _, command = photo_task(jpeg_of_many_scans(2000))
    cancelled = threading.Event()
    raised: list[BaseException] = []

    def stop() -> None:
        if cancelled.is_set():
            raise Cancelled

    task = task_that_stops(command, stop)

    def prepare() -> None:
        try:
            prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    actor = threading.Thread(target=prepare)
    actor.start()
    until(photo_children)
    time.sleep(0.5)
    assert photo_children(), "it decodes"
    cancelled.set()
    actor.join(2.0)
    assert not actor.is_alive()
    assert isinstance(raised[0], Cancelled)
    assert photo_children() == []
    assert list(objects.keys("ok/")) == []
    assert objects.exists(command.original_key)
    assert not list((tmp_path / "scratch").glob("*"))


def task_that_stops(command: PreparePhoto, stop: Callable[[], None]) -> Task:
    envelope = Envelope(command=command, run=1, created_ms=now_ms())
    return Task(envelope, "attempt-1", MemoryJournal(), node="test", stop=stop)


def photo_children() -> list[int]:
    """Process ids of living photo programs that this process started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"winnow_media.photo_child" in line and int(parent) == os.getpid():
            found.append(int(folder.name))
    return found


def until(holds: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
