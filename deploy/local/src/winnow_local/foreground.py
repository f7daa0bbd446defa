"""A stack that a person watches: lines while it starts, and a clean end on Ctrl-C, SIGTERM or a closed terminal."""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from winnow_local.stack import Stack

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def start(stack: Stack, *, only: Iterable[str] = (), without: Iterable[str] = (), tied: bool) -> None:
    """Start the stack, a line for each part that is ready, then the page's address if there is a page."""
    started: list[str] = []

    def ready(name: str, url: str, seconds: float) -> None:
        started.append(name)
        say(f"  {name:<14} ready after {seconds:5.1f} s   {url}")

    say("Starting Winnow ...")
    stack.up(only=only, without=without, tied=tied, ready=ready)
    if "gateway" in started:
        say(f"\nThe page is at {stack.gateway_url}   (sign in with the key in {stack.home.admin_key})")


def hold(stack: Stack) -> None:
    """Keep the stack until a signal comes or it is ended from elsewhere, and end it."""
    try:
        stack.wait()
        say("It was stopped from elsewhere.")
    except KeyboardInterrupt:
        say("\nStopping ...")
    finally:
        stack.down()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn the first ending signal into KeyboardInterrupt and ignore all later ones: an end is never cut short."""

    def end(number: int, frame: FrameType | None) -> None:
        for ending in _ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {ending: signal.signal(ending, end) for ending in _ENDINGS}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
