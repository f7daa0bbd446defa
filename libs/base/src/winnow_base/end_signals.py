"""Waits for the signals that end a program."""

import signal
from queue import SimpleQueue


class EndSignals:
    """Hears SIGTERM and SIGINT from its making on. For the main thread, which handlers interrupt.

    A handler may take no lock, as the thread that it interrupts may hold it: a signal in the moment at which
    ``threading.Event.wait`` has the lock that ``set`` needs would stop the program for good. ``SimpleQueue.put`` is
    made to be called there.
    """

    def __init__(self) -> None:
        self._heard: SimpleQueue[None] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._heard.put(None))

    def wait(self) -> None:
        """Return once a signal was heard, or ``end`` was called."""
        self._heard.get()

    def end(self) -> None:
        """Have ``wait`` return as if a signal had come; safe for threads."""
        self._heard.put(None)
