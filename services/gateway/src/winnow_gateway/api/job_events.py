"""GET /v1/jobs/{id}/events: follows a job, by server-sent events or by long polling.

An event's id is ``<Unix milliseconds>-<digest of the job as shown>``. Ids rise within a stream, and any process can
tell from an id alone whether the client has seen the job's present state.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from winnow_base.http.long_requests import LongRequests
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, NotFound, Unavailable
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer

POLL_SECONDS = 1.0
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
    version: int
    """The live board's version from before the view was read."""
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
    """Follows jobs. Live events wake a stream; index is polled about once a second and is the source of truth."""

    def __init__(self, reads: IndexReads, board: LiveBoard, long: LongRequests) -> None:
        self._reads = reads
        self._board = board
        self._long = long

    def follow(self, call: Call) -> Response:
        """Streams events or, with ``Accept: application/json``, returns the next change."""
        wanted = call.request.accept_mimetypes.best_match(["text/event-stream", "application/json"])
        if wanted is None and call.request.accept_mimetypes:
            raise BadInput("Events come as text/event-stream or application/json.", code="not-acceptable")
        job_id = call.path["job_id"]
        version = self._board.version(job_id)
        view = self._view(call.tenant_id, job_id)
        key_id = call.principal.key_id
        if wanted == "application/json":
            with self._long.held(key_id):
                return self._next(call.tenant_id, view, version, call.query["after"])
        after = call.request.headers.get("Last-Event-ID", "")
        return self._long.answer(key_id, lambda: self._streamed(call.tenant_id, view, version, after))

    def _streamed(self, tenant_id: str, view: dict[str, Any], version: int, after: str) -> Response:
        response = Response(self._stream(tenant_id, view, version, after), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _next(self, tenant_id: str, view: dict[str, Any], version: int, after: str | None) -> Response:
        seen_ms, seen_digest = _seen(after)
        change = _Change(view=view, version=version, at_ms=seen_ms)
        change.turn(view)
        deadline = time.monotonic() + LONGEST_POLL_SECONDS
        while change.digest == seen_digest and view["status"] not in FINAL and time.monotonic() < deadline:
            if self._board.stopped:
                break
            view = self._later(tenant_id, view, change)
            change.turn(view)
        event = "done" if view["status"] in FINAL else change.event or "progress"
        return json_answer({"id": change.id, "event": event, "job": change.view})

    def _stream(self, tenant_id: str, view: dict[str, Any], version: int, after: str) -> Iterator[str]:
        """Yields the job's present state, then each change. A client that reconnects needs no missed events."""
        change = _Change(view=view, version=version, at_ms=_seen(after)[0])
        yield "retry: 3000\n\n"
        ends, beat = time.monotonic() + LONGEST_STREAM_SECONDS, time.monotonic() + HEARTBEAT_SECONDS
        while True:
            change.turn(view)
            if change.event is not None:
                yield _event(change.id, change.event, view)
                beat = time.monotonic() + HEARTBEAT_SECONDS
            if view["status"] in FINAL:
                change.at_ms = max(now_ms(), change.at_ms + 1)
                yield _event(change.id, "done", view)
                return
            if self._board.stopped or time.monotonic() > ends:
                return
            if time.monotonic() > beat:
                yield ": still here\n\n"
                beat = time.monotonic() + HEARTBEAT_SECONDS
            view = self._later(tenant_id, view, change)

    def _later(self, tenant_id: str, view: dict[str, Any], change: _Change) -> dict[str, Any]:
        """Returns the job after the next event or poll; if index cannot be read, the last view with live events."""
        self._board.wait(view["id"], change.version, POLL_SECONDS)
        change.version = self._board.version(view["id"])
        try:
            return self._view(tenant_id, view["id"])
        except (Unavailable, NotFound):
            return self._board.overlay(view)

    def _view(self, tenant_id: str, job_id: str) -> dict[str, Any]:
        return self._board.overlay(self._reads.job(tenant_id, job_id))


def _milestones(view: dict[str, Any]) -> tuple[Any, ...]:
    return (view["status"], view["run"], *((stage["name"], stage["status"]) for stage in view["stages"]))


def _seen(after: str | None) -> tuple[int, str]:
    """Returns time (Unix ms) and digest of the last event the client saw; 0 and "" if the client names none."""
    at_ms, _, digest = (after or "").partition("-")
    return (int(at_ms), digest) if at_ms.isascii() and at_ms.isdigit() and len(at_ms) <= 15 else (0, "")


def _event(event_id: str, name: str, view: dict[str, Any]) -> str:
    return f"id: {event_id}\nevent: {name}\ndata: {json.dumps(view, ensure_ascii=False)}\n\n"


def operations(parts: Dependencies, long: LongRequests) -> tuple[Operation, ...]:
    """The operation that follows a job."""
    return (
        Operation(
            name="follow_job",
            method="GET",
            path="/v1/jobs/{job_id}/events",
            about="Follow a job: events stage, progress and done, each with the whole job; or long-poll as JSON.",
            handler=JobEvents(parts.reads, parts.board, long).follow,
            query=(QueryParameter(name="after", about="With JSON: the id of the last change seen.", schema=_ID),),
            headers=(
                QueryParameter(name="Last-Event-ID", about="The id of the last event seen.", schema={"type": "string"}),
            ),
            answers=(
                ApiAnswer(
                    status=200,
                    about="Events, first the job as it is; the last is done. As JSON, the next change.",
                    content={"text/event-stream": {"type": "string"}, "application/json": ref("JobChange")},
                ),
            ),
            problems=("not-found", "not-acceptable", "rate-limited", "unavailable"),
        ),
    )
