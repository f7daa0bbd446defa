"""Makes a job of each episode that was taken, as a gateway does of a link that a person sends."""

from collections.abc import Mapping, Sequence
from typing import Any

from winnow_contracts import identity
from winnow_contracts.commands import FetchOriginal
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted, SequencedEvent
from winnow_contracts.feeds import EpisodeIds, episode_ids
from winnow_contracts.index_api.feed_looks import TakenEpisode
from winnow_contracts.job_options import JobOptions
from winnow_contracts.queues import Priority
from winnow_index.database import Transaction
from winnow_index.history.event_store import store_told
from winnow_index.history.open_commands import open_now
from winnow_index.views import instant
from winnow_index.words import normal
from winnow_journal.event_factory import accepted_event

LONGEST_TAG = 64
"""In characters, as of any tag."""


def accept(
    transaction: Transaction,
    feed: Mapping[str, Any],
    taken: Sequence[TakenEpisode],
    *,
    name: str,
    language: str | None,
) -> None:
    """Accept the episodes that were not taken before. ``name`` is the feed's, for their tag; ``language`` is what is
    spoken in them, None to detect it.

    Nobody waits for them, so they are bulk work.
    """
    for one in taken:
        ids = episode_ids(feed["tenant_id"], feed["feed_id"], one.key)
        which = {"feed_id": feed["feed_id"], "key": one.key, "media_id": ids.media_id}
        if transaction.run("take_episode", which):
            _accept(transaction, feed, one, ids, language)
            tag = normal(f"feed:{name}" if name else "feed")[:LONGEST_TAG].strip()
            transaction.run("tag_new_media", {"media_id": ids.media_id, "tags": [tag]})


def _accept(
    transaction: Transaction, feed: Mapping[str, Any], one: TakenEpisode, ids: EpisodeIds, language: str | None
) -> None:
    command = FetchOriginal(
        tenant_id=feed["tenant_id"],
        job_id=ids.job_id,
        media_id=ids.media_id,
        link_key=ids.link_key,
        kind="recording",
        filename=one.filename,
        limit_bytes=feed["limit_bytes"],
        language=language,
    )
    published = {} if one.published_ms is None else {"published": instant(one.published_ms)}
    at_ms = now_ms()
    accepted = JobAccepted(
        kind="recording",
        title=one.title,
        filename=one.filename,
        content_type="application/octet-stream",
        size_bytes=0,  # it is known when it was fetched
        original_key=ids.link_key,
        created_ms=at_ms,
        options=JobOptions(priority=Priority.BULK, metadata={"feed": feed["feed_id"], **published}),
    )
    envelope = Envelope(
        command=command, created_ms=at_ms, traceparent=identity.new_traceparent(), priority=accepted.priority
    )
    # The event's journal is the job's own: none that a node has.
    event = SequencedEvent(seq=1, event=accepted_event(envelope, accepted, "index"))
    store_told(transaction, [(ids.job_id, event)])
    open_now(transaction, envelope)
