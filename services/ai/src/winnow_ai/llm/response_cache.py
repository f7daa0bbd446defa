"""Response cache: paid AI answers in the object store, for all nodes, by the hash of all that determines them."""

import hashlib
import json
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.commands import Command
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound

_FORM = 2
"""Version of the stored form. Raise it when the form changes; older answers are then not found."""


class ResponseCache:
    """The cached AI answers of a command's tenant, kept for the command's media. Raises what ``ObjectStore`` raises.

    Example::

        cache = ResponseCache(objects, task.envelope.command)
        key = cache.key(text.encode(), model="small-1", kind="embedding")
        vector = cache.find(key)
        if vector is None:
            vector = embed(text)
            cache.keep(key, vector)
    """

    def __init__(self, objects: ObjectStore, command: Command) -> None:
        self._objects = objects
        self._tenant_id = command.tenant_id
        self._media_id = command.media_id

    def key(self, content: bytes, **parameters: Any) -> str:
        """The object key for a call's answer. ``parameters`` are plain JSON values and include the model."""
        digest = hashlib.sha256(json.dumps({**parameters, "form": _FORM}, sort_keys=True).encode())
        digest.update(b"\0")
        digest.update(content)
        return object_keys.paid_answer(self._tenant_id, digest.hexdigest())

    def find(self, key: str, ttl_seconds: float | None = None) -> Any:
        """The cached answer (plain JSON), or None. An answer older than ``ttl_seconds`` is not returned."""
        try:
            kept = self._objects.get_json(key)
        except NotFound:
            return None
        if ttl_seconds is not None and now_ms() - kept["kept_ms"] > ttl_seconds * 1000:
            return None
        return kept["answer"]

    def keep(self, key: str, answer: Any) -> None:
        """Store an answer (plain JSON) with the current time. Call this before anything else is done with it.

        Whoever deletes the media finds it by a mark, which is there first: the answer may tell what was said or shown.
        """
        self._objects.put_bytes(
            object_keys.answer_mark(self._tenant_id, self._media_id, _hash_of(key)), b"", "text/plain"
        )
        self._objects.put_json(key, {"kept_ms": now_ms(), "answer": answer})


def _hash_of(key: str) -> str:
    return key.rpartition("/")[2].removesuffix(".json")
