"""Parses what ffprobe and ffmpeg print about a file: streams, duration, packets, frames and loudness."""

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One stream: its index among all, ``audio``, ``video`` or another kind, and its codec."""

    index: int
    kind: str
    codec: str
    default: bool
    picture: bool = False
    """Whether it is an attached picture, for example an album cover, and not moving video."""
    bits_per_second: int = 0


@dataclass(frozen=True, kw_only=True)
class Probed:
    """The streams, and the header's duration in seconds, None if it has none."""

    streams: tuple[Stream, ...]
    duration_seconds: float | None
    start_seconds: float = 0.0
    """The earliest time in the file in seconds, which players show as 0."""
    tells_place: bool = False
    """Whether its tags say where it was recorded."""

    @property
    def sounds(self) -> tuple[Stream, ...]:
        """The audio streams, in the file's order."""
        return tuple(stream for stream in self.streams if stream.kind == "audio")

    @property
    def audio(self) -> Stream | None:
        """The audio stream that players take: the first that is marked as default, else the first."""
        found = self.sounds
        return next((stream for stream in found if stream.default), found[0] if found else None)

    @property
    def video(self) -> Stream | None:
        """The first stream of moving pictures."""
        return next((stream for stream in self.streams if stream.kind == "video" and not stream.picture), None)


def from_json(output: bytes) -> Probed:
    """Parse the output of ``command_lines.probe``."""
    found = json.loads(output)
    container = found.get("format", {})
    return Probed(
        streams=tuple(_stream(stream) for stream in found.get("streams", [])),
        duration_seconds=_number(container.get("duration")),
        start_seconds=_number(container.get("start_time")) or 0.0,
        tells_place=any(
            tells_place(name, value)
            for holder in (container, *found.get("streams", []))
            for name, value in holder.get("tags", {}).items()
        ),
    )


_STREAM = re.compile(
    r"^\s*Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\([^)]*\))?: (Audio|Video|\w+): (\w+)(.*)$", re.MULTILINE
)
_DURATION = re.compile(r"^\s*Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_START = re.compile(r"^\s*Duration: [^\n]*, start: (-?\d+\.\d+)", re.MULTILINE)
_TAG = re.compile(r"^ {4,}(\S+) *: (.*)$", re.MULTILINE)


def from_words(messages: str) -> Probed:
    """Parse the standard error of ``command_lines.list_streams``."""
    duration, start = _DURATION.search(messages), _START.search(messages)
    return Probed(
        streams=tuple(
            Stream(
                index=int(index),
                kind=kind.lower(),
                codec=codec,
                default="(default)" in rest,
                picture="(attached pic)" in rest,
            )
            for index, kind, codec, rest in _STREAM.findall(messages)
        ),
        duration_seconds=int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3]) if duration else None,
        start_seconds=float(start[1]) if start else 0.0,
        tells_place=any(tells_place(name, value) for name, value in _TAG.findall(messages)),
    )


_PLACE_NAMES = re.compile("location|gps|geo|latitude|longitude|place|xyz|address", re.IGNORECASE)
_PLACE = re.compile(r"[+-]\d{1,3}\.\d+[+-]\d{1,3}\.\d+")


def tells_place(name: str, value: str) -> bool:
    """Whether a tag says where something was recorded, by its name or by a value in the form of ISO 6709."""
    return bool(_PLACE_NAMES.search(name) or _PLACE.search(value))


_READ = re.compile(
    r"Input stream #(\d+):\d+ \((?:audio|video)\): (\d+) packets read \(\d+ bytes\); (\d+) frames decoded"
)
_KEPT = re.compile(r"Output stream #0:(\d+) \((?:audio|video)\): (\d+) frames encoded")


@dataclass(frozen=True, kw_only=True)
class Count:
    """Counts of one sample: packets read, frames decoded, and whether any packet lay within the sample's time."""

    packets: int
    frames: int
    reached: bool


_PEAK = re.compile(r"max_volume: (-?\d+(?:\.\d+)?) dB")


def peak_decibels(messages: str) -> float | None:
    """The peak in decibels (0 at most) from the messages of ``command_lines.decode_samples``; None without sound."""
    return max((float(found) for found in _PEAK.findall(messages)), default=None)


def counts(messages: str, samples: int) -> list[Count]:
    """The counts of each sample from the last messages of ``command_lines.decode_samples``."""
    read = {int(number): (int(packets), int(frames)) for number, packets, frames in _READ.findall(messages)}
    kept = {int(number): int(frames) for number, frames in _KEPT.findall(messages)}
    return [
        Count(packets=read.get(n, (0, 0))[0], frames=read.get(n, (0, 0))[1], reached=kept.get(n, 0) > 0)
        for n in range(samples)
    ]


def counts_in_order(output: bytes, packets_of_each: tuple[int, ...]) -> list[Count]:
    """The counts from ``command_lines.decode_packets``, which prints packets and frames in order of arrival."""
    found = [[0, 0] for _ in packets_of_each]
    place = 0
    for line in output.splitlines():
        if line.startswith(b"packet"):
            if found[place][0] == packets_of_each[place] and place + 1 < len(found):
                place += 1
            found[place][0] += 1
        elif line.startswith(b"frame"):
            found[place][1] += 1
    return [Count(packets=packets, frames=frames, reached=packets > 0) for packets, frames in found]


@dataclass(frozen=True, kw_only=True)
class Packet:
    """One packet of a stream: its time, and where its bytes lie in the file."""

    at_seconds: float
    size_bytes: int
    position: int


def packets(output: bytes) -> list[Packet]:
    """Parse the output of ``command_lines.list_packets``. Packets without a position or time are left out."""
    found: list[Packet] = []
    for line in output.decode("ascii", "replace").splitlines():
        at, size, position = ([*line.split(","), "", ""])[:3]
        if (seconds := _number(at)) is not None and size.isdecimal() and position.isdecimal():
            found.append(Packet(at_seconds=seconds, size_bytes=int(size), position=int(position)))
    return found


def end_seconds(output: bytes) -> float:
    """The end of the last packet in seconds, from the output of ``command_lines.list_times``; 0 without times."""
    end = 0.0
    for line in output.splitlines():
        at, _, length = line.decode("ascii", "replace").partition(",")
        end = max(end, (_number(at) or 0.0) + (_number(length.strip(",")) or 0.0))
    return end


def _stream(found: dict[str, Any]) -> Stream:
    disposition = found.get("disposition", {})
    return Stream(
        index=int(found["index"]),
        kind=str(found.get("codec_type", "")),
        codec=str(found.get("codec_name", "")),
        default=disposition.get("default") == 1,
        picture=disposition.get("attached_pic") == 1,
        bits_per_second=int(_number(found.get("bit_rate")) or 0),
    )


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e9 else None
