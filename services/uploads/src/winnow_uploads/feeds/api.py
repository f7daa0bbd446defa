"""/v1/feeds…: podcast feeds whose new episodes become recordings. The gateway finds this module by its entry point.

No answer has a feed's address, which may hold a secret.
"""

from typing import Any

from flask import Response

from winnow_contracts.feeds import FIRST_EPISODES
from winnow_contracts.index_api.feeds import ChangeFeed, CheckFeed, CreateFeed, DeleteFeed, ListFeeds, ReadFeed
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_journal.codec import plain
from winnow_uploads.feeds import schemas
from winnow_uploads.feeds.forms import BODY, CHANGE, read_body, read_change, read_feed, refuse_if_off

SCHEMAS = schemas.SCHEMAS
_ADDRESS = "/v1/feeds"
_ONE = "/v1/feeds/{feed_id}"


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation on feeds."""
    index, rules = parts.index, settings.links

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListFeeds(tenant_id=call.tenant_id))))

    def one(call: Call) -> Response:
        found = index.ask(ReadFeed(tenant_id=call.tenant_id, feed_id=call.path["feed_id"]))
        return json_answer({**plain(found.feed), "episodes": plain(found.episodes)})

    def create(call: Call) -> Response:
        refuse_if_off(rules)
        fields = read_feed(read_body(call.request), rules)
        asked = CreateFeed(
            tenant_id=call.tenant_id, limit_bytes=settings.max_upload_bytes, who=call.principal.key_id, **fields
        )
        made = index.ask(asked)
        return json_answer(plain(made), 201, {"Location": f"{_ADDRESS}/{made.feed_id}"})

    def change(call: Call) -> Response:
        refuse_if_off(rules)
        fields = read_change(read_body(call.request, CHANGE), rules)
        named: dict[str, Any] = {
            "tenant_id": call.tenant_id,
            "feed_id": call.path["feed_id"],
            "who": call.principal.key_id,
        }
        return json_answer(plain(index.ask(ChangeFeed(**named, **fields))))

    def check(call: Call) -> Response:
        refuse_if_off(rules)
        return json_answer(plain(index.ask(CheckFeed(tenant_id=call.tenant_id, feed_id=call.path["feed_id"]))), 202)

    def delete(call: Call) -> Response:
        index.ask(DeleteFeed(tenant_id=call.tenant_id, feed_id=call.path["feed_id"], who=call.principal.key_id))
        return Response(status=204)

    feed = {"application/json": ref("Feed")}
    return (
        Operation(
            name="list_feeds",
            method="GET",
            path=_ADDRESS,
            about="The podcast feeds of the caller's account, the newest first.",
            handler=page,
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Feeds")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="create_feed",
            method="POST",
            path=_ADDRESS,
            about="Subscribe to a podcast feed (RSS or Atom): its first look begins at once, and each episode that"
            f" appears later becomes a recording. The first look takes the newest {FIRST_EPISODES}, or as many as keep"
            " says, or all that were published since. A feed that is there already stays as it is.",
            handler=create,
            scope="write",
            body={"application/json": BODY},
            example={"url": "https://example.org/podcast.xml", "keep": 5},
            answers=(ApiAnswer(status=201, about="It.", content=feed, headers=("Location",)),),
            problems=("url-ingest-disabled", "url-not-allowed", "not-ready", "too-large", "unavailable"),
        ),
        Operation(
            name="get_feed",
            method="GET",
            path=_ONE,
            about="One feed: its last and next look, what was wrong with the last one, and its newest recordings.",
            handler=one,
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("FeedWithEpisodes")}),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="change_feed",
            method="PATCH",
            path=_ONE,
            about="Change a feed's address, its name, or which episodes are taken. keep and since are one choice: one"
            " that is given replaces both, and the next look, which begins at once, decides by it on all episodes that"
            " were not taken, also those that were passed over. An empty name is the feed's own.",
            handler=change,
            scope="write",
            body={"application/json": CHANGE},
            example={"keep": 10},
            answers=(ApiAnswer(status=200, about="It, as it is now.", content=feed),),
            problems=("url-ingest-disabled", "url-not-allowed", "not-found", "not-ready", "too-large", "unavailable"),
        ),
        Operation(
            name="delete_feed",
            method="DELETE",
            path=_ONE,
            about="Take nothing more of a feed. The recordings stay.",
            handler=delete,
            scope="write",
            answers=(ApiAnswer(status=204, about="It is gone.", content={}),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="check_feed",
            method="POST",
            path=f"{_ONE}/check",
            about="Look at a feed now, unless a look is under way. Half a minute after a look somebody may ask again.",
            handler=check,
            scope="write",
            answers=(ApiAnswer(status=202, about="It is looked at.", content=feed),),
            problems=("url-ingest-disabled", "not-found", "unavailable"),
        ),
    )
