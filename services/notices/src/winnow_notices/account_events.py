"""GET /v1/events: what happens with all jobs of an account, as server-sent events, or as JSON what happened since.

An event with an id is told by index and never lost: a client that comes back with it is told what it missed. Events
without one are what nodes say meanwhile; they are told to whoever listens now.
"""

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from flask import Response

from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.long_requests import LongRequests
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, WinnowError
from winnow_contracts.index_api.job_changes import KEPT_HOURS, JobChanges, Position
from winnow_gateway.api import job_events
from winnow_gateway.api.job_events import sse
from winnow_gateway.api.schema_parts import EVENT, JOB_STATUS, ref
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.views import instant
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_notices.followed_accounts import FollowedAccounts, is_before
from winnow_notices.live_changes import job_event, status_event

_ID = {"type": "string", "pattern": "^[0-9]{1,15}-[0-9]{1,18}-[0-9]{1,18}$"}
_STATUS = {"type": "string", "enum": JOB_STATUS["enum"]}


class AccountEvents:
    """Follows accounts. Once index has answered, whoever follows one holds no thread."""

    def __init__(self, accounts: FollowedAccounts, board: LiveBoard, open_answers: LongRequests) -> None:
        self._accounts = accounts
        self._board = board
        self._open_answers = open_answers

    def follow(self, call: Call) -> Response:
        """Streams events or, with ``Accept: application/json``, returns what happened."""
        accepted = call.request.accept_mimetypes
        wanted = accepted.best_match(["text/event-stream", "application/json"])
        if wanted is None and accepted:
            raise BadInput("Events come as text/event-stream or application/json.", code="not-acceptable")
        # A browser that comes back asks the same address as at first.
        after = call.request.headers.get("Last-Event-ID") or call.query["after"]
        page = self._page(call.tenant_id, after)
        if wanted == "application/json":
            told = [status_event(one) for one in page.items if call.query["status"] in (None, one.status)]
            return json_answer({"items": told, "position": page.position, "more": page.more, "reset": page.reset})
        pieces = self._stream(call.tenant_id, page, call.query["status"])
        body = self._open_answers.answer(call.principal.key_id, lambda: DetachedBody(pieces, ends_by_hanging_up=True))
        headers = {"X-Accel-Buffering": "no"}
        return Response(body, mimetype="text/event-stream", headers=headers, direct_passthrough=True)

    def _page(self, tenant_id: str, after: str | None) -> JobChanges:
        """What comes after an id. A browser sends what it was given last: what is no id has missed all, too."""
        with suppress(BadInput):
            if after is not None:
                Position.read(after)
            return self._accounts.read(tenant_id, after)
        return replace(self._accounts.read(tenant_id, None), reset=True)

    async def _stream(self, tenant_id: str, page: JobChanges, status: str | None) -> AsyncGenerator[bytes, None]:
        """Yields the events that are wanted, and something now and then."""
        yield b"retry: 3000\n\n"
        beat = time.monotonic() + job_events.HEARTBEAT_SECONDS
        async with aclosing(self._told(tenant_id, page)) as told:
            async for event in told:
                if event is not None and _wanted(event, status):
                    yield _piece(event)
                elif time.monotonic() > beat:
                    yield b": still here\n\n"
                else:
                    continue
                beat = time.monotonic() + job_events.HEARTBEAT_SECONDS

    async def _told(self, tenant_id: str, first: JobChanges) -> AsyncGenerator[dict[str, Any] | None, None]:
        """Yields the events of a page that was just read and each after it, and None while nothing happens.

        Ends early if index is away.
        """
        ends = time.monotonic() + job_events.LONGEST_STREAM_SECONDS
        number, position = -1, first.position
        async with self._accounts.following(tenant_id, position) as account:
            read: JobChanges | None = first
            while not self._board.stopped and time.monotonic() < ends:
                events = account.since(number)
                if events is None:
                    # It has just come, or took what it was sent too slowly: index has what it missed.
                    number, goal = account.number, account.position
                    try:
                        page = read or await self._accounts.read_on(account, position)
                    except WinnowError:
                        return
                    read, position = None, page.position
                    for event in _events(page):
                        yield event
                    if page.more or is_before(position, goal):
                        number = -1
                    else:
                        yield job_event("live", id=position)
                    continue
                number += len(events)
                for event in events:
                    if event["id"] is None or event["event"] == "reset" or is_before(position, event["id"]):
                        position = event["id"] or position
                        yield event
                await account.after(number, job_events.HEARTBEAT_SECONDS)
                yield None


def _events(page: JobChanges) -> Iterable[dict[str, Any]]:
    return [job_event("reset", id=page.position)] if page.reset else map(status_event, page.items)


def _wanted(event: dict[str, Any], status: str | None) -> bool:
    """Whether a client that asked for this status, or for everything, gets it."""
    return (
        status is None or event["event"] in ("reset", "live") or (event["event"], event["status"]) == ("status", status)
    )


def _piece(event: dict[str, Any]) -> bytes:
    return sse(event["id"], event["event"], {**event, "at": event["at"] or instant(now_ms())})


def operations(accounts: FollowedAccounts, board: LiveBoard, open_answers: LongRequests) -> tuple[Operation, ...]:
    """The operation that follows an account."""
    return (
        Operation(
            name="follow_account",
            method="GET",
            path="/v1/events",
            about="Follow all jobs of the caller's account: events status, stage and progress; live once all before is"
            f" told; reset, list again, if the last id is older than {KEPT_HOURS} h. As JSON, what came after an id.",
            handler=AccountEvents(accounts, board, open_answers).follow,
            query=(
                QueryParameter(name="after", about="The id after which to begin; else from now on.", schema=_ID),
                QueryParameter(name="status", about="Only the events of jobs that become this.", schema=_STATUS),
            ),
            headers=(
                QueryParameter(name="Last-Event-ID", about="The id of the last event seen.", schema={"type": "string"}),
            ),
            answers=(
                ApiAnswer(
                    status=200,
                    about="Events, each a JobEvent. As JSON, those that happened.",
                    content={"text/event-stream": EVENT, "application/json": ref("JobEvents")},
                ),
            ),
            problems=("not-acceptable", "rate-limited", "unavailable"),
        ),
    )
