"""All jobs of an account: events across broken streams, with asyncio and without."""

import itertools
from typing import Any

import anyio
import pytest

from winnow_client import AsyncClient, Client, Forbidden, account_events

from .conftest import Script, hangs_up, problem, streams


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_events, "_BETWEEN_STREAMS_SECONDS", 0.0)


def event(name: str, **fields: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("id", "job_id", "media_id", "run", "status", "stage", "progress"))
    return {"event": name, **nothing, "at": "2026-11-30T00:00:00.000Z", **fields}


def told(name: str, event_id: str | None = None, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    return event_id or "", name, event(name, id=event_id, **fields)


@pytest.fixture
def broken(script: Script) -> Script:
    """A stream that breaks after what has no id, a gateway that is away, and the rest."""
    script.answers = [
        streams(told("live", "1-1-0"), told("status", "1-2-1", status="queued"), told("stage", stage="check")),
        hangs_up,
        problem(503, "unavailable"),
        streams(told("status", "1-3-1", status="done"), told("reset", "1-9-0")),
    ]
    return script


def test_a_broken_stream_is_taken_up_again_after_the_last_id(broken: Script) -> None:
    found = list(itertools.islice(Client(broken.url, "secret").events(status="done"), 4))
    assert [(one.event, one.id) for one in found] == [
        ("status", "1-2-1"),
        ("stage", None),
        ("status", "1-3-1"),
        ("reset", "1-9-0"),
    ]
    assert [one.headers.get("last-event-id") for one in broken.asked] == [None, "1-2-1", "1-2-1", "1-2-1"]
    assert {one.path for one in broken.asked} == {"/v1/events?status=done"}


def test_it_is_the_same_with_asyncio(broken: Script) -> None:
    async def follow() -> list[str]:
        seen: list[str] = []
        async with AsyncClient(broken.url, "secret") as winnow:
            async for one in winnow.events(after="1-1-0"):
                seen.append(one.event)
                if one.event == "reset":
                    break
        return seen

    assert anyio.run(follow) == ["status", "stage", "status", "reset"]
    assert broken.asked[0].headers["last-event-id"] == "1-1-0"


def test_who_may_not_listen_is_told_so(script: Script) -> None:
    script.answers = [problem(403, "forbidden", "This key lacks the scope 'read'.")]
    with pytest.raises(Forbidden, match="lacks the scope"):
        next(iter(Client(script.url, "secret").events()))
