"""Tells which files have come to rest: nothing writes to them any more."""

from collections.abc import Iterable

from winnow_cli.watching.folder import Found, Look


class Rest:
    """Remembers since when each file has looked the same. The clock is the caller's own, never that of the files'."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[str, tuple[Look, float]] = {}

    def at_rest(self, files: Iterable[Found], now: float) -> list[Found]:
        """The files that have looked the same for long enough; ``now`` is in seconds and never goes back."""
        before, self._since = self._since, {}
        resting = []
        for file in files:
            look, since = before.get(file.name, (file.look, now))
            self._since[file.name] = (file.look, since if look == file.look else now)
            if look == file.look and now - since >= self._seconds:
                resting.append(file)
        return resting
