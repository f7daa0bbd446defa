"""Decodes an uploaded recording to a file of 16 kHz mono samples with ffmpeg, in a separate limited process."""

import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import BadInput, Misconfigured, TimedOut, Unsupported
from winnow_contracts.formats import SNIFF_BYTES, sniff
from winnow_models.speech_settings import SAMPLE_RATE_HZ

MAX_CALL_SECONDS = 7_200
"""The longest recording (s) of one call: its temporary file takes 32 kB per second."""

_SAMPLE_BYTES = 2
_LOOK_SECONDS = 0.5
_ADDRESS_SPACE_BYTES = 1_610_612_736
_CPU_SECONDS = 120
_WALL_SECONDS = 180
_FORMATS = "mov,matroska,mp3,wav,ogg,flac,aac,mpegts,avi"
_DECODERS = "aac,mp3float,mp3,flac,vorbis,opus,pcm_s16le"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A file of 16 kHz mono samples, 16 bits each, little-endian."""

    path: Path
    samples: int


def decode(path: Path, target: Path, check: Callable[[], None] = lambda: None) -> Recording:
    """Writes the first audio stream of a recording to ``target``.

    ``check`` is called meanwhile; it may raise. Raises Unsupported for an unknown format; BadInput for a recording
    without audio, damaged, or longer than ``MAX_CALL_SECONDS``; TimedOut if decoding took too long.
    """
    with path.open("rb") as file:
        form = sniff(file.read(SNIFF_BYTES))
    if form is None:
        raise Unsupported("The file is not a recording of a known format.", code="unsupported-type")
    with target.open("wb") as output:
        process = subprocess.Popen(
            _command(path, form.demuxer), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, env={}
        )
        try:
            status = _end_of(process, check)
        finally:
            process.kill()
            process.wait()
    samples = target.stat().st_size // _SAMPLE_BYTES
    if status != 0 or samples == 0:
        raise BadInput("The recording has no audio that can be decoded.", code="corrupt-media")
    if samples > MAX_CALL_SECONDS * SAMPLE_RATE_HZ:
        raise BadInput(
            f"The recording is longer than {MAX_CALL_SECONDS} s.", code="too-long", hint="Send it in shorter pieces."
        )
    return Recording(path=target, samples=samples)


def _end_of(process: "subprocess.Popen[bytes]", check: Callable[[], None]) -> int:
    deadline = time.monotonic() + _WALL_SECONDS
    while time.monotonic() < deadline:
        check()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK_SECONDS)
    raise TimedOut(f"Decoding took more than {_WALL_SECONDS} s.", code="resource-limit")


def _command(path: Path, demuxer: str) -> list[str]:
    """Returns an ffmpeg command limited to the protocols, formats and decoders we name: the file cannot add one."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise Misconfigured("ffmpeg is not installed.", hint="Install ffmpeg and start again.")
    command = [ffmpeg, "-nostdin", "-hide_banner", "-v", "error", "-threads", "1"]
    command += ["-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS, "-codec_whitelist", _DECODERS]
    command += ["-probesize", "32M", "-analyzeduration", "30M", "-max_streams", "64"]
    command += ["-f", demuxer, "-i", f"file:{path}", "-map", "0:a:0", "-vn", "-sn", "-dn"]
    command += ["-map_metadata", "-1", "-map_chapters", "-1", "-ac", "1", "-ar", str(SAMPLE_RATE_HZ)]
    command += ["-t", str(MAX_CALL_SECONDS + 1), "-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"]
    prlimit = shutil.which("prlimit")  # part of every Linux, absent on macOS
    if prlimit is None:
        return command
    limits = [f"--as={_ADDRESS_SPACE_BYTES}", f"--cpu={_CPU_SECONDS}", "--nofile=64", "--core=0"]
    return [prlimit, *limits, "--", *command]
