"""Lets a process give back the memory that it has freed."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # mallopt(3)
_ARENAS = 2
_LARGE_BYTES = 1 << 20


def return_freed_memory() -> None:
    """Keeps glibc from holding freed memory for later. Call it before threads start.

    By default each thread may get an arena of its own, up to eight for each processor, and the size from which a block
    is given back at once grows to 32 MiB with the blocks that are freed: a node that has heard some recordings keeps
    their sound for good. Another C library has no such settings, and keeps its own way.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for parameter, value in (
        (_M_ARENA_MAX, _ARENAS),
        (_M_MMAP_THRESHOLD, _LARGE_BYTES),
        (_M_TRIM_THRESHOLD, _LARGE_BYTES),
    ):
        mallopt(parameter, value)


def trim_heap() -> None:
    """Gives back every free page of the heap, wherever it lies. For moments after which much is free.

    What is returned by itself is only what is free at the heap's end. Importing a service leaves a quarter of its heap
    free and in pieces; trimmed before a fork, all processes are smaller by it.
    """
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
