"""Runs ffmpeg and ffprobe: each call is one sandboxed child process and returns a value."""

import math
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import BadInput, Misconfigured
from winnow_media import command_lines, probing
from winnow_media.child import Child
from winnow_media.child_end import ChildFailed
from winnow_media.command_lines import Input, Programs
from winnow_media.probing import Count, Packet, Probed
from winnow_media.sandbox import ChildLimits, Sandbox, find_program
from winnow_media.settings import Limits

Check = Callable[[], None]

SILENT_DECIBELS = -50.0
"""Sound that never gets louder is silent. Speech, however low, peaks above -40."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One decoded sample: its start (seconds), and its counts of packets and frames."""

    start_seconds: float
    length_seconds: float
    count: Count

    @property
    def damaged(self) -> bool:
        """Whether more than a tenth of the packets failed. A codec's first packets may give no frame."""
        return self.count.frames < 0.9 * self.count.packets - 3


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """The samples of one stream, and their peak in decibels (0 is the highest), None without sound."""

    samples: list[Sample]
    peak_decibels: float | None

    @property
    def empty(self) -> bool:
        """Whether there was nothing to decode."""
        return not any(sample.count.packets for sample in self.samples)

    @property
    def loudness(self) -> float:
        """The peak in decibels; a number even without sound."""
        return -math.inf if self.peak_decibels is None else self.peak_decibels

    @property
    def silent(self) -> bool:
        """Whether the samples are silent."""
        return self.loudness < SILENT_DECIBELS


