"""How lists are paged, and the filters of lists of media and photos, as query parameters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from winnow_gateway.api.media_edits import MOST_TAG_CHARACTERS, MOST_TITLE_CHARACTERS
from winnow_gateway.api.schema_parts import MEDIA_STATUS
from winnow_gateway.http.operations import Call, QueryParameter, Schema
from winnow_gateway.http.problems import FieldError

LIMIT = QueryParameter(
    name="limit",
    about="Items a page.",
    schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
)
CURSOR = QueryParameter(
    name="cursor",
    about="The next_cursor of the page before.",
    schema={"type": "string", "minLength": 1, "maxLength": 1000},
)
TIME: Schema = {"type": "string", "format": "date-time", "maxLength": 40}
_LENGTH: Schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
TAG = QueryParameter(
    name="tag",
    about="Only with this tag.",
    schema={"type": "string", "minLength": 1, "maxLength": MOST_TAG_CHARACTERS},
)
LANGUAGE = QueryParameter(
    name="language",
    about="Only where this language is spoken: a code such as en.",
    schema={"type": "string", "pattern": "^[a-z]{2,3}$"},
)
LEAST_LENGTH = QueryParameter(name="min_duration_ms", about="Only of this length at least.", schema=_LENGTH)
COMMON_FILTERS = (
    QueryParameter(name="status", about="Only these.", schema=MEDIA_STATUS),
    TAG,
    QueryParameter(
        name="q_title",
        about="Only with each of these words in the title, or as a part of its words.",
        schema={"type": "string", "minLength": 1, "maxLength": MOST_TITLE_CHARACTERS},
    ),
    QueryParameter(name="created_after", about="Only those added at this time or later.", schema=TIME),
    QueryParameter(name="created_before", about="Only those added before this time.", schema=TIME),
)
"""Filters of every list of what tenants sent in, photos included."""
MEDIA_FILTERS = (
    *COMMON_FILTERS,
    QueryParameter(name="kind", about="Only these.", schema={"type": "string", "enum": ["recording", "photo"]}),
    LANGUAGE,
    LEAST_LENGTH,
    QueryParameter(name="max_duration_ms", about="Only of this length at most.", schema=_LENGTH),
)
_TIMES = ("created_after", "created_before")
MEDIA_FACETS = ("kind", "language", "tag", "status")


def facets_of(names: tuple[str, ...]) -> QueryParameter:
    """The parameter that asks for facets of these names."""
    one = "|".join(names)
    return QueryParameter(
        name="facets",
        about=f"Count all that match by these: names of {', '.join(names)}, with commas between.",
        schema={"type": "string", "pattern": f"^({one})(,({one})){{0,7}}$", "maxLength": 100},
    )


def read_filters(call: Call, parameters: tuple[QueryParameter, ...]) -> dict[str, Any]:
    """Returns the given filters in index's words. Raises FieldError for a time that is none."""
    given = {one.name: call.query[one.name] for one in parameters if call.query[one.name] is not None}
    return index_filters(given, where="?")


def index_filters(given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Returns checked filters in index's words. Raises FieldError for a time that is none.

    ``where`` is the start of the error's pointer.
    """
    wanted = {name: value for name, value in given.items() if name not in ("q_title", *_TIMES)}
    if "q_title" in given:
        wanted["title"] = given["q_title"]
    return wanted | {f"{name}_ms": unix_ms(name, given[name], where=where) for name in _TIMES if name in given}


def next_link(call: Call, parameters: tuple[QueryParameter, ...], cursor: str) -> str:
    """Returns the Link header of the next page."""
    given = {one.name: call.query[one.name] for one in (LIMIT, *parameters) if call.query[one.name] is not None}
    return f'<{call.request.path}?{urlencode({**given, "cursor": cursor})}>; rel="next"'


def unix_ms(name: str, text: str, *, where: str = "?") -> int:
    """Returns the time of a parameter. Raises FieldError if it is none, or lacks its offset from UTC.

    ``where`` is the start of the error's pointer.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldError("The time must be written as 2026-11-30T22:00:00+01:00.", pointer=f"{where}{name}") from error
    if at.tzinfo is None:
        raise FieldError("The time needs its offset from UTC, such as Z or +01:00.", pointer=f"{where}{name}")
    return max(0, round(at.timestamp() * 1000))
