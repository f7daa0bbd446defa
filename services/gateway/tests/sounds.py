"""Sound files for tests."""

import struct


def wav(seconds: float = 0.1) -> bytes:
    """A valid WAV file of silence, 16 kHz mono."""
    data = bytes(int(16_000 * seconds) * 2)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    return head + struct.pack("<4sI", b"data", len(data)) + data
