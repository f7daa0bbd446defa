"""Checks at start that the installed ffmpeg does not open another file for a disguised playlist."""

import logging
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from winnow_contracts.errors import BadInput, Misconfigured, Temporary
from winnow_contracts.formats import sniff
from winnow_media.command_lines import Input
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.scratch import Scratch

log = logging.getLogger(__name__)


class SelfTestedFfmpeg:
    """An ffmpeg that is available only after it passed its self-test, which runs during the node's start."""

    def __init__(self, ffmpeg: Ffmpeg, scratch: Scratch) -> None:
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._passed: Future[None] = Future()

    def start(self) -> None:
        """Begin the test and return at once."""
        Thread(target=self._test, args=(self._passed,), name="self-test", daemon=True).start()

    def get(self) -> Ffmpeg:
        """Wait for the test and return the ffmpeg. Raises what the test raised."""
        self._passed.result()
        return self._ffmpeg

    def probe(self) -> None:
        """Raise what the test raised; return while it still runs. After a temporary error the test begins again."""
        if not self._passed.done():
            return
        error = self._passed.exception()
        if isinstance(error, Temporary):
            self._passed = Future()
            self.start()
        if error is not None:
            raise error

    def _test(self, passed: Future[None]) -> None:
        try:
            with self._scratch.folder() as folder:
                refuse_unsafe_ffmpeg(self._ffmpeg, folder)
            log.info("ffmpeg passed its self-test, version %s", self._ffmpeg.version())
            passed.set_result(None)
        except Exception as error:  # noqa: BLE001 - raised again where the result is awaited
            passed.set_exception(error)


def disguises(segment: Path) -> dict[str, bytes]:
    """Two files, bytes by name, that make a careless ffmpeg open ``segment``."""
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{segment}\n#EXT-X-ENDLIST\n"
    return {"playlist.mp4": playlist.encode(), "script.mp4": f"ffconcat version 1.0\nfile {segment}\n".encode()}


def refuse_unsafe_ffmpeg(ffmpeg: Ffmpeg, folder: Path) -> None:
    """Raise Misconfigured if Winnow or ffmpeg takes a disguised playlist for a recording.

    ffmpeg gets the demuxer that the name suggests, and then none, so that only the list of formats stops it.
    """
    segment = folder / "segment.wav"
    segment.write_bytes(_silence())
    if not ffmpeg.probe(Input(path=segment, demuxer="wav"), _go_on).streams:
        raise Misconfigured("ffprobe cannot read a WAV file", hint="Install the Debian package ffmpeg again.")
    for name, content in disguises(segment).items():
        path = folder / name
        path.write_bytes(content)
        for demuxer in ("mov", None):
            if sniff(content) is not None or _opens(ffmpeg, Input(path=path, demuxer=demuxer)):
                raise Misconfigured(
                    f"the installed ffmpeg opens other files for a disguised {path.stem}",
                    hint="Install another ffmpeg; this one must not see files of strangers.",
                )


def _opens(ffmpeg: Ffmpeg, source: Input) -> bool:
    try:
        ffmpeg.probe(source, _go_on)
    except BadInput:
        return False
    return True


def _silence() -> bytes:
    """A tenth of a second of 8 kHz PCM as WAV."""
    data = bytes(1600)
    form = b"fmt " + (16).to_bytes(4, "little") + bytes((1, 0, 1, 0)) + (8000).to_bytes(4, "little")
    form += (16_000).to_bytes(4, "little") + bytes((2, 0, 16, 0))
    body = b"WAVE" + form + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _go_on() -> None:
    """A check that never stops the self-test."""
