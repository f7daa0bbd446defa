"""Claims: what was accepted under each Idempotency-Key, kept in the object store, where every gateway sees it."""

import json
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import object_keys
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor, from_text, to_text
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.events import JobAccepted
from winnow_contracts.json_codec import from_json, to_json


class Claims:
    """One claim for each key, written once. All methods raise Unavailable if the store does not answer."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def find(self, tenant_id: str, job_id: str) -> AcceptedJob | None:
        """The job that has the key of ``job_id``, or None. It may not have been accepted: its gateway may have died."""
        try:
            claim = self._objects.get_json(object_keys.claim(tenant_id, job_id))
        except NotFound:
            return None
        return _read(claim)

    def take(self, job: AcceptedJob) -> AcceptedJob:
        """Claim the job's key for it; returns the job that has the key, which is another if that came first."""
        envelope = Envelope(command=job.command, created_ms=job.accepted.created_ms)
        claim = {"envelope": to_text(envelope), "accepted": to_json(job.accepted)}
        key = object_keys.claim(job.command.tenant_id, job.command.job_id)
        if self._objects.put_new(key, json.dumps(claim, ensure_ascii=False).encode(), "application/json"):
            return job
        # A request whose answer was lost is sent again and then finds its own claim, so it is read in any case.
        return _read(self._objects.get_json(key))


def _read(claim: Any) -> AcceptedJob:
    try:
        return AcceptedJob(
            command=from_text(claim["envelope"]).command, accepted=from_json(JobAccepted, claim["accepted"])
        )
    except (UnknownActor, Undecodable, LookupError, TypeError, ValueError) as error:
        raise Unavailable(
            "What was accepted under this Idempotency-Key was written by another version and cannot be read here.",
            dependency="s3",
            hint="Send it again once all gateways have one version, or use a fresh key.",
        ) from error
