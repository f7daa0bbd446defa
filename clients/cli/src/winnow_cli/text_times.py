"""Formats times and sizes for people."""


def clock(ms: int) -> str:
    """Milliseconds as ``1:23.4`` or ``1:02:03.4``."""
    tenths = ms // 100
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minute:02}:{second:02}.{tenth}"
    return f"{minute}:{second:02}.{tenth}"


def spent(ms: float | None) -> str:
    """A duration as ``420 ms``, ``3.2 s`` or ``2 min 5 s``; empty where it is not known."""
    if ms is None:
        return ""
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds} s"


def about(seconds: float) -> str:
    """An estimate as ``about 40 s`` or ``about 4 min``: it is no more precise than that."""
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"


def counted(number: int, noun: str) -> str:
    """A number of things: ``1 message``, ``2 messages``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size(count_bytes: int) -> str:
    """A size as ``812 B``, ``4.2 MB``."""
    amount = float(count_bytes)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
