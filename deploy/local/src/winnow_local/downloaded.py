"""Sums up what installing Winnow downloaded, from the list that ``./winnow`` and the download of weights write."""

from pathlib import Path

MODEL_WEIGHTS = "model weights"
_MEGABYTE = 1_000_000


def note_download(file: Path, what: str, size_bytes: int) -> None:
    """Adds a line to the list: a word for the kind, a tab, the number of bytes transferred."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{what}\t{size_bytes}\n")


def downloaded_line(file: Path) -> str:
    """Returns the sum and its parts in megabytes, for people; empty if nothing was downloaded."""
    sums: dict[str, int] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        what, size = line.split("\t")
        sums[what] = sums.get(what, 0) + int(size)
    if not sums:
        return ""
    parts = ", ".join(f"{what} {size / _MEGABYTE:.0f}" for what, size in sums.items())
    return f"Downloaded on this machine: {sum(sums.values()) / _MEGABYTE:.0f} MB: {parts}."
