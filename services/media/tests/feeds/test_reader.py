"""How a feed is fetched: in bounded time and bytes, only where it has changed, and at no address that links may not."""

import time

import pytest

from winnow_base.async_bridge import never
from winnow_contracts.index_api.feed_looks import DueLook
from winnow_contracts.links import LinkRules
from winnow_harness.fixtures.file_server import Served
from winnow_media.feeds.listing import NoFeed
from winnow_media.feeds.reader import FeedReader
from winnow_media.links.source import LinkSource

from .conftest import item, rss

FEED = rss(item(1))


def due(url, **known):
    return DueLook(tenant_id="t1", url=url, **known)


def test_a_feed_is_read_with_what_its_server_says_of_the_version(server, reader):
    headers = {"Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT", "Content-Type": "text/html"}
    server.files["/f"] = Served(content=FEED, etag='W/"7"', headers=headers)
    listing = reader.read(due(server.url("/f")), never)
    assert (listing.name, len(listing.episodes)) == ("Talks", 1)
    assert (listing.etag, listing.last_modified) == ('W/"7"', headers["Last-Modified"])


def test_what_has_not_changed_is_not_read(server, reader):
    server.files["/f"] = Served(status=304)
    assert reader.read(due(server.url("/f"), etag='"7"', last_modified="Sunday"), never) is None
    asked = server.asked[0][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"7"', "Sunday")


def test_a_304_that_nobody_asked_for_is_no_feed(server, reader):
    server.files["/f"] = Served(status=304)
    with pytest.raises(NoFeed, match="answered 304"):
        reader.read(due(server.url("/f")), never)
    assert "if-none-match" not in server.asked[0][1]


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500])
def test_an_error_of_the_server_is_a_reason_without_the_address(server, reader, status):
    server.files["/f"] = Served(status=status)
    with pytest.raises(NoFeed, match=f"answered {status}") as failed:
        reader.read(due(server.url("/f?token=hushhush")), never)
    assert "hushhush" not in str(failed.value)
    assert "127.0.0.1" not in str(failed.value)


def test_a_redirect_to_a_private_address_is_refused(server, reader):
    server.files["/f"] = Served(status=302, headers={"Location": "https://10.0.0.1/feed"})
    with pytest.raises(NoFeed, match="none that is fetched"):
        reader.read(due(server.url("/f")), never)


def test_a_feed_without_end_is_cut(server, make_reader):
    server.files["/f"] = Served(content=FEED, endless=True, says_length=False)
    with pytest.raises(NoFeed, match="more than 3000000 bytes"):
        make_reader(most_bytes=3_000_000).read(due(server.url("/f")), never)


def test_a_feed_that_drips_holds_its_thread_for_a_bounded_time(server, make_reader):
    server.files["/f"] = Served(content=FEED * 1000, drip_seconds=0.0005)
    began = time.monotonic()
    with pytest.raises(NoFeed, match="could not be fetched"):
        make_reader(fetch_seconds=1.0).read(due(server.url("/f")), never)
    assert time.monotonic() - began < 5


def test_where_links_are_off_no_feed_is_asked(server, program):
    closed = FeedReader(LinkSource(LinkRules()), program)
    with pytest.raises(NoFeed, match="WINNOW_FETCH_URLS"):
        closed.read(due(server.url("/f")), never)
    assert server.asked == []
