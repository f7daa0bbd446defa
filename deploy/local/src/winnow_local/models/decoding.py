"""Decodes an uploaded recording to 16 kHz mono samples with ffmpeg, in a limited process of its own."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from winnow_contracts.errors import BadInput, Misconfigured, TimedOut, Unsupported
from winnow_contracts.formats import SNIFF_BYTES, sniff

SAMPLE_RATE_HZ = 16_000
MAX_CALL_SECONDS = 1_800
"""The longest recording one call may hold: memory grows with it."""

Samples = npt.NDArray[np.float32]

_ADDRESS_SPACE_BYTES = 1_610_612_736
_CPU_SECONDS = 120
_WALL_SECONDS = 180
_FORMATS = "mov,matroska,mp3,wav,ogg,flac,aac,mpegts,avi"
_DECODERS = "aac,mp3float,mp3,flac,vorbis,opus,pcm_s16le"


def decode(path: Path) -> Samples:
    """The first audio stream of a recording as float32 samples, -1 to 1.

    Unsupported: not a recording we know; BadInput: no audio, damaged, or longer than ``MAX_CALL_SECONDS``;
    TimedOut: decoding took too long.
    """
    with path.open("rb") as file:
        form = sniff(file.read(SNIFF_BYTES))
    if form is None:
        raise Unsupported("The file is not a recording of a known format.", code="unsupported-type")
    try:
        done = subprocess.run(
            _command(path, form.demuxer), capture_output=True, timeout=_WALL_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"Decoding took more than {_WALL_SECONDS} s.", code="resource-limit") from error
    samples = np.frombuffer(done.stdout[: len(done.stdout) // 4 * 4], dtype="<f4").astype(np.float32, copy=False)
    if done.returncode != 0 or samples.size == 0:
        raise BadInput("The recording has no audio that can be decoded.", code="corrupt-media")
    if samples.size > MAX_CALL_SECONDS * SAMPLE_RATE_HZ:
        raise BadInput(
            f"The recording is longer than {MAX_CALL_SECONDS} s.", code="too-long", hint="Send it in shorter pieces."
        )
    return samples


def _command(path: Path, demuxer: str) -> list[str]:
    """ffmpeg with only the protocols, formats and decoders we name: nothing in the file can choose another."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise Misconfigured("ffmpeg is not installed.", hint="Install ffmpeg and start again.")
    command = [ffmpeg, "-nostdin", "-hide_banner", "-v", "error", "-threads", "1"]
    command += ["-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS, "-codec_whitelist", _DECODERS]
    command += ["-probesize", "32M", "-analyzeduration", "30M", "-max_streams", "64"]
    command += ["-f", demuxer, "-i", f"file:{path}", "-map", "0:a:0", "-vn", "-sn", "-dn"]
    command += ["-map_metadata", "-1", "-map_chapters", "-1", "-ac", "1", "-ar", str(SAMPLE_RATE_HZ)]
    command += ["-t", str(MAX_CALL_SECONDS + 1), "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    prlimit = shutil.which("prlimit")  # part of every Linux, absent on macOS
    if prlimit is None:
        return command
    limits = [f"--as={_ADDRESS_SPACE_BYTES}", f"--cpu={_CPU_SECONDS}", "--nofile=64", "--core=0"]
    return [prlimit, *limits, "--", *command]
