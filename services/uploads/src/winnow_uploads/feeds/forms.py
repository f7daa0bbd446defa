"""Reads what a request says about a feed: of the API, or of the page's form."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Request

from winnow_contracts.errors import Refused
from winnow_contracts.feeds import FIRST_EPISODES, MOST_A_LOOK
from winnow_contracts.links import LONGEST_LINK, LinkRules
from winnow_gateway.api.schema_parts import TEXT, Schema
from winnow_gateway.http.problems import FieldError

_MOST_BODY_BYTES = 16_384
BODY: Schema = {
    "type": "object",
    "required": ["url"],
    "properties": {
        "url": {**TEXT, "minLength": 1, "maxLength": LONGEST_LINK},
        "keep": {"type": "integer", "minimum": 0, "maximum": MOST_A_LOOK},
        "since": {**TEXT, "maxLength": 40},
    },
    "additionalProperties": False,
}


def refuse_if_off(rules: LinkRules) -> None:
    """Raises Refused (``url-ingest-disabled``) where links are not fetched."""
    if not rules.enabled:
        hint = "Download the episodes and send them; operators switch links on with WINNOW_FETCH_URLS."
        raise Refused("Feeds are not fetched here.", code="url-ingest-disabled", hint=hint)


def read_body(request: Request) -> dict[str, Any]:
    """The fields of a JSON body. Raises FieldError."""
    request.max_content_length = _MOST_BODY_BYTES
    given = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(given, dict) or not given.keys() <= BODY["properties"].keys():
        detail = f"The body must be a JSON object with url and no fields but {', '.join(BODY['properties'])}."
        raise FieldError(detail, pointer="#", hint='For example {"url": "https://example.org/feed.xml", "keep": 3}.')
    return given


def read_feed(given: Mapping[str, Any], rules: LinkRules) -> dict[str, Any]:
    """The fields ``url``, ``keep`` and ``since_ms`` of a new feed; with neither of the last two the newest few.

    Raises FieldError, also ``url-not-allowed`` for an address that links may not have either.
    """
    url, keep, since = given.get("url"), given.get("keep"), given.get("since")
    if not isinstance(url, str) or not url:
        raise FieldError("The field 'url' must be the address of a feed.", pointer="#/url")
    if fault := rules.fault(url):
        raise FieldError(fault, pointer="#/url", code="url-not-allowed")
    if keep is not None and (isinstance(keep, bool) or not isinstance(keep, int) or not 0 <= keep <= MOST_A_LOOK):
        raise FieldError(f"The field 'keep' must be a number from 0 to {MOST_A_LOOK}.", pointer="#/keep")
    since_ms = None if since is None else _instant_ms(since)
    return {"url": url, "keep": FIRST_EPISODES if keep is None and since_ms is None else keep, "since_ms": since_ms}


def _instant_ms(text: Any) -> int:
    """Unix milliseconds of a day or an instant; a day and what names no offset are UTC."""
    try:
        at = datetime.fromisoformat(text)
        # In UTC it has to be a time, too: 9999-12-31T23:59:59-14:00 is none.
        return max(0, round((at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000))
    except (TypeError, ValueError, OverflowError) as error:
        raise FieldError(
            "The time must be written as 2026-11-30 or 2026-11-30T22:00:00Z.", pointer="#/since"
        ) from error
