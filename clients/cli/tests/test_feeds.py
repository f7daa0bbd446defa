"""``winnow feeds``, against a twin of the gateway."""

import json
from collections.abc import Callable

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
FEED = {
    "feed_id": "feed_1",
    "name": "Talks",
    "host": "casts.example",
    "keep": 3,
    "since": None,
    "created_at": "2026-11-20T00:00:00.000Z",
    "looking": False,
    "looked_at": "2026-11-21T00:00:00.000Z",
    "next_look_at": "2026-11-21T01:00:00.000Z",
    "problem": "",
    "episodes_taken": 3,
    "episodes_passed_over": 247,
    "episodes_waiting": 0,
}
FRESH = {**FEED, "name": "", "looked_at": None, "looking": True, "episodes_taken": 0, "episodes_passed_over": 0}
EPISODE = {"media_id": "med_1", "job_id": "job_1", "title": "Nine", "published_at": None}


@pytest.mark.parametrize(
    ("options", "sent", "answered", "said"),
    [
        ((), {}, {}, "The first look takes the newest 3; older ones are passed over."),
        (("--keep", "0"), {"keep": 0}, {"keep": 0}, "The first look takes the newest 0; older ones are passed over."),
        (
            ("--since", "2026-11-01"),
            {"since": "2026-11-01"},
            {"keep": None, "since": "2026-11-01T00:00:00.000Z"},
            "The first look takes all episodes that were published since 2026-11-01T00:00:00.000Z.",
        ),
    ],
)
def test_a_feed_is_added_with_what_its_first_look_takes(
    twin: GatewayTwin, winnow: Winnow, options: tuple[str, ...], sent: object, answered: object, said: str
) -> None:
    twin.answers["POST /v1/feeds"] = (201, {**FRESH, **answered})  # type: ignore[dict-item]
    code, out, _ = winnow("feeds", "add", "https://casts.example/feed", *options)
    assert (code, out.splitlines()[0], out.splitlines()[1]) == (0, "feed_1  casts.example", said)
    assert json.loads(twin.bodies[-1]) == {"url": "https://casts.example/feed", **sent}  # type: ignore[dict-item]


def test_feeds_are_listed_with_their_looks_and_problems(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/feeds"] = (200, {"items": [FRESH, {**FEED, "problem": "It answered 404."}]})
    code, out, _ = winnow("feeds", "list")
    assert (code, out.splitlines()) == (
        0,
        [
            "feed_1  casts.example",
            "    not looked at yet, a look is under way",
            "    episodes: 0 taken, 0 older ones passed over, 0 waiting",
            "feed_1  Talks",
            "    looked at 2026-11-21T00:00:00.000Z, next 2026-11-21T01:00:00.000Z",
            "    episodes: 3 taken, 247 older ones passed over, 0 waiting",
            "    It answered 404.",
        ],
    )
    twin.answers["GET /v1/feeds"] = (200, {"items": []})
    assert "feeds add URL" in winnow("feeds", "list")[1]


def test_one_is_shown_with_its_recordings_checked_and_removed(twin: GatewayTwin, winnow: Winnow) -> None:
    shown = {**FEED, "episodes": [EPISODE]}
    twin.answers["GET /v1/feeds/feed_1"] = (200, shown)
    twin.answers["POST /v1/feeds/feed_1/check"] = (202, FRESH)
    twin.answers["DELETE /v1/feeds/feed_1"] = (204, None)
    assert winnow("feeds", "show", "feed_1")[1].splitlines()[-1] == f"med_1  {'-':<24}  Nine"
    assert json.loads(winnow("feeds", "show", "feed_1", "--json")[1]) == shown
    assert "a look is under way" in winnow("feeds", "check", "feed_1")[1]
    assert winnow("feeds", "remove", "feed_1")[1] == "feed_1 is removed. Its recordings stay.\n"
    assert json.loads(winnow("feeds", "remove", "feed_1", "--json")[1]) == {"feed_id": "feed_1"}


def test_what_is_given_alone_is_changed(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["PATCH /v1/feeds/feed_1"] = (200, FRESH)
    code, out, _ = winnow("feeds", "change", "feed_1", "--keep", "0", "--name", "")
    assert (code, out.splitlines()[0]) == (0, "feed_1  casts.example")
    assert json.loads(twin.bodies[-1]) == {"keep": 0, "name": ""}
    winnow("feeds", "change", "feed_1", "--url", "https://casts.example/new", "--since", "2026-11-30", "--json")
    assert json.loads(twin.bodies[-1]) == {"url": "https://casts.example/new", "since": "2026-11-30"}
    code, _, err = winnow("feeds", "change", "feed_1")
    assert code != 0
    assert "Nothing is to be changed." in err
