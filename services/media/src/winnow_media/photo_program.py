"""Runs the program that decodes photos: one sandboxed child per photo, whose answer is checked."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow_contracts.errors import BadInput, TryAlone
from winnow_contracts.photo_formats import (
    JPEG,
    PHOTO_SNIFF_BYTES,
    PhotoFormat,
    most_pixels,
    refuse_many_pixels,
    sniff_photo,
)
from winnow_media.child_end import ChildFailed
from winnow_media.sandbox import PYTHON_FOLDERS, ChildLimits, Sandbox
from winnow_media.settings import Limits
from winnow_media.transfers import Check

MADE_BYTES = 32 << 20
"""The most bytes of one picture. A noisy one of 2048 x 2048 pixels takes 5 MB."""

_WARNINGS = frozenset(("colour-profile-ignored", "orientation-ignored", "picture-incomplete"))
_HINT = "Take or export it again, as JPEG for instance, and upload that."


@dataclass(frozen=True, kw_only=True)
class Made:
    """The result for a photo: the image's width and height in pixels, and warnings."""

    width: int
    height: int
    warnings: tuple[str, ...]


class PhotoProgram:
    """Runs ``winnow_media.photo_child``, which alone loads the decoders. Its answers are checked, not trusted."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self._sandbox, self._limits = sandbox, limits

    def derive(self, source: Path, form: PhotoFormat, image: Path, thumbnail: Path, check: Check) -> Made:
        """Write image and thumbnail of a photo.

        Raises BadInput (``corrupt-image``, ``image-too-large``, ``resource-limit``), TimedOut, TryAlone, and whatever
        ``check`` raises.
        """
        # -I ignores the environment, the user's site folder and the worker's current directory.
        line = [sys.executable, "-I", "-m", "winnow_media.photo_child", form.name, str(self._limits.threads)]
        try:
            done = self._sandbox.run(
                [*line, str(source), str(image), str(thumbnail)],
                self._child_limits(),
                check,
                folder=source.parent,
                readable=PYTHON_FOLDERS,
            )
        except ChildFailed as error:
            if error.code < 0:  # the decoder itself crashed
                raise _corrupt() from error
            raise RuntimeError(f"the photo program failed: {error.messages}") from error
        except BadInput as error:
            raise _over_limit() from error
        except TryAlone as error:
            raise TryAlone(error.detail, verdict=_over_limit(), hint=error.hint) from error
        return _judge(json.loads(done.output), form, image, thumbnail)

    def _child_limits(self) -> ChildLimits:
        limits = self._limits
        return ChildLimits(
            memory_bytes=limits.memory_bytes,
            cpu_seconds=limits.photo_cpu_seconds,
            wall_seconds=4 * limits.photo_cpu_seconds,
            output_bytes=MADE_BYTES,
        )


def _judge(told: dict[str, Any], form: PhotoFormat, image: Path, thumbnail: Path) -> Made:
    width, height = int(told.get("width", 0)), int(told.get("height", 0))
    match told.get("refused"):
        case None:
            for path in (image, thumbnail):
                _refuse_no_jpeg(path)
            warnings = tuple(warning for warning in told.get("warnings", ()) if warning in _WARNINGS)
            return Made(width=width, height=height, warnings=warnings)
        case "image-too-large":
            refuse_many_pixels(width, height, form.name)
            raise BadInput(
                f"The photo has more than {most_pixels(form.name) // 1_000_000} million pixels.",
                code="image-too-large",
                hint="Upload a smaller copy of it.",
            )
        case "resource-limit":
            raise _over_limit()
        case _:
            raise _corrupt()


def _refuse_no_jpeg(path: Path) -> None:
    if not path.is_file():
        raise _corrupt()
    with path.open("rb") as file:
        if sniff_photo(file.read(PHOTO_SNIFF_BYTES)) is not JPEG:
            raise _corrupt()


def _corrupt() -> BadInput:
    return BadInput("The photo is damaged: it cannot be decoded.", code="corrupt-image", hint=_HINT)


def _over_limit() -> BadInput:
    return BadInput(
        "Decoding the photo takes more memory or computing than is allowed.", code="resource-limit", hint=_HINT
    )
