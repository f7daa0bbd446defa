"""Runs a stack in the foreground: prints its start, and ends it cleanly on Ctrl-C, SIGTERM or a closed terminal."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from winnow_cli.output import say
from winnow_local.stack import Stack

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_on_signals() -> None:
    """Turns the first ending signal into KeyboardInterrupt and ignores all later ones, so that an end is never cut
    short.

    It holds until the process ends.
    """

    def end(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise KeyboardInterrupt

    for ending in _ENDINGS:
        signal.signal(ending, end)


@contextmanager
def running(
    stack: Stack,
    *,
    only: Iterable[str] = (),
    without: Iterable[str] = (),
    scale: Mapping[str, int] | None = None,
    stays: bool,
    tell: Callable[[str], None] = say,
) -> Iterator[None]:
    """Starts the stack for a block and ends it afterwards, however the block ends.

    ``stays``: a successful block leaves it running. A stack that was not started here is not ended.
    """
    try:
        _start(stack, only=only, without=without, scale=scale, tied=not stays, tell=tell)
        yield
    except BaseException:
        _end(stack)
        raise
    if not stays:
        _end(stack)


def hold(stack: Stack, tell: Callable[[str], None] = say) -> None:
    """Waits for a signal, or for the stack's end from elsewhere."""
    tell("Ctrl-C stops everything.")
    try:
        stack.wait()
        tell("It was stopped from elsewhere.")
    except KeyboardInterrupt:
        tell("\nStopping ...")


def _start(
    stack: Stack,
    *,
    only: Iterable[str],
    without: Iterable[str],
    scale: Mapping[str, int] | None,
    tied: bool,
    tell: Callable[[str], None],
) -> None:
    """Starts the stack; prints a line for each ready part, then the page's address if there is a page."""
    started: list[str] = []

    def ready(name: str, url: str, seconds: float) -> None:
        started.append(name)
        tell(f"  {name:<14} ready after {seconds:5.1f} s   {url}")

    tell("Starting Winnow ...")
    stack.up(only=only, without=without, scale=scale, tied=tied, ready=ready)
    if "gateway" in started:
        tell(f"\nThe page is at {stack.gateway_url}   (sign in with the key in {stack.home.admin_key})")


def _end(stack: Stack) -> None:
    _ignore_signals()
    if stack.started_here:
        stack.down()


def _ignore_signals() -> None:
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
