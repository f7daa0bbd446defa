"""Keeps the last known sessions as files, which all processes of a node share and which outlive index's absence."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from winnow_contracts.index_api.account_sessions import HeldSession
from winnow_journal.codec import decode, encode

KEPT_SECONDS = 3_600
"""How long a session is believed after index last confirmed it, while index does not answer."""
_WRITE_EVERY_SECONDS = 60
_SWEEP_EVERY_SECONDS = 600
_SHA256 = "[0-9a-f]" * 64
"""The names of whole files."""


class KeptSessions:
    """One file a session, named by the hash of its token, as old as the last answer of index. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = float("-inf")

    def keep(self, token_sha256: str, held: HeldSession) -> None:
        """Remember that index confirmed it now. A file that is not a minute old and says the same is left alone."""
        path, body = self._folder / token_sha256, encode(held)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if _age_seconds(path) < _WRITE_EVERY_SECONDS and _read(path) == body:
            return
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
        fresh.replace(path)
        self._sweep()

    def find(self, token_sha256: str) -> HeldSession | None:
        """The session, if index confirmed it within the last hour."""
        path = self._folder / token_sha256
        return _held(path) if _age_seconds(path) < KEPT_SECONDS else None

    def forget(self, token_sha256: str) -> None:
        """Remove it: it has ended."""
        (self._folder / token_sha256).unlink(missing_ok=True)

    def forget_all(self, which: Callable[[HeldSession], bool]) -> None:
        """Remove every one that is ``which``."""
        for path in self._folder.glob(_SHA256):
            held = _held(path)
            if held is not None and which(held):
                path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        if time.monotonic() - self._swept < _SWEEP_EVERY_SECONDS:
            return
        self._swept = time.monotonic()
        for path in self._folder.iterdir():
            if _age_seconds(path) >= KEPT_SECONDS:
                path.unlink(missing_ok=True)


def _held(path: Path) -> HeldSession | None:
    body = _read(path)
    try:
        return None if body is None else decode(HeldSession, body)
    except (TypeError, ValueError):
        # The file is damaged, or of another version: index has the truth when it is back.
        return None


def _age_seconds(path: Path) -> float:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
