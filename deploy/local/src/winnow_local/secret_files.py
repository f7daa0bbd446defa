"""Makes the stack's secrets once, in files that only their owner may read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def random_secret() -> str:
    """Returns a new secret of 192 random bits in letters and digits, so that it needs no quoting in URLs."""
    return secrets.token_hex(24)


def kept_secret(path: Path, make: Callable[[], str] = random_secret) -> str:
    """Returns the secret in the file, made and written if the file is missing."""
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    value = make()
    write_secret(path, value)
    return value


def write_secret(path: Path, value: str) -> None:
    """Writes a secret with mode 0600 in one rename: others can never read it, and it is never incomplete."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{value}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
