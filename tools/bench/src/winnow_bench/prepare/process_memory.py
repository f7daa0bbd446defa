"""The resident memory of a process, as the kernel counts it."""

from pathlib import Path


class ProcessMemory:
    """The memory of the process with this id, without its children."""

    def __init__(self, process_id: int) -> None:
        self._status = Path(f"/proc/{process_id}/status")

    def now_bytes(self) -> int:
        """Resident at this moment."""
        return self._read("VmRSS")

    def peak_bytes(self) -> int:
        """The largest resident memory since the process started."""
        return self._read("VmHWM")

    def _read(self, name: str) -> int:
        lines = self._status.read_text(encoding="ascii").splitlines()
        (value,) = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
        return int(value) << 10
