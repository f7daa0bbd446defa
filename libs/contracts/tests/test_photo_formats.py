import pytest

from winnow_contracts import photo_formats
from winnow_contracts.errors import BadInput, Permanent
from winnow_contracts.photo_formats import MAX_BYTES, MAX_SIDE, sniff_photo


def iso(major: bytes, *others: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return (4 + len(body)).to_bytes(4, "big") + body + b"\0\0\1\0meta" + b"avif"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", photo_formats.JPEG),
        (b"\xff\xd8\xff\xe1\1\0Exif", photo_formats.JPEG),
        (b"\xff\xd8\xff\xdb\0\x43", photo_formats.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", photo_formats.PNG),
        (b"RIFF\x24\0\0\0WEBPVP8 ", photo_formats.WEBP),
        (b"RIFF\x24\0\0\0WEBPVP8L", photo_formats.WEBP),
        (b"RIFF\x24\0\0\0WEBPVP8X", photo_formats.WEBP),
        *((iso(brand, b"mif1"), photo_formats.HEIF) for brand in (b"heic", b"heix", b"heim", b"heis")),
        *((iso(brand, b"msf1"), photo_formats.HEIF) for brand in (b"hevc", b"hevx", b"hevm", b"hevs")),
        (iso(b"mif1", b"heic"), photo_formats.HEIF),
        (iso(b"msf1"), photo_formats.HEIF),
        (iso(b"avif", b"mif1", b"miaf"), photo_formats.AVIF),
        (iso(b"avis"), photo_formats.AVIF),
        (iso(b"mif1", b"miaf", b"avif"), photo_formats.AVIF),
        (b"GIF87a\1\0\1\0", photo_formats.GIF),
        (b"GIF89a\1\0\1\0", photo_formats.GIF),
        (b"BM" + bytes(12) + b"\x28\0\0\0", photo_formats.BMP),
        (b"BM" + bytes(12) + b"\x7c\0\0\0", photo_formats.BMP),
        (b"II*\0\x08\0\0\0", photo_formats.TIFF),
        (b"MM\0*\0\0\0\x08", photo_formats.TIFF),
    ],
)
def test_a_photo_is_told_by_its_first_bytes(head, expected):
    assert sniff_photo(head) is expected
    assert photo_formats.recognise_photo(head) is expected


@pytest.mark.parametrize(
    "head",
    [
        b"hello, this is a text named bottle.jpg\n",
        b"BMW and other words",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9 an end without a picture",
        b"\xff\xfb\x90\x64",
        b"II+\0\x08\0\0\0",
        b"RIFF\0\0\0\0WAVEfmt ",
        iso(b"isom", b"mp41", b"avif"),
        iso(b"qt  ", b"heic"),
        iso(b"crx ", b"isom"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
    ],
)
def test_what_is_not_a_photo_is_not_taken_for_one(head):
    assert sniff_photo(head) is None
    with pytest.raises(Permanent) as caught:
        photo_formats.recognise_photo(head)
    assert caught.value.code == "unsupported-type"


def test_an_empty_photo_is_refused_as_empty():
    with pytest.raises(BadInput) as caught:
        photo_formats.recognise_photo(b"")
    assert caught.value.code == "empty-file"


@pytest.mark.parametrize("size", [(1, 1), (MAX_SIDE, 3_900), (8_192, 6_144), (1, MAX_SIDE)])
@pytest.mark.parametrize("form", ["jpeg", "png", "heif"])
def test_a_photo_up_to_the_limits_passes(size, form):
    photo_formats.refuse_many_pixels(*size, form)


def test_a_jpeg_may_have_as_many_pixels_as_any_telephone_makes():
    photo_formats.refuse_many_pixels(16_320, 12_240, "jpeg")
    with pytest.raises(BadInput, match="at most 16384 a side and 65 million in all"):
        photo_formats.refuse_many_pixels(16_320, 12_240, "png")


@pytest.mark.parametrize("size", [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (13_001, 5_000), (50_000, 50_000)])
def test_a_photo_over_the_limits_is_refused_with_both_figures(size):
    with pytest.raises(BadInput, match=f"{size[0]} x {size[1]} pixels; at most 16384") as caught:
        photo_formats.refuse_many_pixels(*size, "webp")
    assert caught.value.code == "image-too-large"


def test_a_file_of_too_many_bytes_is_refused():
    photo_formats.refuse_many_bytes(MAX_BYTES)
    with pytest.raises(BadInput, match="32 MB") as caught:
        photo_formats.refuse_many_bytes(MAX_BYTES + 1)
    assert caught.value.code == "too-large"
