"""Claims of batches: what was accepted under each batch's Idempotency-Key, where every gateway sees it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import Unavailable
from winnow_gateway.http.problems import FieldError


@dataclass(frozen=True, kw_only=True)
class BatchClaim:
    """A batch that has its key: when it was asked for first, in Unix milliseconds, and whether that is now."""

    created_ms: int
    fresh: bool


class BatchClaims:
    """One claim for each key, written once, before the acceptance: it holds all that a repeat is compared with."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def take(self, tenant_id: str, batch_id: str, *, sha256: str, created_ms: int) -> BatchClaim:
        """Claims the key that ``batch_id`` was made of, for jobs of this hash.

        Raises FieldError if other jobs have the key, and Unavailable if the store does not answer.
        """
        key = object_keys.claim(tenant_id, batch_id)
        mine = {"sha256": sha256, "created_ms": created_ms, "request": uuid.uuid4().hex}
        if self._objects.put_new(key, json.dumps(mine).encode(), "application/json"):
            return BatchClaim(created_ms=created_ms, fresh=True)
        held: Any = self._objects.get_json(key)
        if not isinstance(held, dict) or not mine.keys() <= held.keys():
            raise Unavailable(
                "What was accepted under this Idempotency-Key was written by another version and cannot be read here.",
                dependency="s3",
                hint="Send it again once all gateways have one version, or use a fresh key.",
            )
        if held["sha256"] != sha256:
            raise FieldError(
                "This Idempotency-Key was used for other jobs.",
                pointer="Idempotency-Key",
                code="idempotency-mismatch",
                hint="Use a fresh key for fresh jobs.",
            )
        # A write whose answer was lost is sent again, and then finds its own claim.
        return BatchClaim(created_ms=held["created_ms"], fresh=held["request"] == mine["request"])
