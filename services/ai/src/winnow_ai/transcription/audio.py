"""Reads a recording's audio (16 kHz mono FLAC) from the store in blocks, and encodes chunks of it as FLAC."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from winnow_base.objects.store import ObjectStore
from winnow_contracts.errors import BadInput

RATE = 16_000
"""Samples per second. Media makes all audio at this rate."""

_BLOCK_SAMPLES = 10 * RATE

Samples = npt.NDArray[np.int16]


class _ForwardOnly(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file that cannot seek: FLAC written to a pipe has no length, and the library then fails on a seek."""

    def seekable(self) -> bool:
        return False


class Audio:
    """One recording's samples, read forwards. Raises BadInput (``corrupt-media``) if they cannot be decoded.

    It holds one block and the requested samples in memory, however long the recording is.
    """

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file = file
        self._key = key
        self._sound = self._open()
        self._position = 0

    def blocks(self) -> Iterator[Samples]:
        """All samples from the beginning, ten seconds at a time."""
        self._rewind()
        while len(block := self._read(_BLOCK_SAMPLES)):
            yield block

    def between(self, start_ms: int, end_ms: int) -> Samples:
        """The samples from ``start_ms`` to ``end_ms``; fewer at the recording's end."""
        start, end = start_ms * RATE // 1000, end_ms * RATE // 1000
        if start < self._position:
            self._rewind()
        while self._position < start and len(self._read(min(_BLOCK_SAMPLES, start - self._position))):
            pass
        return self._read(max(0, end - self._position))

    def _open(self) -> soundfile.SoundFile:
        self._file.seek(0)
        try:
            sound = _ForwardOnly(self._file)
        except soundfile.LibsndfileError as error:
            raise self._corrupt(error) from error
        if sound.samplerate != RATE or sound.channels != 1:
            raise BadInput(f"{self._key} is not 16 kHz mono audio", code="corrupt-media")
        return sound

    def _rewind(self) -> None:
        if self._position:
            self._sound.close()
            self._sound, self._position = self._open(), 0

    def _read(self, count: int) -> Samples:
        try:
            # The library allocates ``count`` samples. A chunk has at most some minutes, so that is little.
            samples: Samples = self._sound.read(count, dtype="int16")
        except soundfile.LibsndfileError as error:
            raise self._corrupt(error) from error
        self._position += len(samples)
        return samples

    def _corrupt(self, error: Exception) -> BadInput:
        return BadInput(
            f"the audio {self._key} cannot be decoded: {error}",
            code="corrupt-media",
            hint="Run the job again from its audio stage.",
        )


@contextmanager
def open_audio(
    objects: ObjectStore, key: str, folder: Path, check: Callable[[], None] = lambda: None
) -> Iterator[Audio]:
    """Open the audio object ``key`` as an unnamed file in ``folder``, of which a killed process leaves nothing.

    ``check`` is called for each part that is copied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        for chunk in objects.chunks(key):
            check()
            file.write(chunk)
        yield Audio(file, key)


def encode_flac(samples: Samples) -> bytes:
    """The samples as a FLAC file, without loss."""
    target = io.BytesIO()
    soundfile.write(target, samples, RATE, format="FLAC", subtype="PCM_16")
    return target.getvalue()
