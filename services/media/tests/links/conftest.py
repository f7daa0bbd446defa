import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import FetchOriginal
from winnow_contracts.json_codec import to_json
from winnow_contracts.links import Link, LinkRules
from winnow_harness.fixtures.file_server import FileServer
from winnow_media.links.pace import Patience
from winnow_media.links.source import LinkSource

LINK_KEY = "in/t/t1/med_1/link"
QUICK = Patience(head_seconds=1, stall_seconds=0.5, window_seconds=0.5, least_bytes_per_second=1024)


@pytest.fixture
def server() -> Iterator[FileServer]:
    made = FileServer()
    yield made
    made.close()


@pytest.fixture
def source(server: FileServer) -> LinkSource:
    """It may ask the server of this test, at its port alone."""
    hosts = frozenset({f"127.0.0.1:{server.port}", f"files.example:{server.port}"})
    return LinkSource(LinkRules(enabled=True, hosts=hosts), patience=QUICK)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """``names({"a.example": [["1.2.3.4"], ["10.0.0.1"]]})``: what a name leads to, the first time, the second …"""

    def answer(leads: dict[str, Sequence[Sequence[str]]]) -> list[str]:
        asked: list[str] = []

        async def resolve(loop: object, host: str, port: int, **how: object) -> list[object]:
            asked.append(host)
            answers = leads[host]
            found = answers[min(asked.count(host), len(answers)) - 1]
            return [(2, 1, 6, "", (one, port)) for one in found]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        return asked

    return answer


@pytest.fixture
def link(objects: MemoryObjectStore) -> Callable[..., FetchOriginal]:
    """``link(url)``: keep a link, and make the command that fetches it."""

    def keep(url: str, kind: str = "recording", limit_bytes: int = 1 << 30, **captions: str) -> FetchOriginal:
        objects.put_json(LINK_KEY, to_json(Link(url=url, **captions)))
        return FetchOriginal(
            tenant_id="t1",
            job_id="job_1",
            media_id="med_1",
            link_key=LINK_KEY,
            kind=kind,
            filename="talk.mp4",
            limit_bytes=limit_bytes,
            language="ko",
            region="kr",
        )

    return keep
