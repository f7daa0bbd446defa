"""Chooses the gateway and API key for the commands: the configured one, else the one-machine stack's."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from winnow_client import NO_RETRIES, Client, Retries
from winnow_client.errors import Misconfigured, Unavailable

ADMIN_KEY_FILE = "admin-key"
"""In the stack's home: the API key made at its first start."""
PORTS_FILE = "ports.json"
"""In the stack's home: its ports by name, ``gateway`` among them."""

_HERE_HINT = "./winnow status shows its parts; ./winnow up starts them."
_NAMED_HINT = "WINNOW_URL names this address; look whether it is right, and whether Winnow runs there."


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A gateway's address and the key to use there. ``is_here``: it is the one-machine stack of this home."""

    url: str
    key: str = field(repr=False)
    is_here: bool

    def client(self, retries: Retries = NO_RETRIES) -> Client:
        """Returns a client of that gateway. It raises every error at once: who waits for a gateway says so."""
        return Client(self.url, self.key, retries=retries, hint=_HERE_HINT if self.is_here else _NAMED_HINT)


def read_profile(variables: Mapping[str, str] | None = None) -> Profile:
    """Reads the profile from ``variables`` or the process environment.

    ``WINNOW_URL`` names a gateway, ``WINNOW_API_KEY`` or the file ``WINNOW_API_KEY_FILE`` its key. Without an address
    the profile is the stack in ``WINNOW_HOME``, by default with the admin's key. Raises Misconfigured if an address has
    no key or is invalid; Unavailable if no address is set and no stack was ever started here.
    """
    given = os.environ if variables is None else variables
    url, key = given.get("WINNOW_URL", "").rstrip("/"), _key(given)
    if not url:
        return profile_here(Path(given.get("WINNOW_HOME") or ".winnow"), key)
    if not _is_address(url):
        raise Misconfigured(f"WINNOW_URL is no address: {url}", hint="It looks like https://winnow.example.org.")
    if not key:
        raise Misconfigured(f"There is no API key for {url}.", hint="Set WINNOW_API_KEY or WINNOW_API_KEY_FILE.")
    return Profile(url=url, key=key, is_here=False)


def profile_here(home: Path, key: str = "") -> Profile:
    """The profile of the stack in ``home``, by default with its admin's key. Unavailable before its first start."""
    ports, admin_key = home / PORTS_FILE, home / ADMIN_KEY_FILE
    if not ports.exists() or not admin_key.exists():
        raise Unavailable(
            "Winnow was never started here.",
            hint="./winnow up starts it; WINNOW_URL names one that runs elsewhere.",
        )
    port = int(json.loads(ports.read_text(encoding="utf-8"))["gateway"])
    key = key or admin_key.read_text(encoding="utf-8").strip()
    return Profile(url=f"http://127.0.0.1:{port}", key=key, is_here=True)


def gateway() -> Client:
    """A client of the profile's gateway. Raises as ``read_profile``."""
    return read_profile().client()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or the brackets of the host are broken
        return False


def _key(given: Mapping[str, str]) -> str:
    path = given.get("WINNOW_API_KEY_FILE")
    if not path:
        return given.get("WINNOW_API_KEY", "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misconfigured(f"WINNOW_API_KEY_FILE cannot be read: {error.strerror or error}.") from error
