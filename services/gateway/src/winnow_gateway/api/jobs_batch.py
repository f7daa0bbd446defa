"""POST /v1/jobs:batch: accepts up to a thousand jobs in one request, all of them or none.

GET /v1/batches/{batch_id}: how they stand.
"""

from contextlib import nullcontext

from flask import Response

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import identity
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.jobs import ReadBatch
from winnow_contracts.tenants import DRILL_TENANT
from winnow_gateway.api.batch_requests import BODY, WantedBatch, read_batch
from winnow_gateway.api.drill_jobs import drill_answer, drill_job, joining_job
from winnow_gateway.api.schema_parts import COUNT, TEXT, list_of, object_of, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.uploads.batch_claims import BatchClaim, BatchClaims
from winnow_gateway.uploads.idempotency import KEY, only_one, read_key
from winnow_journal.codec import plain

ROUTE = "POST /v1/jobs:batch"
_COUNTS = {"batch_id": TEXT, "open": COUNT, "done": COUNT, "failed": COUNT, "cancelled": COUNT}


class Batches:
    """Accepts batches of drills, the one kind of job that needs no upload."""

    def __init__(self, parts: Dependencies) -> None:
        self._intake = parts.intake
        self._share = parts.share
        self._index = parts.index
        self._claims = BatchClaims(parts.objects)
        self._locks = parts.data_dir / "keyed"

    def begin(self, call: Call) -> Response:
        """Accepts the jobs of a batch; answers a repeated request as before.

        Raises FieldErrors that name each faulty job by its place, and RateLimited before the body is read while the
        jobs' lane takes nothing, unless the batch is known here.
        """
        key = read_key(call.request.headers.get("Idempotency-Key"))
        if key is None or self._intake.find(_keyed_id(key, 0)) is None:
            self._intake.refuse_if_full(DrillMedia.QUEUE)
        wanted = read_batch(call.request)
        claim_id = identity.keyed_job_id(DRILL_TENANT, ROUTE, key) if key else ""
        with only_one(self._locks, claim_id) if key else nullcontext():
            claim = self._claimed(claim_id, wanted)
            batch_id = identity.batch_id(claim_id or identity.new_job_id())
            jobs = self._jobs(wanted, batch_id, key, claim.created_ms)
            self._intake.accept_all(jobs, possible_duplicate=not claim.fresh)
        answers = [drill_answer(job.command.job_id) for job in jobs]
        answer = {"batch_id": batch_id, "items": answers[: len(wanted.drills)]}
        then = {"then": answers[-1]} if wanted.then else {}
        replayed = {} if claim.fresh else {"Idempotency-Replayed": "true"}
        return json_answer(answer | then, 202, {"Location": f"/v1/batches/{batch_id}", **replayed})

    def read(self, call: Call) -> Response:
        """Answers how the jobs of a batch stand. Raises NotFound."""
        batch_id = call.path["batch_id"]
        batch = self._index.ask(ReadBatch(batch_id=batch_id))
        return json_answer({"batch_id": batch_id, **plain(batch)})

    def _jobs(self, wanted: WantedBatch, batch_id: str, key: str | None, created_ms: int) -> list[AcceptedJob]:
        """Returns the jobs in the order of the request, and after them the one that waits for them."""

        def job_id(place: int | str) -> str:
            return _keyed_id(key, place) if key else identity.new_job_id()

        share, of = self._share, len(wanted.drills)
        jobs = [
            drill_job(job_id(place), drill, created_ms, share, batch_id) for place, drill in enumerate(wanted.drills)
        ]
        if wanted.then:
            jobs.append(joining_job(job_id("then"), wanted.then, created_ms, share, batch_id=batch_id, of=of))
        return jobs

    def _claimed(self, claim_id: str, wanted: WantedBatch) -> BatchClaim:
        """Returns the claim of the batch's key; without a key the batch is a fresh one."""
        if not claim_id:
            return BatchClaim(created_ms=now_ms(), fresh=True)
        return self._claims.take(DRILL_TENANT, claim_id, sha256=wanted.sha256(), created_ms=now_ms())


def _keyed_id(key: str, place: int | str) -> str:
    """Returns the id of one job of a batch. A key has no line break, so no other key gives it."""
    return identity.keyed_job_id(DRILL_TENANT, ROUTE, f"{key}\n{place}")


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on batches."""
    batches = Batches(parts)
    return (
        Operation(
            name="begin_jobs",
            method="POST",
            path="/v1/jobs:batch",
            about="Begin up to 1000 jobs, all of them or none: drills, which touch nobody's data. "
            "The job 'then' begins once all of them have ended, however they did.",
            handler=batches.begin,
            scope="admin",
            headers=(KEY,),
            body={"application/json": BODY},
            example={"jobs": [{"kind": "drill"}, {"kind": "drill", "steps": 1}], "then": {"kind": "drill"}},
            answers=(
                ApiAnswer(
                    status=202,
                    about="All jobs are accepted and will run; they stand in the order of the request.",
                    content={
                        "application/json": object_of(
                            {"batch_id": TEXT, "items": list_of(ref("Drill"))}, {"then": ref("Drill")}
                        )
                    },
                    headers=("Location", "Idempotency-Replayed"),
                ),
            ),
            problems=(
                "malformed",
                "idempotency-in-progress",
                "idempotency-mismatch",
                "too-large",
                "rate-limited",
                "unavailable",
            ),
        ),
        Operation(
            name="read_batch",
            method="GET",
            path="/v1/batches/{batch_id}",
            about="How the jobs of a batch stand, those that index knows by now.",
            handler=batches.read,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="The counts.", content={"application/json": object_of(_COUNTS)}),),
            problems=("not-found", "unavailable"),
        ),
    )
