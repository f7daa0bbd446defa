"""A feed's episodes become recordings, each once, though index and media die between and during looks."""

import json
import signal
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.file_server import FileServer, Served

from .test_links import sound

SECRET = "token=hushhush"
PODCAST = "xmlns:podcast='https://podcastindex.org/namespace/1.0'"
CAPTIONED = 3
"""The episode that has captions."""


@pytest.fixture
def server():
    made = FileServer()
    yield made
    made.close()


@pytest.fixture
def publish(server):
    """``publish(1, 2)``: the feed has these episodes, whose sounds differ."""

    now = datetime.now(UTC) - timedelta(hours=1)

    def put(*numbers):
        items = "".join(
            f"<item><title>Episode {number}</title><guid isPermaLink='false'>guid-{number}</guid>"
            f"<pubDate>{format_datetime(now + timedelta(minutes=number))}</pubDate>"
            f"<enclosure url='/{number}.wav?{SECRET}' length='1' type='audio/wav'/>"
            + (f"<podcast:transcript url='/{number}.vtt?{SECRET}' type='text/vtt'/>" if number == CAPTIONED else "")
            + "</item>"
            for number in numbers
        )
        for number in numbers:
            server.files[f"/{number}.wav"] = Served(content=sound(number + 1))
        server.files[f"/{CAPTIONED}.vtt"] = Served(content=b"WEBVTT\n\n00:00.000 --> 00:02.000\nRinse the amphora.\n")
        feed = f"<rss version='2.0' {PODCAST}><channel><title>Talks</title>{items}</channel></rss>"
        server.files["/feed"] = Served(content=feed.encode(), etag=f'"{numbers}"')

    return put


def recordings(nodes):
    page = nodes.call("GET", "/v1/media?tag=feed:Talks")[1]
    return {one["title"]: one for one in page["items"]}


def ended(nodes, feed_id, looked_at=None):
    """The feed, once a look has ended that is later than ``looked_at``."""

    def look():
        feed = nodes.call("GET", f"/v1/feeds/{feed_id}")[1]
        return feed if not feed["looking"] and feed["looked_at"] != looked_at else None

    until(look, "the look did not end", 60)
    return look()


def check(nodes, feed_id):
    """Look at a feed as soon as somebody may ask for it."""
    until(lambda: nodes.call("POST", f"/v1/feeds/{feed_id}/check")[0] == 202, "it may not be checked", 60)


def test_episodes_come_in_once_over_killed_nodes_and_deleted_ones_stay_away(nodes, nodes_api, server, publish):
    publish(1, 2)
    status, made = nodes.call("POST", "/v1/feeds", {"url": server.url(f"/feed?{SECRET}"), "keep": 2})
    assert status == 201, made
    first = ended(nodes, made["feed_id"])
    assert (first["name"], first["episodes_taken"], first["problem"]) == ("Talks", 2, "")
    found = recordings(nodes)
    assert found.keys() == {"Episode 1", "Episode 2"}
    for one in found.values():
        job = nodes_api.wait(one["job_id"])
        assert (job["status"], job["metadata"]["feed"]) == ("done", made["feed_id"])
    assert nodes_api.readable(f"/v1/media/{found['Episode 2']['id']}")["size_bytes"] == len(sound(3))
    assert nodes.call("DELETE", f"/v1/media/{found['Episode 1']['id']}")[0] == 204

    for node in ("index", "media", "media-2"):
        nodes.signal(node, signal.SIGKILL)
    publish(1, 2, 3)
    check(nodes, made["feed_id"])
    second = ended(nodes, made["feed_id"], first["looked_at"])
    assert (second["episodes_taken"], second["problem"]) == (3, "")
    assert recordings(nodes).keys() == {"Episode 2", "Episode 3"}
    captioned = recordings(nodes)["Episode 3"]
    assert nodes_api.wait(captioned["job_id"])["status"] == "done"
    transcript = nodes_api.readable(f"/v1/media/{captioned['id']}/transcript")
    assert (transcript["source"], transcript["segments"][0]["text"]) == ("captions", "Rinse the amphora.")
    assert [one["title"] for one in second["episodes"]] == ["Episode 3", "Episode 2"]

    asked_before = len(server.asked)
    status, answer = nodes.call("POST", f"/v1/feeds/{made['feed_id']}/check")
    assert (status, answer["code"]) == (429, "rate-limited")
    check(nodes, made["feed_id"])
    ended(nodes, made["feed_id"], second["looked_at"])
    assert [path for path, _ in server.asked[asked_before:]] == [f"/feed?{SECRET}"]
    assert "if-none-match" in server.asked[-1][1]
    told = [nodes.call("GET", address)[1] for address in ("/v1/feeds", "/v1/ops/tasks?limit=100", "/v1/jobs")]
    assert "hushhush" not in json.dumps(told)
    logs = b"".join(path.read_bytes() for path in nodes.home.logs.rglob("*") if path.is_file())
    assert b"winnow" in logs
    assert b"hushhush" not in logs


def test_a_feed_that_leads_to_this_machine_or_to_no_feed_says_so_and_alarms_nobody(nodes, server):
    server.files["/led"] = Served(status=302, headers={"Location": "https://localhost/feed"})
    server.files["/page"] = Served(content=b"<!DOCTYPE html><html><body>Sign in</body></html>")
    for path, reason in (("/led", "none that is fetched"), ("/page", "neither RSS nor Atom")):
        made = nodes.call("POST", "/v1/feeds", {"url": server.url(path)})[1]
        assert reason in ended(nodes, made["feed_id"])["problem"]
        assert nodes.call("DELETE", f"/v1/feeds/{made['feed_id']}")[0] == 204
    dead = nodes.call("GET", "/v1/ops/dead")[1]
    assert [one for one in dead["items"] if one["actor"] == "media.look_at_feed"] == []
