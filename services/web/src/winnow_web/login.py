"""The sign-in page: exchanges a key for a session cookie."""

import secrets

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from winnow_contracts.errors import Refused
from winnow_gateway import sessions
from winnow_gateway.clients.keys import KeyRing, Principal
from winnow_web.auth import own_path

_LONGEST_KEY = 200
_LONGEST_BODY_BYTES = 16_384


def add_pages(blueprint: Blueprint, keys: KeyRing) -> None:
    """Adds ``/signin`` and ``/signout``."""

    @blueprint.get("/signin")
    def signin() -> str | Response:
        target = own_path(request.args.get("next"))
        if sessions.session_principal(keys) is not None:
            return redirect(target, 303)
        # The form needs a token before anyone is signed in; otherwise another site could sign people in.
        session.setdefault("csrf", secrets.token_urlsafe(24))
        return render_template("web/signin.html", next=target, wrong="")

    @blueprint.post("/signin")
    def begin() -> Response | tuple[str, int]:
        request.max_content_length = _LONGEST_BODY_BYTES
        target = own_path(request.form.get("next"))
        try:
            sessions.check_csrf(request.form.get("csrf"))
        except Refused:
            # The page was open for longer than its session: show a fresh page that says so, rather than an error.
            session.setdefault("csrf", secrets.token_urlsafe(24))
            return _again("This page had expired. Please try once more.", target, 403)
        principal = keys.principal(request.form.get("key", "").strip()[:_LONGEST_KEY])
        if principal is None:
            return _again("This key is unknown, revoked, or not whole.", target, 401)
        sessions.sign_in(principal)
        return redirect(_place_for(principal, target), 303)

    @blueprint.post("/signout")
    def signout() -> Response:
        request.max_content_length = _LONGEST_BODY_BYTES
        if sessions.session_principal(keys) is not None:
            sessions.check_csrf(request.form.get("csrf"))
        sessions.sign_out()
        return redirect("/signin", 303)


def _place_for(principal: Principal, target: str) -> str:
    """Returns where to go: a key that may only look at operations has no recordings."""
    return "/ops" if target == "/" and not principal.may("read") and principal.may("ops:read") else target


def _again(wrong: str, target: str, status: int) -> tuple[str, int]:
    return render_template("web/signin.html", next=target, wrong=wrong), status
