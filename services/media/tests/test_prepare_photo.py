"""What preparing makes of a photo: which pictures, how they look, and that nothing else is in them."""

import hashlib
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin, TiffImagePlugin

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import ClassifyPhoto
from winnow_journal.testing.memory import MemoryJournal, memory_task
from winnow_media.photo_actor import prepare_photo
from winnow_media.photo_program import PhotoProgram
from winnow_media.scratch import Scratch

pillow_heif.register_heif_opener()

UPLOAD = "in/t/t1/med_1/upload"
RED, GREEN, BLUE, GREY = (220, 30, 30), (30, 200, 40), (30, 40, 210), (128, 128, 128)

Prepare = Callable[[bytes], Any]
Encode = Callable[..., bytes]


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom left, grey at the bottom right."""
    image = Image.new("RGB", (width, height), GREY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    return image


def near(found: Any, wanted: Any, tolerance: int = 14) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def looks_like_corners(image: Image.Image) -> bool:
    width, height = image.size
    places = {(1, 1): RED, (3, 1): GREEN, (1, 3): BLUE, (3, 3): GREY}
    return all(near(image.getpixel((width * x // 4, height * y // 4)), colour) for (x, y), colour in places.items())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "BMP", "TIFF"])
def test_every_format_becomes_two_upright_jpegs(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    pictures = prepared_photo(encoded(corners(), form))
    for image in (pictures.image, pictures.thumbnail):
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (120, 80))
        assert looks_like_corners(image)
    assert pictures.files.warnings == ()


def test_what_is_sent_on_names_the_pictures_and_the_hash_of_what_the_model_sees(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, prepared_photo: Prepare, encoded: Encode
) -> None:
    content = encoded(corners(), "PNG")
    pictures = prepared_photo(content)
    files = pictures.files
    assert files.original_key == UPLOAD
    assert files.image_key == "ok/t/t1/med_1/attempt-1/image.jpg"
    assert files.thumbnail_key == "ok/t/t1/med_1/attempt-1/thumbnail.jpg"
    assert files.image_sha256 == hashlib.sha256(pictures.image_bytes).hexdigest()
    assert (files.width, files.height) == (120, 80)
    assert objects.get_bytes(UPLOAD) == content
    assert objects.stat(files.image_key).content_type == "image/jpeg"


def test_language_and_region_travel_on(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, encoded: Encode, photo_task: Any
) -> None:
    task, command = photo_task(encoded(corners(), "PNG"))
    prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
    (sent,) = task.sent
    assert isinstance(sent, ClassifyPhoto)
    assert (sent.language, sent.region) == ("ko", "kr-seoul")


@pytest.mark.parametrize(
    ("size", "image_size", "thumbnail_size"),
    [
        ((3000, 2250), (2048, 1536), (300, 225)),
        ((1000, 3000), (683, 2048), (100, 300)),
        ((2049, 10), (2048, 10), (300, 1)),
        ((301, 300), (301, 300), (300, 299)),
        ((40, 30), (40, 30), (40, 30)),
        ((1, 1), (1, 1), (1, 1)),
        ((1, 16_000), (1, 2048), (1, 300)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_pictures_are_made_smaller_but_never_larger(
    size: Any, image_size: Any, thumbnail_size: Any, form: str, prepared_photo: Prepare, encoded: Encode
) -> None:
    pictures = prepared_photo(encoded(Image.new("RGB", size, RED), form))
    assert (pictures.image.size, pictures.thumbnail.size) == (image_size, thumbnail_size)
    assert near(pictures.image.getpixel((0, 0)), RED)
    assert (pictures.files.width, pictures.files.height) == image_size


def test_a_telephones_jpeg_is_halved_while_it_is_decoded(prepared_photo: Prepare, encoded: Encode) -> None:
    pictures = prepared_photo(encoded(corners(4032, 3024), "JPEG"))
    assert (pictures.image.size, pictures.thumbnail.size) == ((2016, 1512), (300, 225))
    assert looks_like_corners(pictures.image)


UNTURN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera that wrote each orientation had stored an upright picture."""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_a_photo_held_sideways_comes_out_upright(
    form: str, orientation: int, prepared_photo: Prepare, encoded: Encode
) -> None:
    method = UNTURN[orientation]
    stored = corners() if method is None else corners().transpose(method)
    exif = Image.Exif()
    exif[0x0112] = orientation
    # As bytes: then the writer of HEIF turns it into the property that this format has for it.
    pictures = prepared_photo(encoded(stored, form, exif=exif.tobytes()))
    for image in (pictures.image, pictures.thumbnail):
        assert image.size == (120, 80)
        assert looks_like_corners(image)


