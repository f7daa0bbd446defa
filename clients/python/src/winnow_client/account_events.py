"""Follows all jobs of an account by server-sent events, and takes up again where a stream broke."""

import json
from typing import Any

from winnow_client.calls import call
from winnow_client.errors import UnexpectedAnswer, WinnowError
from winnow_client.flows import Event, Flow, NextEvent, OpenEvents, Pause, Tell
from winnow_client.following import SILENCE_SECONDS, is_passing
from winnow_client.generated import operations
from winnow_client.generated.models import JobEvent
from winnow_client.generated.queries import FollowAccountQuery
from winnow_client.reading import read

_BETWEEN_STREAMS_SECONDS = 3.0


def account_events(wanted: FollowAccountQuery) -> Flow[None]:
    """Tells each event, for ever. A gateway that is away is waited for; what happened meanwhile is told then."""
    last = wanted.get("after")
    query: dict[str, Any] = {"status": wanted.get("status")}
    while True:
        resumed = {"Last-Event-ID": last} if last else {}
        headers = {"Accept": "text/event-stream", **resumed}
        try:
            yield OpenEvents(
                call(operations.FOLLOW_ACCOUNT, query=query, headers=headers, silence_seconds=SILENCE_SECONDS)
            )
            while (event := (yield NextEvent())) is not None:
                if event.data:
                    told = _read(event)
                    last = told.id or last
                    if told.event != "live":
                        yield Tell(told)
        except WinnowError as error:
            if not is_passing(error):
                raise
        yield Pause(_BETWEEN_STREAMS_SECONDS)


def _read(event: Event) -> JobEvent:
    try:
        return read(JobEvent, json.loads(event.data))
    except ValueError as error:
        raise UnexpectedAnswer(f"The event {event.id} of the account holds no JSON.") from error
