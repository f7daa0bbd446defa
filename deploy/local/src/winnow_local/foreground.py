"""A stack that a person watches: lines while it starts, and a clean end on Ctrl-C, SIGTERM or a closed terminal."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from winnow_cli.output import say
from winnow_local.stack import Stack

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_on_signals() -> None:
    """Turn the first ending signal into KeyboardInterrupt and ignore all later ones: an end is never cut short.

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
    """Start the stack for a block, and end it after, however the block ends; ``stays``: a good block leaves it running.

    Nothing is ended that was not started here.
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
    """Wait until a signal comes or the stack is ended from elsewhere."""
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
    """Start the stack, a line for each part that is ready, then the page's address if there is a page."""
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
