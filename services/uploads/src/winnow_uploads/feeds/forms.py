"""Reads what a request says about a feed: of the API, or of the page's form."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Request

from winnow_contracts.errors import Refused
from winnow_contracts.feeds import FIRST_EPISODES, LONGEST_NAME, MOST_A_LOOK
from winnow_contracts.links import LONGEST_LINK, LinkRules
from winnow_gateway.api.schema_parts import TEXT, Schema
from winnow_gateway.http.problems import FieldError

_MOST_BODY_BYTES = 16_384
_FIELDS: dict[str, Schema] = {
    "url": {**TEXT, "minLength": 1, "maxLength": LONGEST_LINK},
    "keep": {"type": "integer", "minimum": 0, "maximum": MOST_A_LOOK},
    "since": {**TEXT, "maxLength": 40},
}
BODY: Schema = {"type": "object", "required": ["url"], "properties": _FIELDS, "additionalProperties": False}
CHANGE: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": {**_FIELDS, "name": {**TEXT, "maxLength": LONGEST_NAME}},
    "additionalProperties": False,
}


def refuse_if_off(rules: LinkRules) -> None:
    """Raises Refused (``url-ingest-disabled``) where links are not fetched."""
    if not rules.enabled:
        hint = "Download the episodes and send them; operators switch links on with WINNOW_FETCH_URLS."
        raise Refused("Feeds are not fetched here.", code="url-ingest-disabled", hint=hint)


def read_body(request: Request, form: Schema = BODY) -> dict[str, Any]:
    """The fields of a JSON body, those of ``form``. Raises FieldError."""
    request.max_content_length = _MOST_BODY_BYTES
    given = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(given, dict) or not given or not given.keys() <= form["properties"].keys():
        detail = f"The body must be a JSON object, and have no fields but {', '.join(form['properties'])}."
        raise FieldError(detail, pointer="#", hint='For example {"url": "https://example.org/feed.xml", "keep": 3}.')
    return given


def read_feed(given: Mapping[str, Any], rules: LinkRules) -> dict[str, Any]:
    """The fields ``url``, ``keep`` and ``since_ms`` of a new feed; with neither of the last two the newest few.

    Raises FieldError, also ``url-not-allowed`` for an address that links may not have either.
    """
    choice = _choice(given)
    if choice["keep"] is None and choice["since_ms"] is None:
        choice["keep"] = FIRST_EPISODES
    return {"url": _url(given.get("url"), rules), **choice}


def read_change(given: Mapping[str, Any], rules: LinkRules) -> dict[str, Any]:
    """The fields ``url``, ``keep``, ``since_ms`` and ``name`` that a feed is changed to; None for what stays.

    Raises FieldError, as ``read_feed``.
    """
    name = given.get("name")
    if name is not None and (not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable()):
        raise FieldError(f"The field 'name' must be a text of {LONGEST_NAME} characters at most.", pointer="#/name")
    if all(value is None for value in given.values()):
        raise FieldError(
            "Nothing is to be changed.", pointer="#", hint=f"Give one of {', '.join(CHANGE['properties'])}."
        )
    url = None if given.get("url") is None else _url(given["url"], rules)
    return {"url": url, "name": None if name is None else name.strip(), **_choice(given)}


def _url(url: Any, rules: LinkRules) -> str:
    if not isinstance(url, str) or not url:
        raise FieldError("The field 'url' must be the address of a feed.", pointer="#/url")
    if fault := rules.fault(url):
        raise FieldError(fault, pointer="#/url", code="url-not-allowed")
    return url


def _choice(given: Mapping[str, Any]) -> dict[str, int | None]:
    """Which episodes the first look takes: the fields ``keep`` and ``since_ms``."""
    keep, since = given.get("keep"), given.get("since")
    if keep is not None and (isinstance(keep, bool) or not isinstance(keep, int) or not 0 <= keep <= MOST_A_LOOK):
        raise FieldError(f"The field 'keep' must be a number from 0 to {MOST_A_LOOK}.", pointer="#/keep")
    return {"keep": keep, "since_ms": None if since is None else _instant_ms(since)}


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
