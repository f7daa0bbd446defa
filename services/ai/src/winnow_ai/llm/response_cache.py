"""Response cache: paid answers in the object store, by the hash of all that determined them, for every node."""

import hashlib
import json
from typing import Any

from winnow_chassis.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound

_FORM = 2
"""Raise it when kept answers are written in another form: old ones are then not found."""


class ResponseCache:
    """One tenant's paid answers."""

    def __init__(self, objects: ObjectStore, tenant_id: str) -> None:
        self._objects = objects
        self._tenant_id = tenant_id

    def key(self, content: bytes, **parameters: Any) -> str:
        """The key for a call with this content and these parameters (plain JSON values, the model among them)."""
        digest = hashlib.sha256(json.dumps({**parameters, "form": _FORM}, sort_keys=True).encode())
        digest.update(b"\0")
        digest.update(content)
        return object_keys.paid_answer(self._tenant_id, digest.hexdigest())

    def find(self, key: str, ttl_seconds: float | None = None) -> Any:
        """The answer (plain JSON), or None; with ``ttl_seconds`` none that was kept longer ago."""
        try:
            kept = self._objects.get_json(key)
        except NotFound:
            return None
        if ttl_seconds is not None and now_ms() - kept["kept_ms"] > ttl_seconds * 1000:
            return None
        return kept["answer"]

    def keep(self, key: str, answer: Any) -> None:
        """Keep an answer, with the time (Unix milliseconds), before anything else is done with it."""
        self._objects.put_json(key, {"kept_ms": now_ms(), "answer": answer})
