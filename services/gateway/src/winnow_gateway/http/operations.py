"""One API operation: the same value routes it, validates its request and documents it."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Request, Response

from winnow_contracts import queues
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.limits import LIMIT_NAMES
from winnow_contracts.languages import SPEECH_LANGUAGES
from winnow_gateway.clients.keys import Principal
from winnow_gateway.http.problems import FieldError

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class QueryParameter:
    """A query parameter: an ``integer`` with bounds, or a ``string`` limited by length, enum or pattern.

    One that is ``keyed`` stands for any number of parameters ``name.KEY``; its value is a dict by their keys.
    """

    name: str
    about: str
    schema: Schema
    needed: bool = False
    keyed: bool = False


@dataclass(frozen=True, kw_only=True)
class ApiAnswer:
    """One success answer: its status, meaning, schema by media type, and headers."""

    status: int
    about: str
    content: dict[str, Schema]
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Call:
    """A validated request; ``query`` holds every declared parameter, defaults filled in."""

    request: Request
    path: dict[str, str]
    query: dict[str, Any]
    holder: Principal | None

    @property
    def tenant_id(self) -> str:
        """The tenant whose data the call is about."""
        return self.principal.tenant_id

    @property
    def principal(self) -> Principal:
        """The caller; only operations with a scope have one."""
        assert self.holder is not None
        return self.holder


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method on a path (``/v1/media/{media_id}``): who may call it, its parameters, answers and problems.

    ``scope`` None means anyone. ``problems`` are the codes besides those that every operation of its kind can answer
    with. ``shown_once`` names fields of its answer that are secret and kept nowhere, so that no repeat of the request
    has them. ``example`` is a body as JSON; a test sends it.
    """

    name: str
    method: str
    path: str
    about: str
    handler: Callable[[Call], Response]
    answers: tuple[ApiAnswer, ...]
    scope: str | None = "read"
    query: tuple[QueryParameter, ...] = ()
    headers: tuple[QueryParameter, ...] = ()
    body: dict[str, Schema] | None = None
    example: Any = None
    problems: tuple[str, ...] = ()
    shown_once: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


def _uuid(prefix: str, version: int = 7) -> Schema:
    """The schema of an id: a UUID after its prefix."""
    uuid = f"01234567-89ab-{version}def-8123-456789abcdef"
    form = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return {"type": "string", "pattern": f"^{prefix}{form}$", "examples": [f"{prefix}{uuid}"]}


def _one_of(names: Iterable[str], example: str) -> Schema:
    return {"type": "string", "enum": list(names), "examples": [example]}


PATH_SCHEMAS: dict[str, Schema] = {
    "media_id": _uuid("med_"),
    "batch_id": _uuid("bat_"),
    "job_id": _uuid("job_"),
    "upload_id": _uuid("upl_"),
    "part": {"type": "string", "pattern": "^[1-9][0-9]{0,4}$", "examples": ["1"]},
    "task_id": _uuid("", 5),
    "action": _one_of(("retry", "cancel", "replay", "discard"), "retry"),
    "lane": _one_of(queues.LANES, "media"),
    "schedule": {
        "type": "string",
        "pattern": "^[a-z]+(-[a-z]+)*$",
        "maxLength": 64,
        "examples": ["weekly-report"],
    },
    "week": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-23"]},
    "key_id": {"type": "string", "pattern": "^[A-Za-z0-9]{1,64}$", "examples": ["k7Pq2MxA"]},
    "account_id": _uuid("acc_"),
    "session_id": _uuid("ses_"),
    "webhook_id": _uuid("wh_"),
    "feed_id": _uuid("feed_"),
    "delivery_id": _uuid("dlv_"),
    "limit": _one_of(LIMIT_NAMES, "speech.at_once"),
    "photo_id": _uuid("med_"),
    "item": {
        "type": "string",
        "pattern": "^[a-z0-9]+(_[a-z0-9]+)*$",
        "maxLength": 64,
        "examples": ["pet_bottle"],
    },
    "form": _one_of(("json", "vtt", "srt", "txt"), "srt"),
    "language": _one_of(SPEECH_LANGUAGES, "ko"),
}
"""What stands in a path, by its name, each with an example."""


def check_path(path: dict[str, str]) -> None:
    """Raises NotFound if a part of the path cannot be an id: parts go into internal URLs unescaped."""
    for name, text in path.items():
        schema = PATH_SCHEMAS[name]
        fits = text in schema.get("enum", [text]) and len(text) <= schema.get("maxLength", 1_000)
        if not fits or "\0" in text or not re.fullmatch(schema.get("pattern", ".*"), text):
            raise NotFound(f"There is no {name.removesuffix('_id')} {text[:60]!r}.")


def read_query(operation: Operation, request: Request) -> dict[str, Any]:
    """Returns every declared parameter's value. Raises FieldError for unknown, repeated, missing and bad ones."""
    known = {query.name for query in operation.query if not query.keyed}
    families = {query.name for query in operation.query if query.keyed}
    for name, texts in request.args.lists():
        family, _, key = name.partition(".")
        if name not in known and not (key and family in families):
            raise FieldError(f"There is no parameter {name[:60]!r} here.", pointer=f"?{name[:60]}")
        if len(texts) > 1:
            raise FieldError(f"The parameter {name!r} is given more than once.", pointer=f"?{name}")
        if "\0" in name + texts[0]:  # PostgreSQL has no text with it
            raise FieldError("A parameter must not hold the character U+0000.", pointer=f"?{name[:60]}")
    return {
        query.name: _read_keyed(query, request) if query.keyed else read_value(query, request.args.get(query.name))
        for query in operation.query
    }


def _read_keyed(query: QueryParameter, request: Request) -> dict[str, Any]:
    prefix = f"{query.name}."
    return {
        name.removeprefix(prefix): read_value(query, text)
        for name, text in request.args.items()
        if name.startswith(prefix)
    }


def read_value(query: QueryParameter, text: str | None, *, where: str = "?") -> Any:
    """Parses ``text`` by the rules of ``query``. Raises FieldError; ``where`` is the start of its pointer."""
    schema, pointer = query.schema, where + query.name
    if text is None:
        if query.needed:
            raise FieldError(f"The parameter {query.name!r} is needed.", pointer=pointer)
        return schema.get("default")
    if schema["type"] == "integer":
        if not re.fullmatch("[0-9]{1,9}", text) or not schema["minimum"] <= int(text) <= schema["maximum"]:
            wanted = f"a whole number from {schema['minimum']} to {schema['maximum']}"
            raise FieldError(f"The parameter {query.name!r} must be {wanted}.", pointer=pointer)
        return int(text)
    if text not in schema.get("enum", [text]):
        raise FieldError(f"{query.name!r} must be one of {', '.join(schema['enum'])}.", pointer=pointer)
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1_000):
        raise FieldError(f"The parameter {query.name!r} is empty or too long.", pointer=pointer)
    if not re.fullmatch(schema.get("pattern", "(?s:.*)"), text):
        raise FieldError(f"The parameter {query.name!r} has a wrong form.", pointer=pointer)
    return text


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Returns a JSON response."""
    response = Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")
    response.headers.update(headers or {})
    return response
