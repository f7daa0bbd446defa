"""GET /v1/jobs/{id}/events: follows a job, by server-sent events or by long polling.

An event's id is ``<Unix milliseconds>-<digest of the job as shown>``. Ids rise within a stream, and any process can
tell from an id alone whether the client has seen the job's present state.
"""

import hashlib
import json
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.long_requests import LongRequests
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_gateway.api.schema_parts import EVENT, ref
from winnow_gateway.clients.followed_jobs import FollowedJobs, Look
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter

HEARTBEAT_SECONDS = 15.0
LONGEST_POLL_SECONDS = 25.0
LONGEST_STREAM_SECONDS = 900.0
"""A stream ends without ``done`` after this many seconds; clients reconnect with Last-Event-ID."""
_ID = {"type": "string", "pattern": "^[0-9]{1,15}-[0-9a-f]{12}$"}


@dataclass(kw_only=True)
class _Change:
    """The job as last shown. ``event`` is the kind of the last change: ``stage``, ``progress``, or None if nothing
    changed.
    """

    view: dict[str, Any]
    at_ms: int = 0
    digest: str = ""
    event: str | None = field(default="stage")

    @property
    def id(self) -> str:
        return f"{self.at_ms:013d}-{self.digest}"

    def turn(self, view: dict[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()[:12]
        if digest == self.digest:
            self.event = None
            return
        same_stages = self.digest and _milestones(view) == _milestones(self.view)
        self.event = "progress" if same_stages else "stage"
        self.view, self.digest, self.at_ms = view, digest, max(now_ms(), self.at_ms + 1)


class JobEvents:
    """Follows jobs. Once a job was found, whoever follows it holds no thread."""

    def __init__(self, jobs: FollowedJobs, board: LiveBoard, open_answers: LongRequests) -> None:
        self._jobs = jobs
        self._board = board
        self._open_answers = open_answers

    def follow(self, call: Call) -> Response:
        """Streams events or, with ``Accept: application/json``, returns the next change."""
        wanted = call.request.accept_mimetypes.best_match(["text/event-stream", "application/json"])
        if wanted is None and call.request.accept_mimetypes:
            raise BadInput("Events come as text/event-stream or application/json.", code="not-acceptable")
        look = self._jobs.at(call.tenant_id, call.path["job_id"])
        if wanted == "application/json":
            return self._answer(call, self._next(look, call.query["after"]), wanted)
        after = call.request.headers.get("Last-Event-ID", "")
        response = self._answer(call, self._stream(look, after), "text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _answer(self, call: Call, pieces: AsyncGenerator[bytes, None], mimetype: str) -> Response:
        body = self._open_answers.answer(call.principal.key_id, lambda: DetachedBody(pieces, ends_by_hanging_up=True))
        return Response(body, mimetype=mimetype, direct_passthrough=True)

    async def _next(self, look: Look, after: str | None) -> AsyncGenerator[bytes, None]:
        seen_ms, seen_digest = _seen(after)
        change = _Change(view=look.view, at_ms=seen_ms)
        deadline = time.monotonic() + LONGEST_POLL_SECONDS
        async with self._jobs.following(look) as job:
            while True:
                number = job.number
                change.turn(job.look.view)
                left = deadline - time.monotonic()
                if change.digest != seen_digest or change.view["status"] in FINAL or self._board.stopped or left <= 0:
                    break
                await job.after(number, left)
        event = "done" if change.view["status"] in FINAL else change.event or "progress"
        yield json.dumps({"id": change.id, "event": event, "job": change.view}, ensure_ascii=False).encode()

    async def _stream(self, look: Look, after: str) -> AsyncGenerator[bytes, None]:
        """Yields the job's present state, then each change. A client that reconnects needs no missed events."""
        change = _Change(view=look.view, at_ms=_seen(after)[0])
        yield b"retry: 3000\n\n"
        ends, beat = time.monotonic() + LONGEST_STREAM_SECONDS, time.monotonic() + HEARTBEAT_SECONDS
        async with self._jobs.following(look) as job:
            while True:
                number, view = job.number, job.look.view
                change.turn(view)
                if change.event is not None:
                    yield sse(change.id, change.event, view)
                    beat = time.monotonic() + HEARTBEAT_SECONDS
                if view["status"] in FINAL:
                    change.at_ms = max(now_ms(), change.at_ms + 1)
                    yield sse(change.id, "done", view)
                    return
                if self._board.stopped or time.monotonic() > ends:
                    return
                if time.monotonic() > beat:
                    yield b": still here\n\n"
                    beat = time.monotonic() + HEARTBEAT_SECONDS
                await job.after(number, beat - time.monotonic())


def _milestones(view: dict[str, Any]) -> tuple[Any, ...]:
    return (view["status"], view["run"], *((stage["name"], stage["status"]) for stage in view["stages"]))


def _seen(after: str | None) -> tuple[int, str]:
    """Returns time (Unix ms) and digest of the last event the client saw; 0 and "" if the client names none."""
    at_ms, _, digest = (after or "").partition("-")
    return (int(at_ms), digest) if at_ms.isascii() and at_ms.isdigit() and len(at_ms) <= 15 else (0, "")


def sse(event_id: str | None, name: str, view: dict[str, Any]) -> bytes:
    """A server-sent event. One without an id leaves the client's last id as it is."""
    id_line = f"id: {event_id}\n" if event_id else ""
    return f"{id_line}event: {name}\ndata: {json.dumps(view, ensure_ascii=False)}\n\n".encode()


def operations(parts: Dependencies, open_answers: LongRequests) -> tuple[Operation, ...]:
    """The operation that follows a job."""
    jobs = FollowedJobs(parts.reads, parts.board)
    return (
        Operation(
            name="follow_job",
            method="GET",
            path="/v1/jobs/{job_id}/events",
            about="Follow a job: events stage, progress and done, each with the whole job; or long-poll as JSON.",
            handler=JobEvents(jobs, parts.board, open_answers).follow,
            query=(QueryParameter(name="after", about="With JSON: the id of the last change seen.", schema=_ID),),
            headers=(
                QueryParameter(name="Last-Event-ID", about="The id of the last event seen.", schema={"type": "string"}),
            ),
            answers=(
                ApiAnswer(
                    status=200,
                    about="Events, first the job as it is; the last is done. As JSON, the next change.",
                    content={"text/event-stream": EVENT, "application/json": ref("JobChange")},
                ),
            ),
            problems=("not-found", "gone", "not-acceptable", "rate-limited", "unavailable"),
        ),
    )
