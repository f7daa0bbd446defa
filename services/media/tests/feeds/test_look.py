"""The task that looks at a feed: what it asks index and tells it, and what it keeps in the store."""

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from winnow_contracts.commands import LookAtFeed
from winnow_contracts.errors import BadInput, Snoozed, TryAlone, Unavailable
from winnow_contracts.feeds import episode_ids, episode_key
from winnow_contracts.index_api.feed_looks import (
    ChooseEpisodes,
    ChosenEpisodes,
    DueLook,
    LookNoted,
    NoteLook,
    TakeLook,
)
from winnow_harness.fixtures.file_server import Served
from winnow_journal.testing.memory import memory_task
from winnow_media.feeds.look import look_at_feed

from .conftest import item, rss

COMMAND = LookAtFeed(tenant_id="feeds", job_id="job_1", media_id="med_1", feed_id="feed_1", look=2)


class Index:
    """Says that a look is due, and takes the keys it was made with of what is listed."""

    def __init__(self, url, *keys, problem="", waiting=0):
        self.due = DueLook(tenant_id="t1", url=url, etag='"1"')
        self.chosen = ChosenEpisodes(keys=keys, waiting=waiting, problem=problem)
        self.asked = []

    def ask(self, request):
        self.asked.append(request)
        match request:
            case TakeLook():
                return self.due
            case ChooseEpisodes():
                return self.chosen
            case NoteLook():
                return LookNoted(feed_id=request.feed_id)


@pytest.fixture
def look(reader, objects):
    def run(index):
        task = memory_task(COMMAND)
        look_at_feed(task, COMMAND, reader=reader, objects=objects, index=index)
        return task

    return run


def test_the_links_of_what_index_chooses_are_kept_and_told_without_addresses(server, look, objects):
    episodes = [item(number, address=f"https://cdn.example/{number}.mp3?key=hushhush") for number in (1, 2, 3)]
    server.files["/f"] = Served(content=rss(*episodes), etag='"2"')
    key = episode_key("tag:guid-2")
    index = Index(server.url("/f"), key, waiting=1)
    task = look(index)
    taken, chosen, noted = index.asked
    assert (taken.feed_id, taken.look, taken.run) == ("feed_1", 2, 1)
    assert [one.key for one in chosen.episodes] == [episode_key(f"tag:guid-{number}") for number in (3, 2, 1)]
    assert (noted.failed, noted.name, noted.etag, noted.waiting) == (False, "Talks", '"2"', 1)
    assert [(one.key, one.title, one.filename) for one in noted.taken] == [(key, "Episode 2", "2.mp3")]
    link = objects.get_json(episode_ids("t1", "feed_1", key).link_key)
    assert (link["url"], link["title"]) == ("https://cdn.example/2.mp3?key=hushhush", "Episode 2")
    assert len(list(objects.keys("in/"))) == 1
    assert task.result == {"listed": 3, "taken": 1, "waiting": 1}
    assert "hushhush" not in json.dumps(task.result) + repr(noted) + repr(chosen) + repr(index.due)


def test_the_language_is_told_and_captions_are_kept_with_the_link_alone(server, look, objects):
    transcript = '<podcast:transcript url="https://cdn.example/1.vtt?key=hushhush" type="text/vtt" language="ko"/>'
    feed = rss(item(1).replace("</item>", transcript + "</item>"), title="<title>Talks</title><language>ko</language>")
    named = feed.replace(b"<rss ", b'<rss xmlns:podcast="https://podcastindex.org/namespace/1.0" ')
    server.files["/f"] = Served(content=named)
    key = episode_key("tag:guid-1")
    index = Index(server.url("/f"), key)
    look(index)
    assert index.asked[-1].language == "ko"
    link = objects.get_json(episode_ids("t1", "feed_1", key).link_key)
    assert (link["captions_url"], link["captions_name"]) == (
        "https://cdn.example/1.vtt?key=hushhush",
        "captions.ko.vtt",
    )
    assert "hushhush" not in repr(index.asked)


def test_what_index_does_not_want_any_more_is_not_asked_for(server, look):
    index = Index("")
    look(index)
    assert [type(one) for one in index.asked] == [TakeLook]
    assert server.asked == []


def test_an_unchanged_feed_is_told_as_such(server, look):
    server.files["/f"] = Served(status=304)
    index = Index(server.url("/f"))
    look(index)
    assert index.asked[1:] == [NoteLook(feed_id="feed_1", look=2, run=1, unchanged=True)]


def test_what_is_wrong_with_a_feed_is_no_error_of_the_task(server, look):
    server.files["/f"] = Served(content=b"<html/>")
    index = Index(server.url("/f"))
    task = look(index)
    noted = index.asked[-1]
    assert (noted.failed, task.result) == (True, {"problem": noted.problem})
    assert "neither RSS nor Atom" in noted.problem


def test_a_feed_without_anything_to_fetch_says_so(server, look):
    server.files["/f"] = Served(content=rss())
    index = Index(server.url("/f"))
    look(index)
    assert (index.asked[-1].failed, "no episode" in index.asked[-1].problem) == (False, True)


def test_looks_and_new_episodes_are_counted(server, look):
    def counted():
        looks = ({"outcome": one} for one in ("read", "unchanged", "failed"))
        found = [REGISTRY.get_sample_value("winnow_feed_looks_total", labels) or 0 for labels in looks]
        return [*found, REGISTRY.get_sample_value("winnow_feed_episodes_total")]

    before = counted()
    for served in (Served(content=rss(item(1), item(2))), Served(status=304), Served(status=404)):
        server.files["/f"] = served
        look(Index(server.url("/f"), episode_key("tag:guid-1"), episode_key("tag:guid-2")))
    assert [now - earlier for now, earlier in zip(counted(), before, strict=True)] == [1, 1, 1, 2]


def test_index_away_costs_no_retry(look):
    class Away:
        def ask(self, request):
            raise Unavailable("It is away.", dependency="index")

    with pytest.raises(Snoozed):
        look(Away())


@pytest.mark.parametrize("alone", [False, True])
def test_a_child_that_is_killed_from_outside_is_tried_alone_and_then_told_to_index(objects, alone):
    class Killed:
        def read(self, due, check):
            raise TryAlone("It was killed.", verdict=BadInput("Too much.", code="resource-limit"))

    index, task = Index("https://casts.example/feed"), memory_task(COMMAND)
    task.envelope = replace(task.envelope, alone=alone)
    with nullcontext() if alone else pytest.raises(TryAlone):
        look_at_feed(task, COMMAND, reader=Killed(), objects=objects, index=index)
    assert [one.failed for one in index.asked[1:]] == [True] * alone
