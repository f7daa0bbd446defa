"""Damaged photos: what can be decoded is used, with a warning where part is missing; broken metadata is no damage."""

import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from winnow_contracts.errors import BadInput

Prepare = Callable[[bytes], Any]
Encode = Callable[..., bytes]
FORMS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "TIFF"]
INCOMPLETE = ("picture-incomplete",)
TRAILER = b"\0\0\1\nImage_UTC_Data1458170015363SEFH\x66\0\0\0SEFT" * 40
BAD_EXIF = b"Exif\0\0II*\0\xff\xff\xff\x7f"


@pytest.fixture(scope="module", autouse=True)
def _heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()


@pytest.fixture
def scene() -> Image.Image:
    """Two coloured halves under many small discs, so that every row has something to lose."""
    chance = random.Random(4)
    made = Image.new("RGB", (400, 300), (200, 30, 30))
    draw = ImageDraw.Draw(made)
    draw.rectangle((200, 0, 399, 299), fill=(30, 30, 200))
    for _ in range(150):
        x, y = chance.randrange(400), chance.randrange(300)
        draw.ellipse((x, y, x + 20, y + 20), fill=tuple(chance.randbytes(3)))
    return made


def part_that_looks_alike(one: Image.Image, other: Image.Image) -> float:
    """The share of rows, from above, that are the same but for what a codec loses."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    rows = [
        apart.crop((0, row, apart.width, row + 10)).resize((1, 1), Image.Resampling.BOX) for row in range(0, 300, 10)
    ]
    return next((number for number, row in enumerate(rows) if row.getpixel((0, 0)) > 25), len(rows)) / len(rows)


@pytest.mark.parametrize("form", FORMS)
def test_of_a_photo_that_ends_early_what_there_is_is_used_and_the_rest_is_warned_of(
    form: str, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, form)
    pictures = prepared_photo(content[: len(content) * 3 // 4])
    assert pictures.files.warnings == INCOMPLETE
    assert pictures.image.size == scene.size
    assert 0.2 < part_that_looks_alike(pictures.image, scene) < 0.95


def test_a_progressive_jpeg_that_ends_early_shows_all_of_the_scene(
    scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, "JPEG", progressive=True)
    pictures = prepared_photo(content[: len(content) * 3 // 4])
    assert pictures.files.warnings == INCOMPLETE
    assert part_that_looks_alike(pictures.image, scene) == 1


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("behind", [b"", TRAILER])
def test_a_jpeg_without_its_last_mark_is_whole(
    progressive: bool, behind: bytes, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, "JPEG", progressive=progressive)[:-2] + behind
    pictures = prepared_photo(content)
    assert pictures.files.warnings == ()
    assert part_that_looks_alike(pictures.image, scene) == 1


def test_a_jpeg_of_one_colour_is_whole_too(prepared_photo: Prepare, encoded: Encode) -> None:
    assert prepared_photo(encoded(Image.new("RGB", (40, 30), "red"), "JPEG")[:-2]).files.warnings == ()


def test_a_webp_whose_metadata_is_cut_off_is_whole(
    scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, "WEBP", xmp=b"<x:xmpmeta/>" * 90)
    assert prepared_photo(content[:-200]).files.warnings == ()


def test_a_png_that_is_broken_inside_is_warned_of(scene: Image.Image, prepared_photo: Prepare, encoded: Encode) -> None:
    content = bytearray(encoded(scene, "PNG"))
    content[len(content) // 2] ^= 0xFF
    assert prepared_photo(bytes(content)).files.warnings == INCOMPLETE


@pytest.mark.parametrize(("form", "last"), [("JPEG", b"\xff\xda"), ("PNG", b"IDAT")])
def test_where_nothing_can_be_seen_the_photo_is_refused(
    form: str, last: bytes, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, form)
    with pytest.raises(BadInput) as caught:
        prepared_photo(content[: content.index(last) + 14])
    assert caught.value.code == "corrupt-image"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


LARGE_TEXT = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(3_000_000))
CHUNKS = {
    "a profile of nonsense": chunk(b"iCCP", b"x\0\0nonsense"),
    "a profile packed in an unknown way": chunk(b"iCCP", b"x\0\5nonsense"),
    "a wrong checksum": chunk(b"tEXt", b"a\0b")[:-1] + b"?",
    "text packed in an unknown way": chunk(b"zTXt", b"a\0\7nonsense"),
    "very large XMP": chunk(b"iTXt", LARGE_TEXT),
    "EXIF of nonsense": chunk(b"eXIf", BAD_EXIF[6:]),
    "a density cut short": chunk(b"pHYs", b"1"),
}


@pytest.mark.parametrize("place", [b"IDAT", b"IEND"])
@pytest.mark.parametrize("about", CHUNKS)
def test_broken_metadata_is_no_damage_of_a_png(
    about: str, place: bytes, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, "PNG")
    at = content.index(place) - 4
    pictures = prepared_photo(content[:at] + CHUNKS[about] + content[at:])
    assert set(pictures.files.warnings) <= {"colour-profile-ignored", "orientation-ignored"}
    assert part_that_looks_alike(pictures.image, scene) == 1


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


SEGMENTS = {
    "EXIF of nonsense": segment(0xE1, BAD_EXIF),
    "a profile cut short": segment(0xE2, b"ICC_PROFILE\0"),
    "a list of pictures cut short": segment(0xE2, b"MPF\0II*\0\x08\0\0\0\1\0\0\xb0\7\0"),
    "Photoshop's block cut short": segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\xff\xff"),
    "XMP cut short": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmp"),
    "a JFIF header cut short": segment(0xE0, b"JFIF"),
    "Adobe's mark cut short": segment(0xEE, b"Adobe"),
}


@pytest.mark.parametrize("about", SEGMENTS)
def test_broken_metadata_is_no_damage_of_a_jpeg(
    about: str, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(scene, "JPEG")
    pictures = prepared_photo(content[:2] + SEGMENTS[about] + content[2:])
    assert set(pictures.files.warnings) <= {"colour-profile-ignored", "orientation-ignored"}
    assert part_that_looks_alike(pictures.image, scene) == 1


def test_a_jpeg_with_broken_metadata_keeps_which_side_is_up(prepared_photo: Prepare, encoded: Encode) -> None:
    upright = Image.Exif()
    upright[0x0112] = 6
    content = encoded(Image.effect_noise((60, 40), 90).convert("RGB"), "JPEG", exif=upright)
    assert prepared_photo(content[:2] + SEGMENTS["a profile cut short"] + content[2:]).image.size == (40, 60)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # of the encoder
@pytest.mark.parametrize("form", ["WEBP", "HEIF", "AVIF"])
def test_broken_metadata_is_no_damage_of_newer_forms(
    form: str, scene: Image.Image, prepared_photo: Prepare, encoded: Encode
) -> None:
    pictures = prepared_photo(encoded(scene, form, exif=BAD_EXIF, xmp=b"<broken"))
    assert set(pictures.files.warnings) <= {"orientation-ignored"}
    assert part_that_looks_alike(pictures.image, scene) == 1
