"""Authenticates API keys against a cached list of hashes that outlives index, PostgreSQL and restarts."""

import hmac
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts import api_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.index_api.keys import Keys, KeyView, ListKeys
from winnow_gateway.clients.key_uses import KeyUses
from winnow_journal.codec import decode, encode

FRESH_SECONDS = 5
"""A list younger than this is trusted, so a revoked key works for this long at every gateway that reaches index."""
ASK_AGAIN_SECONDS = 2
"""Index is asked at most this often because of unknown keys or after a failed request."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The holder of a valid key: its tenant and scopes.

    ``read`` and ``write`` are for the tenant's own; ``ops:read`` sees what operators see; ``admin`` includes all.
    """

    tenant_id: str
    key_id: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the key has the scope; ``admin`` includes all."""
        return scope in self.scopes or "admin" in self.scopes


class KeyRing:
    """The known keys, hashes only. ``cache_path`` stores the last list (mode 0600) for when index is down."""

    def __init__(self, index: IndexClient, cache_path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._cache_path = cache_path
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, KeyView] | None = None
        self._fetched = self._asked = float("-inf")
        self.uses = KeyUses(index)

    def principal(self, bearer_text: str) -> Principal | None:
        """Returns the holder of the key in ``bearer_text``, or None. Raises Unavailable while no list was ever read."""
        key = api_keys.parse(bearer_text)
        if key is None:
            return None
        entry = self._entry(key.key_id)
        if entry is None or not hmac.compare_digest(api_keys.secret_hash(key.secret), entry.secret_sha256):
            return None
        return self._used(entry)

    def holder(self, key_id: str) -> Principal | None:
        """Returns the holder of a key by its id, or None once it is revoked or has expired. For sessions, which proved
        the secret earlier.
        """
        entry = self._entry(key_id)
        return None if entry is None else self._used(entry)

    def _used(self, entry: KeyView) -> Principal:
        self.uses.note(entry.key_id)
        return Principal(tenant_id=entry.tenant_id, key_id=entry.key_id, scopes=frozenset(entry.scopes))

    def _entry(self, key_id: str) -> KeyView | None:
        keys = self._known(self._clock() - self._fetched > FRESH_SECONDS)
        if key_id not in keys:
            keys = self._known(True)
        if not keys and self._fetched == float("-inf"):
            raise Unavailable("The API keys are not known yet.", dependency="index", hint="Try again in a moment.")
        entry = keys.get(key_id)
        return None if entry is None or entry.revoked or _has_expired(entry) else entry

    def _known(self, refresh: bool) -> dict[str, KeyView]:
        """Returns the keys by id. One thread asks index; the others use the present list, and wait only if there is
        none.
        """
        if self._lock.acquire(blocking=not self._keys):
            try:
                if self._keys is None:
                    self._keys = self._cached()
                if refresh and self._clock() - self._asked > ASK_AGAIN_SECONDS:
                    self._refresh()
            finally:
                self._lock.release()
        return self._keys or {}

    def _refresh(self) -> None:
        self._asked = self._clock()
        try:
            entries = self._index.ask(ListKeys()).keys
        except WinnowError:
            # Index is down: the last list stays valid until it is back.
            return
        self._fetched = self._clock()
        self._keys = {entry.key_id: entry for entry in entries}
        self._keep(entries)

    def _cached(self) -> dict[str, KeyView]:
        try:
            kept = decode(Keys, self._cache_path.read_bytes())
            return {entry.key_id: entry for entry in kept.keys}
        except (FileNotFoundError, TypeError, ValueError):
            # The file is missing or damaged: the next list from index replaces it.
            return {}

    def _keep(self, entries: tuple[KeyView, ...]) -> None:
        """Replaces the file in one rename: a concurrent reader or a kill leaves the old list or the new one."""
        fresh = self._cache_path.with_name(f"{self._cache_path.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(encode(Keys(keys=entries)))
        fresh.replace(self._cache_path)


def _has_expired(entry: KeyView) -> bool:
    return entry.expires_ms is not None and entry.expires_ms <= now_ms()
