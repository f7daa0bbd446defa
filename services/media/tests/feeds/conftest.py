from collections.abc import Callable, Iterator

import pytest

from winnow_contracts.links import LinkRules
from winnow_harness.fixtures.file_server import FileServer
from winnow_media.feeds.program import FeedProgram
from winnow_media.feeds.reader import FeedReader
from winnow_media.links.pace import Patience
from winnow_media.links.source import LinkSource
from winnow_media.sandbox import Sandbox
from winnow_media.scratch import Scratch

QUICK = Patience(head_seconds=1, stall_seconds=0.5, window_seconds=0.5, least_bytes_per_second=1024)


def item(number: int, guid: str = "", address: str = "", **more: str) -> str:
    """An episode of an RSS feed; each day has one."""
    facts = {
        "title": f"Episode {number}",
        "guid": guid or f"tag:guid-{number}",
        "pubDate": f"Mon, {number:02} Nov 2026 10:00:00 GMT",
        **more,
    }
    address = address or f"https://cdn.example/{number}.mp3"
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in facts.items() if text != "-")
    return f'<item>{inside}<enclosure url="{address}" length="1000" type="audio/mpeg"/></item>'


def rss(*items: str, title: str = "<title>Talks</title>", before: str = "") -> bytes:
    """A feed."""
    inside = "".join((title, *items))
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel>{inside}</channel></rss>'.encode()


@pytest.fixture
def server() -> Iterator[FileServer]:
    made = FileServer()
    yield made
    made.close()


@pytest.fixture
def rules(server: FileServer) -> LinkRules:
    """The server of this test may be asked, at its port alone."""
    return LinkRules(enabled=True, hosts=frozenset({f"127.0.0.1:{server.port}"}))


@pytest.fixture
def program(scratch: Scratch, rules: LinkRules) -> FeedProgram:
    return FeedProgram(Sandbox.detect(), scratch, rules)


@pytest.fixture
def make_reader(program: FeedProgram, rules: LinkRules) -> Callable[..., FeedReader]:
    """``make_reader(most_bytes=…)``: a reader with other limits."""

    def make(**limits: float) -> FeedReader:
        return FeedReader(LinkSource(rules, patience=QUICK), program, **limits)  # type: ignore[arg-type]

    return make


@pytest.fixture
def reader(make_reader: Callable[..., FeedReader]) -> FeedReader:
    return make_reader()
