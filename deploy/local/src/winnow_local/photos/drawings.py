"""Draws simple pictures of waste for a demo without photos."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

_SIDE = 640
_BOARD = (232, 230, 226)

Draw = ImageDraw.ImageDraw


def drawings() -> dict[str, bytes]:
    """JPEG bytes by name. The pictures are as simple as a child's, and one shows nothing."""
    return {
        "bottle.jpg": _drawn(_bottle),
        "can.jpg": _drawn(_can),
        "cardboard-box.jpg": _drawn(_box),
        "sheet-of-paper.jpg": _drawn(_paper),
        "wine-bottle.jpg": _drawn(_wine_bottle),
        "empty-board.jpg": _drawn(lambda draw: None),
    }


def _drawn(thing: Callable[[Draw], None]) -> bytes:
    image = Image.new("RGB", (_SIDE, _SIDE), _BOARD)
    thing(ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _bottle(draw: Draw) -> None:
    draw.rounded_rectangle((240, 190, 400, 590), 40, fill=(196, 221, 236), outline=(140, 170, 190), width=4)
    draw.polygon(((250, 210), (390, 210), (345, 110), (295, 110)), fill=(196, 221, 236))
    draw.rectangle((292, 70, 348, 112), fill=(30, 90, 190))
    draw.rectangle((240, 310, 400, 430), fill=(40, 120, 205))
    draw.line((262, 230, 262, 560), fill=(236, 246, 252), width=10)


def _can(draw: Draw) -> None:
    draw.rectangle((230, 150, 410, 530), fill=(178, 182, 188))
    draw.ellipse((230, 495, 410, 565), fill=(150, 154, 160))
    draw.rectangle((230, 220, 410, 470), fill=(196, 32, 38))
    draw.ellipse((230, 115, 410, 185), fill=(206, 210, 214), outline=(140, 144, 150), width=5)
    draw.ellipse((300, 138, 345, 160), outline=(120, 124, 130), width=5)
    draw.line((255, 190, 255, 500), fill=(240, 240, 242), width=12)


def _box(draw: Draw) -> None:
    draw.polygon(((110, 260), (330, 340), (330, 580), (110, 490)), fill=(176, 132, 84))
    draw.polygon(((330, 340), (540, 250), (540, 480), (330, 580)), fill=(150, 108, 66))
    draw.polygon(((110, 260), (310, 180), (540, 250), (330, 340)), fill=(198, 154, 104))
    draw.line((220, 300, 425, 215), fill=(214, 190, 150), width=22)


def _paper(draw: Draw) -> None:
    draw.polygon(((150, 90), (470, 70), (510, 560), (170, 585)), fill=(252, 252, 250), outline=(180, 180, 178), width=3)
    for line in range(9):
        draw.line((190, 150 + 44 * line, 450, 140 + 44 * line), fill=(90, 92, 110), width=5)


def _wine_bottle(draw: Draw) -> None:
    draw.rounded_rectangle((245, 250, 395, 600), 20, fill=(34, 74, 44))
    draw.polygon(((250, 270), (390, 270), (342, 190), (298, 190)), fill=(34, 74, 44))
    draw.rectangle((298, 50, 342, 200), fill=(34, 74, 44))
    draw.rectangle((294, 45, 346, 110), fill=(110, 20, 34))
    draw.rectangle((250, 380, 390, 510), fill=(238, 228, 200))
    draw.line((266, 290, 266, 570), fill=(120, 160, 126), width=8)