def test_a_large_photo_held_sideways_comes_out_upright_and_small(prepared_photo: Prepare, encoded: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = corners(4032, 3024).transpose(Image.Transpose.ROTATE_90)
    pictures = prepared_photo(encoded(stored, "JPEG", exif=exif))
    assert pictures.image.size == (2016, 1512)
    assert looks_like_corners(pictures.image)


def planted_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "PLANTED-MAKE"
    exif[0x9286] = "PLANTED-COMMENT"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0), 29: "2031:05:17"})
    exif.get_ifd(0x8769).update({0x927C: b"PLANTED-MAKERNOTE", 0x9003: "2031:05:17 10:11:12"})
    return exif


def planted_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"sRGB", b"PLNT")


def planted(form: str, encoded: Encode) -> bytes:
    how: dict[str, Any] = {"exif": planted_exif(), "icc_profile": planted_profile()}
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>PLANTED-XMP</x:xmpmeta>"
    match form:
        case "JPEG":
            how |= {"xmp": xmp, "comment": b"PLANTED-JPEG-COMMENT"}
        case "PNG":
            text = PngImagePlugin.PngInfo()
            text.add_text("Comment", "PLANTED-TEXT")
            text.add_itxt("XML:com.adobe.xmp", xmp.decode())
            how |= {"pnginfo": text}
        case "TIFF":
            tags = TiffImagePlugin.ImageFileDirectory_v2()
            tags[270] = "PLANTED-DESCRIPTION"
            how |= {"tiffinfo": tags}
        case _:
            how |= {"xmp": xmp}
    return encoded(corners(), form, **how)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_no_metadata_of_the_original_is_in_the_pictures(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    content = planted(form, encoded)
    assert b"PLANTED" in content, "the test plants what it looks for"
    pictures = prepared_photo(content)
    for made, image in (
        (pictures.image_bytes, pictures.image),
        (pictures.thumbnail_bytes, pictures.thumbnail),
    ):
        for mark in (b"PLANTED", b"PLNT", b"Exif", b"ICC_PROFILE", b"adobe", b"xmp", b"GPS", b"2031:05:17", b"MPF"):
            assert mark not in made
        assert len(image.getexif()) == 0
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert segments(made) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def segments(jpeg: bytes) -> set[int]:
    """The markers before the pixels: APP0, tables, frame and scan are all that a plain JPEG needs."""
    found, at = set(), 2
    while jpeg[at] == 0xFF:
        found.add(jpeg[at + 1])
        if jpeg[at + 1] == 0xDA:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def wide_gamut_profile() -> bytes:
    """sRGB with the primaries of Display P3, as telephones embed it: three tags of a matrix profile exchanged."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    columns = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for number in range(int.from_bytes(content[128:132], "big")):
        name, offset, _ = struct.unpack(">4sII", content[132 + 12 * number : 144 + 12 * number])
        if name in columns:
            values = (round(value * 65_536) for value in columns[name])
            content[offset + 8 : offset + 20] = struct.pack(">3i", *values)
    return bytes(content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_colours_of_a_wide_gamut_become_srgb(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    stored = (190, 90, 80)
    pictures = prepared_photo(encoded(Image.new("RGB", (64, 64), stored), form, icc_profile=wide_gamut_profile()))
    found = pictures.image.getpixel((32, 32))
    assert near(found, (205, 83, 75), tolerance=6), "the same colour has more red and less of the others in sRGB"
    assert pictures.files.warnings == ()


def test_a_grey_photo_with_a_profile_for_colours_is_taken_as_it_is_meant(
    prepared_photo: Prepare, encoded: Encode
) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pictures = prepared_photo(encoded(Image.new("L", (64, 64), 100), "JPEG", icc_profile=profile))
    assert near(pictures.image.getpixel((32, 32)), (100, 100, 100), tolerance=3)
    assert pictures.files.warnings == ()


@pytest.mark.parametrize(
    "profile", [b"PLANTED not a profile", planted_profile()[:300], planted_profile() + bytes(1 << 20)]
)
def test_a_profile_that_can_not_be_used_is_ignored_with_a_warning(
    profile: bytes, prepared_photo: Prepare, encoded: Encode
) -> None:
    pictures = prepared_photo(encoded(corners(), "JPEG", icc_profile=profile))
    assert pictures.files.warnings == ("colour-profile-ignored",)
    assert looks_like_corners(pictures.image)


def test_broken_exif_costs_the_turn_not_the_photo(prepared_photo: Prepare, encoded: Encode) -> None:
    content = encoded(corners(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(50))
    pictures = prepared_photo(content)
    assert looks_like_corners(pictures.image)
    assert set(pictures.files.warnings) <= {"orientation-ignored"}


def half_transparent(mode: str) -> Image.Image:
    """Black where it is opaque, on the left; fully transparent on the right."""
    image = Image.new(mode, (80, 40), (0, 0) if mode == "LA" else (0, 0, 0, 0))
    image.paste((0, 255) if mode == "LA" else (0, 0, 0, 255), (0, 0, 40, 40))
    return image


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA"), ("HEIF", "RGBA"), ("AVIF", "RGBA"), ("TIFF", "RGBA")],
)
def test_what_is_transparent_becomes_white(form: str, mode: str, prepared_photo: Prepare, encoded: Encode) -> None:
    image = prepared_photo(encoded(half_transparent(mode), form)).image
    assert near(image.getpixel((15, 20)), (0, 0, 0))
    assert near(image.getpixel((65, 20)), (255, 255, 255))


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_transparent_colour_of_a_palette_becomes_white(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    image = Image.new("P", (80, 40), 1)
    image.putpalette([*RED, *BLUE])
    image.paste(0, (0, 0, 40, 40))
    made = prepared_photo(encoded(image, form, transparency=1)).image
    assert near(made.getpixel((15, 20)), RED)
    assert near(made.getpixel((65, 20)), (255, 255, 255))


def test_a_colour_named_transparent_becomes_white(prepared_photo: Prepare, encoded: Encode) -> None:
    image = prepared_photo(encoded(corners(), "PNG", transparency=BLUE)).image
    assert near(image.getpixel((30, 60)), (255, 255, 255))
    assert near(image.getpixel((30, 20)), RED)


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_colours_for_print_become_colours_for_a_screen(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    pictures = prepared_photo(encoded(corners().convert("CMYK"), form))
    assert looks_like_corners(pictures.image)
    assert pictures.files.warnings == ()


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    image = Image.new("I;16", (64, 64), 128 * 257)
    image.paste(65_535, (0, 0, 32, 64))
    made = prepared_photo(encoded(image, form)).image
    assert near(made.getpixel((10, 30)), (255, 255, 255))
    assert near(made.getpixel((54, 30)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_numbers_without_a_scale_are_spread_from_black_to_white(
    mode: str, prepared_photo: Prepare, encoded: Encode
) -> None:
    image = Image.new(mode, (64, 64), 20)
    image.paste(1020, (0, 0, 32, 64))
    made = prepared_photo(encoded(image, "TIFF")).image
    assert near(made.getpixel((10, 30)), (255, 255, 255))
    assert near(made.getpixel((54, 30)), (0, 0, 0))


@pytest.mark.parametrize(("mode", "form"), [("1", "PNG"), ("L", "JPEG"), ("P", "BMP"), ("YCbCr", "TIFF")])
def test_other_ways_to_store_colours_are_read(mode: str, form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    image = Image.new("RGB", (64, 64), "white")
    image.paste((0, 0, 0), (0, 0, 32, 64))
    made = prepared_photo(encoded(image.convert(mode), form)).image
    assert near(made.getpixel((10, 30)), (0, 0, 0))
    assert near(made.getpixel((54, 30)), (255, 255, 255))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG", "MPO", "AVIF", "HEIF"])
def test_of_several_pictures_the_first_is_taken(form: str, prepared_photo: Prepare, encoded: Encode) -> None:
    others = [Image.new("RGB", (120, 80), "black") for _ in range(2)]
    content = encoded(corners(), form, save_all=True, append_images=others)
    assert looks_like_corners(prepared_photo(content).image)


def test_a_second_try_makes_nothing_again(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, encoded: Encode, photo_task: Any
) -> None:
    journal = MemoryJournal()
    task, command = photo_task(encoded(corners(), "PNG"), journal=journal)
    prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
    before = set(objects.keys(""))
    second = memory_task(command, journal=journal, attempt_id="attempt-2")
    prepare_photo(second, command, objects=objects, photos=photos, scratch=scratch)
    assert second.sent == task.sent
    assert set(objects.keys("")) == before


@pytest.mark.parametrize("moved", [False, True], ids=["where it was", "moved by an earlier version"])
def test_a_later_run_of_a_job_finds_the_original(
    objects: MemoryObjectStore, photos: PhotoProgram, scratch: Scratch, encoded: Encode, photo_task: Any, moved: bool
) -> None:
    task, command = photo_task(content := encoded(corners(), "PNG"))
    prepare_photo(task, command, objects=objects, photos=photos, scratch=scratch)
    where = "ok/t/t1/med_1/original" if moved else UPLOAD
    if moved:
        objects.put_bytes(where, content, "image/png")
        objects.remove(UPLOAD)
    again = memory_task(command, run=2, attempt_id="attempt-2")
    prepare_photo(again, command, objects=objects, photos=photos, scratch=scratch)
    (first,), (second,) = task.sent, again.sent
    assert isinstance(first, ClassifyPhoto)
    assert isinstance(second, ClassifyPhoto)
    assert second.files.image_sha256 == first.files.image_sha256, "the same bytes: the paid answer is found again"
    assert second.files.original_key == where


def test_the_worker_itself_never_loads_a_decoder() -> None:
    code = "import sys, json, winnow_media.worker; print(json.dumps(list(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=100)
    assert not {"PIL", "pillow_heif", "winnow_media.photo_pixels"} & set(json.loads(told.stdout))
