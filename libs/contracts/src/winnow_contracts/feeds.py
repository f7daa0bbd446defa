"""Podcast feeds that accounts subscribe to: their bounds, and the ids of what is made of an episode."""

import hashlib
from dataclasses import dataclass

from winnow_contracts import identity, object_keys

FEED_TENANT = "feeds"
"""The tenant of the jobs that look at feeds, so that they are in no account's lists and count against no share."""

FIRST_EPISODES = 3
"""How many of the newest episodes the first look takes, unless its account says otherwise."""

MOST_A_LOOK = 20
"""How many episodes one look takes. What is more is taken by the next ones."""

MOST_LISTED = 2_000
"""How many of a feed's newest episodes a look considers."""

LONGEST_NAME = 200
"""Characters of a feed's or an episode's title."""


@dataclass(frozen=True, kw_only=True)
class EpisodeIds:
    """What an episode becomes: always the same for one episode of one feed, however often it is seen."""

    job_id: str
    media_id: str
    link_key: str
    """Where its link is kept."""


def episode_key(guid: str) -> str:
    """What an episode is known by within its feed: 32 hexadecimal digits. Its guid itself may hold a secret."""
    return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:32]


def episode_ids(tenant_id: str, feed_id: str, key: str) -> EpisodeIds:
    """The ids of the episode ``key`` of a tenant's feed."""
    job_id = identity.keyed_job_id(tenant_id, f"feed {feed_id}", key)
    media_id = identity.keyed_media_id(job_id)
    return EpisodeIds(job_id=job_id, media_id=media_id, link_key=object_keys.upload(tenant_id, media_id, key))
