"""JSON Schemas of feeds and their episodes."""

from winnow_gateway.api.schema_parts import COUNT, FLAG, INSTANT, TEXT, Schema, list_of, object_of, or_null, ref

_FEED: dict[str, Schema] = {
    "feed_id": TEXT,
    "name": TEXT,
    "host": TEXT,
    "keep": or_null("integer"),
    "since": or_null("string"),
    "created_at": INSTANT,
    "looking": FLAG,
    "looked_at": or_null("string"),
    "next_look_at": INSTANT,
    "problem": TEXT,
    "episodes_taken": COUNT,
    "episodes_passed_over": COUNT,
    "episodes_waiting": COUNT,
}
_EPISODE: dict[str, Schema] = {"media_id": TEXT, "job_id": TEXT, "title": TEXT, "published_at": or_null("string")}
SCHEMAS: dict[str, Schema] = {
    "Feed": object_of(_FEED),
    "Feeds": object_of({"items": list_of(ref("Feed"))}),
    "Episode": object_of(_EPISODE),
    "FeedWithEpisodes": object_of({**_FEED, "episodes": list_of(ref("Episode"))}),
}
