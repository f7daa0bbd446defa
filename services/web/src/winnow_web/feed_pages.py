"""``/feeds``: an account's podcast feeds, and below it one with its recordings; forms that add and change them."""

import re

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.feeds import FIRST_EPISODES, MOST_A_LOOK
from winnow_contracts.index_api.feeds import ChangeFeed, CheckFeed, CreateFeed, DeleteFeed, ListFeeds, ReadFeed
from winnow_gateway import sessions
from winnow_gateway.clients.keys import Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_gateway.settings import GatewaySettings
from winnow_uploads.feeds.forms import read_change, read_feed, refuse_if_off
from winnow_web.auth import Visitors
from winnow_web.steering_forms import LONGEST_BODY_BYTES

PATH = "/feeds"


def add_pages(blueprint: Blueprint, visitors: Visitors, settings: GatewaySettings, parts: Dependencies) -> None:
    """Adds both pages, and the forms ``add``, ``<feed_id>/change``, ``<feed_id>/check`` and ``<feed_id>/remove``."""
    index, rules = parts.index, settings.links

    def sender() -> Principal:
        """Who submitted the form of this request. Raises Refused."""
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        return visitor

    @blueprint.get(PATH)
    def feeds() -> str:
        visitor = visitors.current()
        shown = {"feeds": index.ask(ListFeeds(tenant_id=visitor.tenant_id)).items, "enabled": rules.enabled}
        bounds = {"few": FIRST_EPISODES, "most": MOST_A_LOOK}
        return render_template("web/feeds.html", may_act=visitor.may("write"), **shown, **bounds)

    @blueprint.get(f"{PATH}/<feed_id>")
    def feed(feed_id: str) -> str:
        visitor = visitors.current()
        check_path({"feed_id": feed_id})
        found = index.ask(ReadFeed(tenant_id=visitor.tenant_id, feed_id=feed_id))
        shown = {"feed": found.feed, "episodes": found.episodes, "enabled": rules.enabled, "most": MOST_A_LOOK}
        return render_template("web/feed.html", may_act=visitor.may("write"), **shown)

    @blueprint.post(f"{PATH}/add")
    def add_feed() -> Response:
        visitor = sender()
        refuse_if_off(rules)
        fields = read_feed(_sent("url", "keep", "since"), rules)
        limit_bytes = settings.max_upload_bytes
        asked = CreateFeed(tenant_id=visitor.tenant_id, limit_bytes=limit_bytes, who=visitor.key_id, **fields)
        return redirect(f"{PATH}/{index.ask(asked).feed_id}", 303)

    @blueprint.post(f"{PATH}/<feed_id>/change")
    def change_feed(feed_id: str) -> Response:
        visitor = sender()
        refuse_if_off(rules)
        check_path({"feed_id": feed_id})
        fields = read_change(_sent("url", "keep", "since", "name"), rules)
        index.ask(ChangeFeed(tenant_id=visitor.tenant_id, feed_id=feed_id, who=visitor.key_id, **fields))
        flash("It is changed.")
        return redirect(f"{PATH}/{feed_id}", 303)

    @blueprint.post(f"{PATH}/<feed_id>/check")
    def check_feed(feed_id: str) -> Response:
        visitor = sender()
        refuse_if_off(rules)
        check_path({"feed_id": feed_id})
        index.ask(CheckFeed(tenant_id=visitor.tenant_id, feed_id=feed_id))
        flash("It is looked at.")
        return redirect(f"{PATH}/{feed_id}", 303)

    @blueprint.post(f"{PATH}/<feed_id>/remove")
    def remove_feed(feed_id: str) -> Response:
        visitor = sender()
        check_path({"feed_id": feed_id})
        index.ask(DeleteFeed(tenant_id=visitor.tenant_id, feed_id=feed_id, who=visitor.key_id))
        flash("The feed is removed. Its recordings stay.")
        return redirect(PATH, 303)


def _sent(*names: str) -> dict[str, str | int | None]:
    """The fields of the form of this request; None for those that are empty. A number is one where it can be."""
    texts = {name: request.form.get(name, "").strip() or None for name in names}
    keep = texts["keep"]
    return {**texts, "keep": int(keep) if keep and re.fullmatch("[0-9]{1,4}", keep) else keep}
