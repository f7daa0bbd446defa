"""Builds the gateway's Flask app from its operations."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib.metadata import entry_points, version
from math import ceil
from typing import Any

from flask import Flask, Response, current_app, g, request

from winnow_base import metrics
from winnow_base.http import request_traces
from winnow_base.http.long_requests import LongRequests, threads_for_long
from winnow_base.http.pause import Pause
from winnow_base.http.request_rates import RequestRates
from winnow_contracts import identity
from winnow_contracts.errors import RateLimited, Refused
from winnow_gateway import sessions
from winnow_gateway.api import (
    files,
    health,
    job_events,
    jobs,
    jobs_batch,
    media,
    media_edits,
    openapi,
    ops_drills,
    post_media,
    reprocessing,
    reprocessing_many,
    search,
    spending,
)
from winnow_gateway.api.keyed_actions import act_once_a_key
from winnow_gateway.api.schemas import SCHEMAS
from winnow_gateway.api.serving import FileServing
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http import pausing, problems
from winnow_gateway.http.client_pace import SHORT_BODY_SECONDS, end_body_within
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, check_path, json_answer, read_query
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import MOST_JSON_BYTES, AwaitedBodies

COOKIE = "winnow"
DOCUMENT = "openapi"
"""The app's extension that is its OpenAPI document."""
_RATE_HEADERS = "rate headers"


def create_app(settings: GatewaySettings, parts: Dependencies) -> Flask:
    """Returns the app that serves the public API, and the pages of every installed package.

    A package adds its own with an entry point of the group ``winnow.gateway.pages``: a function of ``settings``,
    ``parts`` and the app's ``AwaitedBodies`` that returns a Flask blueprint.
    """
    app = Flask("winnow_gateway", static_folder=None)
    app.config.update(
        SECRET_KEY=parts.session_secret,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )
    app.session_interface = sessions.PageSessions()
    request_traces.install(app, root=True)
    app.before_request(_begin)
    app.after_request(_finish)
    problems.install(app)
    pausing.install(app)
    bodies = _awaited_bodies(settings, parts)
    for pages in entry_points(group="winnow.gateway.pages"):
        app.register_blueprint(pages.load()(settings, parts, bodies))
    per_minute = settings.requests_per_minute
    rates = RequestRates(parts.data_dir / "rates", per_minute) if per_minute else None
    operations = all_operations(settings, parts, bodies)
    app.extensions[DOCUMENT] = describe(operations)
    for operation in operations:
        app.add_url_rule(
            operation.rule,
            endpoint=operation.name,
            view_func=_view(operation, parts.keys, rates, bodies),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    return app


def _awaited_bodies(settings: GatewaySettings, parts: Dependencies) -> AwaitedBodies:
    uploads = LongRequests("uploads", per_key=settings.open_uploads_per_key, total=settings.open_uploads)
    most_threads = threads_for_long(settings.threads)
    threads = LongRequests("uploads", per_key=settings.long_requests_per_key, total=most_threads)
    return AwaitedBodies(uploads, threads, parts.data_dir / "incoming")


def all_operations(settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies) -> tuple[Operation, ...]:
    """Returns every served operation, ``openapi.json`` included.

    Installed packages add operations by the entry-point group ``winnow.gateway.operations``: each names a module with
    ``operations(settings, parts, bodies, serving)``, as for pages and with what serves files, and ``SCHEMAS``.
    """
    open_answers = LongRequests(
        "plays, downloads, event streams and waits", per_key=settings.open_answers_per_key, total=settings.open_answers
    )
    serving = FileServing(parts.objects, parts.links, open_answers)
    found = (
        *post_media.operations(settings, parts, bodies),
        *media.operations(parts),
        *media_edits.operations(parts),
        *reprocessing.operations(parts),
        *reprocessing_many.operations(parts),
        *files.operations(parts, serving),
        *search.operations(parts),
        *jobs.operations(parts),
        *jobs_batch.operations(parts),
        *job_events.operations(parts, open_answers),
        *spending.operations(parts),
        *ops_drills.operations(parts),
        *(operation for api in _more_operations() for operation in api.operations(settings, parts, bodies, serving)),
        *health.operations(parts),
    )
    found = act_once_a_key(found, parts)
    itself = Operation(
        name="openapi",
        method="GET",
        path="/openapi.json",
        about="This document.",
        handler=lambda call: json_answer(current_app.extensions[DOCUMENT]),
        scope=None,
        answers=(ApiAnswer(status=200, about="OpenAPI 3.1.", content={"application/json": {"type": "object"}}),),
    )
    return (*found, itself)


def describe(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """Returns the OpenAPI document of operations, with the schemas of the gateway and of every installed package."""
    more = [api.SCHEMAS for api in _more_operations()]
    schemas = {name: schema for schemas in (SCHEMAS, *more) for name, schema in schemas.items()}
    return openapi.document(operations, schemas, version("winnow-gateway"))


def _more_operations() -> list[Any]:
    return [entry.load() for entry in entry_points(group="winnow.gateway.operations")]


def _view(
    operation: Operation, keys: KeyRing, rates: RequestRates | None, bodies: AwaitedBodies
) -> Callable[..., Response]:
    """Returns an operation's view function: it authenticates, counts, authorises and checks the request, then calls
    the handler.
    """
    of_json = "application/json" in (operation.body or {})

    def view(**path: str) -> Response:
        holder = None
        if operation.scope is not None:
            holder = sessions.request_principal(request, keys)
            if holder is None:
                raise Refused(
                    "The request carries no API key, or one that is unknown or revoked.",
                    code="unauthenticated",
                    hint="Send 'Authorization: Bearer <key>'.",
                )
            if rates is not None:
                _count(rates, holder.key_id)
            if not holder.may(operation.scope):
                looks_on = " It may look, and not act." if holder.may("ops:read") else ""
                raise Refused(f"This key lacks the scope {operation.scope!r}.{looks_on}", code="forbidden")
        check_path(path)
        call = Call(request=request, path=path, query=read_query(operation, request), holder=holder)
        if of_json and request.mimetype == "application/json" and holder is not None:
            bodies.wait(call, MOST_JSON_BYTES)
        response = operation.handler(call)
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return response

    return view


def _count(rates: RequestRates, key_id: str) -> None:
    """Counts a request of the key. Raises RateLimited if it has made too many."""
    notes = pausing.kept(request)
    if _RATE_HEADERS in notes:
        return  # it was counted when it was first handled
    standing = rates.take(key_id)
    notes[_RATE_HEADERS] = standing.headers()
    if standing.wait_seconds:
        raise RateLimited(
            f"This key has made the {standing.quota} requests that it may make in a minute.",
            retry_after_seconds=ceil(standing.wait_seconds),
            hint="Wait as long as Retry-After says; until then every request is refused.",
        )


def _begin() -> None:
    notes = pausing.kept(request)
    g.began = notes.setdefault("began", time.monotonic())
    g.request_id = notes.setdefault("request_id", f"req_{identity.uuid7()}")
    end_body_within(request, SHORT_BODY_SECONDS)


def _finish(response: Response) -> Response:
    if isinstance(response.response, Pause):
        return response
    response.headers["Request-Id"] = g.request_id
    response.headers.update(pausing.kept(request).get(_RATE_HEADERS, {}))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    route = _documented(request.url_rule.rule) if request.url_rule else "none"
    metrics.HTTP_DURATION.labels(route=route, status=str(response.status_code)).observe(time.monotonic() - g.began)
    return response


@cache
def _documented(rule: str) -> str:
    """Returns a rule's path as the API documents it. There are as many as routes."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
