"""Reads settings from the environment once, and reports all missing and bad ones together."""

import os
from collections.abc import Mapping
from pathlib import Path

from winnow_contracts.errors import Misconfigured


class Environment:
    """Collects faults while a service's ``settings.py`` reads its values; ``done`` raises them together.

    Names are written in full, ``WINNOW_<SERVICE>_<THING>_<UNIT>`` or ``WINNOW_<THING>``. ``default=None`` makes a value
    required.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self._faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """A text value."""
        value = self._variables.get(name, default)
        if value is None:
            self._faults.append(f"{name} is not set")
            return ""
        return value

    def integer(self, name: str, default: int | None = None, *, at_least: int = 0) -> int:
        """A whole number, not under ``at_least``."""
        value = self.text(name, None if default is None else str(default))
        try:
            number = int(value)
        except ValueError:
            if value:
                self._faults.append(f"{name} must be a whole number, not {value!r}")
            return at_least
        if number < at_least:
            self._faults.append(f"{name} must be {at_least} or more, not {number}")
        return number

    def number(self, name: str, default: float | None = None) -> float:
        """A number, not negative."""
        value = self.text(name, None if default is None else str(default))
        try:
            number = float(value)
        except ValueError:
            if value:
                self._faults.append(f"{name} must be a number, not {value!r}")
            return 0.0
        if not 0 <= number < float("inf"):
            self._faults.append(f"{name} must be a number from 0 up, not {value!r}")
        return number

    def flag(self, name: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self.text(name, "true" if default else "false").lower()
        if value not in ("true", "false"):
            self._faults.append(f"{name} must be true or false, not {value!r}")
        return value == "true"

    def secret(self, name: str, default: str | None = None) -> str:
        """A secret: ``name`` itself, or the content of the file that ``name`` + ``_FILE`` points to.

        A required one must not be empty: an empty token would let everybody in.
        """
        path = self._variables.get(f"{name}_FILE")
        try:
            value = self._variables.get(name, default) if path is None else Path(path).read_text(encoding="utf-8")
        except OSError as error:
            self._faults.append(f"{name}_FILE cannot be read: {error.strerror}")
            return ""
        if value is None or (default is None and not value.strip()):
            self._faults.append(f"{name} is {'not set' if value is None else 'empty'}")
            return ""
        return value.strip() if path else value

    def path(self, name: str, default: str | None = None) -> Path:
        """A path of the file system."""
        return Path(self.text(name, default))

    def fault(self, sentence: str) -> None:
        """Record a fault that the caller found in a value. ``sentence`` names the variable."""
        self._faults.append(sentence)

    def done(self) -> None:
        """Raise Misconfigured with every recorded fault; do nothing if there is none."""
        if self._faults:
            raise Misconfigured("; ".join(self._faults), hint="Set the named environment variables and start again.")
