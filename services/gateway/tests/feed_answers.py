"""Index's answers about feeds, as the JSON of the contract's dataclasses."""

from dataclasses import replace
from typing import Any

from winnow_contracts.index_api.feeds import EpisodeView, FeedView
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, MEDIA_ID

FEED_ID = "feed_01234567-89ab-7def-8123-456789abcdef"
_FEED = FeedView(
    feed_id=FEED_ID,
    name="Talks",
    host="casts.example",
    keep=3,
    since=None,
    created_at="2026-11-20T04:00:00.000Z",
    looking=False,
    looked_at="2026-11-21T04:00:00.000Z",
    next_look_at="2026-11-21T05:00:00.000Z",
    problem="",
    episodes_taken=3,
    episodes_passed_over=247,
    episodes_waiting=0,
)
_EPISODE = EpisodeView(media_id=MEDIA_ID, job_id=JOB_ID, title="Episode 9", published_at="2026-11-19T04:00:00.000Z")


def feed_view(**changes: Any) -> Any:
    """A feed that was read well."""
    return to_json(replace(_FEED, **changes))


def episode_view(**changes: Any) -> Any:
    """A recording that was an episode of it."""
    return to_json(replace(_EPISODE, **changes))
