"""The web app's pages as one Flask blueprint."""

import logging
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from winnow_base.http.paced_socket import TooSlow
from winnow_contracts.errors import Refused, WinnowError
from winnow_contracts.problems import PROBLEMS
from winnow_gateway import sessions
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http import pausing
from winnow_gateway.http.problems import flasks_problem, retry_after, too_slow
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_signin.provider import Provider
from winnow_signin.signing_in import SigningIn
from winnow_web import (
    account_page,
    api_page,
    feed_pages,
    library,
    login,
    media_page,
    photo_pages,
    provider_pages,
    search_page,
    steering_forms,
    usage_page,
    webhook_pages,
    words,
)
from winnow_web.auth import Visitors, signin_address
from winnow_web.frame_texts import ENGLISH
from winnow_web.ops import pages as ops_pages
from winnow_web.stage_words import PHOTO_WORDS, RECORDING_WORDS

_LOG = logging.getLogger(__name__)


def _policy(store_url: str) -> str:
    """Allows only our own files: no inline script or style, no other host.

    ``store_url``, if any, may give pictures and recordings, and takes uploads.
    """
    origins = f"'self' {store_url}".rstrip()
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {origins}",
            f"media-src {origins}",
            f"connect-src {origins}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def web_blueprint(settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies) -> Blueprint:
    """Returns every page and the static files as a blueprint to register on the gateway's app."""
    blueprint = Blueprint(
        "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    for name, shown in words.FILTERS.items():
        blueprint.add_app_template_filter(shown, name)
    visitors = Visitors(parts.keys)
    api_page.add_pages(blueprint)
    signing_in = SigningIn(parts.index, settings)
    login.add_pages(blueprint, parts.keys, signing_in)
    account_page.add_pages(blueprint, visitors, parts, signing_in)
    if settings.oidc is not None:
        provider_pages.add_pages(blueprint, Provider(settings.oidc, settings.public_url), signing_in)
    library.add_pages(blueprint, visitors, settings, parts, bodies)
    search_page.add_pages(blueprint, visitors, parts.reads)
    media_page.add_pages(blueprint, visitors, parts)
    photo_pages.add_pages(blueprint, visitors, settings, parts, bodies)
    steering_forms.add_forms(blueprint, visitors, parts)
    usage_page.add_pages(blueprint, visitors, parts)
    feed_pages.add_pages(blueprint, visitors, settings, parts)
    webhook_pages.add_pages(blueprint, visitors, parts)
    ops_pages.add_pages(blueprint, visitors, parts)
    blueprint.register_error_handler(WinnowError, _explain)
    blueprint.register_error_handler(HTTPException, _refuse)
    blueprint.register_error_handler(Exception, _admit)
    pausing.install(blueprint)
    shared, protect = partial(_shared, settings.oidc is not None), partial(_protect, _policy(settings.public_store_url))
    blueprint.context_processor(shared)
    blueprint.after_request(protect)
    blueprint.app_errorhandler(404)(partial(_find_nothing, shared, protect))
    return blueprint


def _shared(has_provider: bool) -> dict[str, object]:
    """The names every template may use; ``has_provider``: people can sign in by a provider."""
    return {
        "csrf_token": sessions.csrf_token(),
        "has_provider": has_provider,
        "frame": ENGLISH,
        "recording_words": RECORDING_WORDS,
        "photo_words": PHOTO_WORDS,
    }


def _explain(error: WinnowError) -> AnyResponse | tuple[str, int, dict[str, str]]:
    """Returns a page that says what happened and what to do; asks visitors who are not signed in to sign in."""
    if isinstance(error, Refused) and error.code == "unauthenticated":
        return redirect(signin_address(request), 303)
    kind = PROBLEMS.get(error.code, PROBLEMS["internal"])
    shown = {"title": kind.title, "detail": error.detail, "hint": error.hint}
    # A link cannot repeat a form's request.
    again = error.retryable and request.method == "GET"
    return render_template("web/error.html", problem=shown, retryable=again), kind.status, retry_after(error)


def _refuse(error: HTTPException) -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The page for a request that Flask rejects: too large a form, a wrong method, one that came too slowly."""
    if isinstance(error.__context__, TooSlow):
        # Werkzeug takes it for a client that has left.
        return _explain(too_slow("form", error.__context__))
    status = error.code or 500
    detail = "The form is larger than this address takes." if status == 413 else "The request cannot be read."
    shown = {"title": error.name, "detail": detail, "hint": "Go back and try it another way."}
    return render_template("web/error.html", problem=shown, retryable=False), status


def _find_nothing(
    shared: Callable[[], dict[str, object]], protect: Callable[[Response], Response], error: HTTPException
) -> Response:
    """The page for an address at which there is nothing; programs get problem details.

    No page belongs to the address, so neither does what the blueprint gives to its own pages.
    """
    kinds = request.accept_mimetypes.best_match(("application/problem+json", "text/html"))
    if kinds != "text/html" or request.path.startswith("/v1/"):
        return flasks_problem(error)
    shown = {"title": PROBLEMS["not-found"].title, "detail": f"There is nothing at {request.path}.", "hint": ""}
    page = render_template("web/error.html", problem=shown, retryable=False, **shared())
    return protect(Response(page, 404, mimetype="text/html"))


def _admit(error: Exception) -> tuple[str, int]:
    """The page for an unexpected error; the log has the cause."""
    about = {"request_id": g.get("request_id", ""), "method": request.method, "path": request.path}
    _LOG.error("Unexpected error in a page; answered 500.", exc_info=error, extra=about)
    detail = f"The page failed; the cause stands in the gateway's log under {about['request_id']}."
    shown = {"title": PROBLEMS["internal"].title, "detail": detail, "hint": "Try again in a moment."}
    return render_template("web/error.html", problem=shown, retryable=True), 500


def _protect(policy: str, response: Response) -> Response:
    response.headers["Content-Security-Policy"] = policy
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response
