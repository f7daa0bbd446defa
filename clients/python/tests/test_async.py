"""The client with asyncio: the same requests, over another way to send them."""

import inspect
from pathlib import Path
from typing import Any

import anyio
import pytest

from winnow_client import AsyncClient, BadInput, Client, Retries, Unavailable, async_resources, following, resources

from .conftest import ACCEPTED, Script, gives, hangs_up, job, problem, streams

AT_ONCE = Retries(most=3, first_seconds=0.0)


def test_it_uploads_follows_and_lists(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_BETWEEN_LOOKS_SECONDS", 0.0)
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 600_000)
    script.answers = [
        hangs_up,
        gives(202, ACCEPTED),
        streams(("1-a", "stage", job("queued"))),
        gives(200, job("running")),
        streams(("2-b", "done", job("done"))),
        gives(200, {"items": [job("done")], "next_cursor": "a", "degraded": []}),
        gives(200, {"items": [job("failed")], "next_cursor": None, "degraded": []}),
    ]
    told: list[Any] = []

    async def all_of_it() -> list[str]:
        async with AsyncClient(script.url, "secret", retries=AT_ONCE) as winnow:
            accepted = await winnow.media.upload(file, on_progress=lambda sent, size: told.append(sent))
            await winnow.jobs.wait(accepted.id, lambda seen: told.append(seen.status))
            return [one.status async for one in winnow.jobs.list()]

    assert anyio.run(all_of_it) == ["done", "failed"]
    assert told[-4:] == [600_000, "queued", "running", "done"]
    assert script.asked[1].body == b"x" * 600_000


def test_several_requests_are_under_way_at_a_time(script: Script) -> None:
    script.answers = [gives(200, {"n": 1})]

    async def both() -> list[Any]:
        found: list[Any] = []

        async def ask(winnow: AsyncClient, path: str) -> None:
            found.append(await winnow.get(path))

        async with AsyncClient(script.url, "secret") as winnow, anyio.create_task_group() as group:
            for path in ("/a", "/b", "/c"):
                group.start_soon(ask, winnow, path)
        return found

    assert anyio.run(both) == [{"n": 1}] * 3


def test_it_raises_the_same_errors(script: Script, tmp_path: Path) -> None:
    script.answers, script.drains = [problem(413, "too-large", "Too large.")], True
    file = tmp_path / "large.mp4"
    file.write_bytes(b"x" * 20_000_000)

    async def upload() -> None:
        await AsyncClient(script.url, "secret").media.upload(file)

    async def away() -> None:
        await AsyncClient("http://127.0.0.1:1", "secret", retries=AT_ONCE).get("/")

    with pytest.raises(BadInput, match="Too large"):
        anyio.run(upload)
    with pytest.raises(Unavailable, match="does not answer"):
        anyio.run(away)


@pytest.mark.parametrize("name", ["Client", "MediaCalls", "JobCalls", "PhotoCalls", "RunningJob"])
def test_both_clients_offer_the_same(name: str) -> None:
    one = Client if name == "Client" else getattr(resources, name)
    other = AsyncClient if name == "Client" else getattr(async_resources, f"Async{name}")
    offered = {each: list(inspect.signature(what).parameters) for each, what in _methods(one)}
    assert offered == {each: list(inspect.signature(what).parameters) for each, what in _methods(other)}
    assert offered


def _methods(kind: type[Any]) -> list[tuple[str, Any]]:
    return [(name, what) for name, what in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