class Ffmpeg:
    """Runs the command lines of ``command_lines`` in a sandbox.

    All methods raise BadInput (``resource-limit``, ``corrupt-media``), TimedOut, TryAlone, and whatever ``check``
    raises.
    """

    def __init__(self, programs: Programs, sandbox: Sandbox, limits: Limits) -> None:
        self._programs, self._sandbox, self._limits = programs, sandbox, limits

    @classmethod
    def find(cls, limits: Limits, sandbox: Sandbox | None = None) -> "Ffmpeg":
        """The installed programs, by default in the best available sandbox. Raises Misconfigured if one is missing."""
        programs = Programs(
            ffmpeg=find_program("ffmpeg", "ffmpeg"), ffprobe=find_program("ffprobe", "ffmpeg"), threads=limits.threads
        )
        return cls(programs, sandbox or Sandbox.detect(), limits)

    def version(self) -> str:
        """The installed version, as ffmpeg prints it."""
        told = subprocess.run([self._programs.ffmpeg, "-version"], capture_output=True, timeout=20, check=False)
        words = told.stdout.decode("utf-8", "replace").split()
        if told.returncode or len(words) < 3:
            raise Misconfigured("ffmpeg does not start", hint="Install the Debian package ffmpeg again.")
        return words[2]

    def probe(self, source: Input, check: Check) -> Probed:
        """Streams and duration (seconds) according to the container's header."""
        try:
            done = self._sandbox.run(
                command_lines.probe(self._programs, source), self._short(), check, folder=source.path.parent
            )
            return probing.from_json(done.output)
        except ChildFailed as error:
            # ffprobe gives up at a single stream whose decoder is not allowed (a PNG cover, a camera's odd codec). The
            # file is not damaged, and ffmpeg lists the streams without opening them.
            if "not on whitelist" not in error.messages:
                raise _corrupt("The file's header cannot be read.") from error
        return self._list_streams(source, check)

    def packets(self, source: Input, stream: int, starts_seconds: tuple[float, ...], check: Check) -> list[Packet]:
        """The packets of one stream, 5 s from each start; none if they cannot be listed."""
        line = command_lines.list_packets(self._programs, source, stream, starts_seconds)
        try:
            return probing.packets(self._sandbox.run(line, self._short(), check, folder=source.path.parent).output)
        except ChildFailed:
            return []

    def decode(self, source: Input, stream: int, samples: tuple[tuple[float, float], ...], check: Check) -> Decoded:
        """Decode samples (start and length in seconds) of one stream."""
        line = command_lines.decode_samples(self._programs, source, stream, samples)
        try:
            messages = self._sandbox.run(line, self._short(), check, folder=source.path.parent).messages
        except ChildFailed as error:
            messages = error.messages
        told = probing.counts(messages, len(samples))
        return Decoded(
            samples=[
                Sample(start_seconds=start, length_seconds=length, count=count)
                for (start, length), count in zip(samples, told, strict=True)
            ],
            peak_decibels=probing.peak_decibels(messages),
        )

    def decode_packets(
        self, source: Input, stream: int, places: tuple[tuple[float, int], ...], check: Check
    ) -> list[Count]:
        """Decode packets of one stream: a number of them from each start (seconds), as ``packets`` listed them."""
        line = command_lines.decode_packets(self._programs, source, stream, places)
        try:
            output = self._sandbox.run(line, self._short(), check, folder=source.path.parent).output
        except ChildFailed as error:
            raise _corrupt("The recording's samples cannot be read.") from error
        return probing.counts_in_order(output, tuple(count for _, count in places))

    def measure(self, source: Input, stream: int, check: Check) -> float:
        """Seconds from the file's zero to the end of a stream, by reading all its packets; 0 if they have no times."""
        line = command_lines.list_times(self._programs, source, stream)
        try:
            return probing.end_seconds(self._sandbox.run(line, self._short(), check, folder=source.path.parent).output)
        except ChildFailed:
            return 0.0

    def timeline(self, source: Input, check: Check) -> float:
        """Seconds that a file plays, with its holes closed as a player does; 0 if that cannot be measured."""
        heard = [0.0]
        line = command_lines.measure_timeline(self._programs, source)
        try:
            self._sandbox.run(line, self._short(), check, _progress_to(heard.append), folder=source.path.parent)
        except ChildFailed:
            return 0.0
        return max(heard)

    def audio(
        self,
        source: Input,
        stream: int,
        has_video: bool,
        duration_seconds: float,
        check: Check,
        on_seconds: Callable[[float], None],
    ) -> Child:
        """A child whose output is the sound as 16 kHz mono FLAC. ``on_seconds`` is called with the seconds done."""
        line = command_lines.extract_audio(self._programs, source, stream, has_video, self._limits.longest_seconds)
        return self._sandbox.start(
            line, self._long(duration_seconds), check, _progress_to(on_seconds), folder=source.path.parent
        )

    def pictures(self, source: Input, at_seconds: float, poster: Path, thumbnail: Path, check: Check) -> None:
        """Write poster and thumbnail, from ``at_seconds`` on, or from the start if no picture follows."""
        for start in (at_seconds, 0.0):
            line = command_lines.take_pictures(self._programs, source, start, poster, thumbnail)
            try:
                self._sandbox.run(line, self._long(0), check, folder=source.path.parent)
            except ChildFailed as error:
                if start == 0:
                    raise _corrupt("No picture can be taken from the video.") from error
            if poster.is_file() and thumbnail.is_file():
                return

    def render(
        self,
        source: Input,
        kind: str,
        audio: int | None,
        has_video: bool,
        duration_seconds: float,
        target: Path,
        check: Check,
        on_seconds: Callable[[float], None],
    ) -> None:
        """Write a rendition of a kind in ``playback.RENDITION_TYPES``."""
        line = command_lines.render(
            self._programs, source, kind, audio, has_video, self._limits.longest_seconds, target
        )
        try:
            self._sandbox.run(
                line, self._long(duration_seconds), check, _progress_to(on_seconds), folder=source.path.parent
            )
        except ChildFailed as error:
            raise _corrupt("No playable form can be made of the recording.") from error

    def _list_streams(self, source: Input, check: Check) -> Probed:
        try:
            self._sandbox.run(
                command_lines.list_streams(self._programs, source), self._short(), check, folder=source.path.parent
            )
        except ChildFailed as error:  # it always exits with 1, because it has no output
            probed = probing.from_words(error.messages)
            if probed.streams:
                return probed
            raise _corrupt("The file's header cannot be read.") from error
        raise _corrupt("The file's header cannot be read.")

    def _short(self) -> ChildLimits:
        limits = self._limits
        return ChildLimits(
            memory_bytes=limits.memory_bytes,
            cpu_seconds=limits.examine_cpu_seconds,
            wall_seconds=limits.examine_wall_seconds,
            output_bytes=64 << 20,
        )

    def _long(self, duration_seconds: float) -> ChildLimits:
        limits = self._limits
        cpu_seconds = limits.prepare_cpu_seconds + int(duration_seconds)
        return ChildLimits(
            memory_bytes=limits.memory_bytes,
            cpu_seconds=cpu_seconds,
            wall_seconds=4 * cpu_seconds,  # the machine is shared, and the file is not to blame for waiting
            output_bytes=limits.output_bytes,
            yields=True,  # photos, verdicts and questions go first: somebody waits for them
        )


def _progress_to(on_seconds: Callable[[float], None]) -> Callable[[str], None]:
    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdecimal():
            on_seconds(max(0.0, int(value) / 1e6))

    return hear


def _corrupt(detail: str) -> BadInput:
    return BadInput(detail, code="corrupt-media", hint="Export or record it again, and upload that.")
