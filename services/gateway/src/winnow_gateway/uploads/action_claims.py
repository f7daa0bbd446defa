"""Claims of actions: which request has each Idempotency-Key, and its answer, where every gateway sees both."""

import json
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_gateway.http.problems import FieldError

ABANDONED_MS = 120_000
"""No action takes so long. A claim that is older and has no answer belonged to a gateway that died."""


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """The answer of the request that acted: status, headers by name, and the body's text."""

    status: int
    headers: dict[str, str]
    body: str


class ActionClaims:
    """One claim for each key, written before the action and with the answer after it.

    Every method raises Unavailable if the store does not answer. Example::

        kept = claims.take("default", action_id, sha256)
        if kept is None:
            claims.keep("default", action_id, sha256, act())
    """

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def take(self, tenant_id: str, action_id: str, sha256: str) -> KeptAnswer | None:
        """Claim the key for a request of this hash. None: act now; otherwise, how the first request was answered.

        Raises FieldError if another request has the key, and Conflict while the first one is still being answered.
        """
        mine = {"sha256": sha256, "at_ms": now_ms(), "request": uuid.uuid4().hex}
        held = self._held(tenant_id, action_id, mine)
        if held["sha256"] != sha256:
            raise FieldError(
                "This Idempotency-Key was used for another request.",
                pointer="Idempotency-Key",
                code="idempotency-mismatch",
                hint="Use a fresh key for a fresh request.",
            )
        if "answer" in held:
            return KeptAnswer(**held["answer"])
        if held["request"] == mine["request"]:
            return None
        if now_ms() - held["at_ms"] < ABANDONED_MS:
            raise Conflict(
                "The first request with this Idempotency-Key is still being answered, or its gateway has just died.",
                code="idempotency-in-progress",
                hint="Send it again with the same key: after two minutes without an answer it is carried out anew.",
            )
        self.give_up(tenant_id, action_id)
        return self.take(tenant_id, action_id, sha256)

    def keep(self, tenant_id: str, action_id: str, sha256: str, answer: KeptAnswer) -> None:
        """Keep the answer of the request that has the key."""
        self._objects.put_json(
            object_keys.action(tenant_id, action_id), {"sha256": sha256, "at_ms": now_ms(), "answer": asdict(answer)}
        )

    def give_up(self, tenant_id: str, action_id: str) -> None:
        """Free the key of a request that did nothing."""
        self._objects.remove(object_keys.action(tenant_id, action_id))

    def _held(self, tenant_id: str, action_id: str, mine: dict[str, Any]) -> dict[str, Any]:
        """The claim that the key has now: ``mine`` unless another was first."""
        key = object_keys.action(tenant_id, action_id)
        while not self._objects.put_new(key, json.dumps(mine).encode(), "application/json"):
            try:
                held: dict[str, Any] = self._objects.get_json(key)
            except NotFound:  # its request gave it up a moment ago
                continue
            return held
        return mine
