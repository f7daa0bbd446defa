"""An assistant's own client of the protocol, over stdio, with ``winnow mcp`` in front of a whole stack."""

import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client as Assistant
from mcp import StdioServerParameters

from winnow_client import Client
from winnow_client.generated.models import Media
from winnow_harness.fixtures.stack import StackFixture

SPEECH = Path("/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav")
pytestmark = pytest.mark.timeout(600)

Ask = Callable[[str, dict[str, Any]], Any]


@pytest.fixture(scope="module")
def media(stack: StackFixture, tmp_path_factory: pytest.TempPathFactory) -> Media:
    """A recording that Winnow has written down."""
    file = tmp_path_factory.mktemp("speech") / "a talk.wav"
    shutil.copy(SPEECH, file)
    return Client(stack.gateway_url, stack.key).media.upload(file).wait()


@asynccontextmanager
async def assistant(stack: StackFixture, key: str = "") -> AsyncIterator[Assistant]:
    command = StdioServerParameters(
        command=str(Path(sys.executable).with_name("winnow")),
        args=["mcp"],
        env={"WINNOW_URL": stack.gateway_url, "WINNOW_API_KEY": key or stack.key},
    )
    async with Assistant(command) as client:
        yield client


@pytest.fixture
def ask(stack: StackFixture) -> Ask:
    """Calls one tool; returns its structured answer, or the words of its error."""

    def call(tool: str, arguments: dict[str, Any]) -> Any:
        async def called() -> Any:
            async with assistant(stack) as client:
                answer = await client.call_tool(tool, arguments)
                return answer.content[0].text if answer.is_error else answer.structured_content

        return anyio.run(called)

    return call


def test_it_says_what_it_offers_and_that_it_only_reads(stack: StackFixture) -> None:
    async def tools() -> list[Any]:
        async with assistant(stack) as client:
            return list((await client.list_tools()).tools)

    offered = anyio.run(tools)
    assert {tool.name for tool in offered} == {"search_recordings", "read_transcript", "job_status", "list_media"}
    assert all(tool.annotations.read_only_hint and tool.output_schema and tool.description for tool in offered)


def test_a_moment_is_found_with_a_link_that_opens_it(stack: StackFixture, media: Media, ask: Ask) -> None:
    answer = ask("search_recordings", {"query": "disposed young man", "media_id": media.id})
    first = answer["moments"][0]
    assert (first["media_id"], first["title"]) == (media.id, "a talk")
    assert "young man" in first["text"].lower()
    assert first["url"].startswith(f"{stack.gateway_url}/m/{media.id}?t=")
    with httpx2.Client(follow_redirects=True) as browser:
        assert browser.get(first["url"]).status_code == 200


def test_a_transcript_is_read_with_times_and_from_a_time_on(stack: StackFixture, media: Media, ask: Ask) -> None:
    whole = ask("read_transcript", {"media_id": media.id})
    assert (whole["title"], whole["language"], whole["continue_from_ms"]) == ("a talk", "en", None)
    last = whole["segments"][-1]
    assert last["url"].startswith(f"{stack.gateway_url}/m/{media.id}?t=")
    assert ":" in last["at"]
    later = ask("read_transcript", {"media_id": media.id, "from_ms": last["end_ms"]})
    assert later["segments"] == []
    assert ask("read_transcript", {"media_id": media.id, "until_ms": last["end_ms"]})["segments"] == whole["segments"]


def test_jobs_and_recordings_are_told(media: Media, ask: Ask) -> None:
    job = ask("job_status", {"job_id": media.job_id})
    assert (job["status"], job["media_id"], job["problem"]) == ("done", media.id, None)
    assert set(job["stages"].values()) == {"done"}
    listed = ask("list_media", {"limit": 100, "status": "ready"})
    [mine] = [one for one in listed["recordings"] if one["media_id"] == media.id]
    assert (mine["has_transcript"], mine["job_id"]) == (True, media.job_id)
    assert listed["there_are_more"] is False


def test_what_went_wrong_is_told_in_words(stack: StackFixture, ask: Ask) -> None:
    unknown = "med_00000000-0000-7000-8000-000000000000"
    assert "not-found" in ask("read_transcript", {"media_id": unknown})
    assert "less than or equal to 100" in ask("list_media", {"limit": 1000})

    async def refused() -> str:
        async with assistant(stack, key="wk_wrong") as client:
            answer = await client.call_tool("list_media", {})
            assert answer.is_error
            return str(answer.content[0].text)

    assert "unauthenticated" in anyio.run(refused)
