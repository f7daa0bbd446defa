"""The pages that sign people in and out: with an account's name and password, by a link, or with an API key."""

import secrets
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from winnow_contracts.errors import BadInput, RateLimited, Refused
from winnow_contracts.problems import PROBLEMS
from winnow_gateway import sessions
from winnow_gateway.clients.keys import KeyRing, Principal
from winnow_gateway.http.problems import retry_after
from winnow_signin.signing_in import Begun, SigningIn, take_cookie
from winnow_web.auth import own_path

_LONGEST_KEY = 200
_LONGEST_BODY_BYTES = 16_384
_EXPIRED = "This page had expired. Please try once more."
Shown = tuple[str, int, dict[str, str]]
Again = Callable[[str, int, dict[str, str]], Shown]
"""Shows a form again: what was wrong, the status and headers of the answer."""


def add_pages(blueprint: Blueprint, keys: KeyRing, signing_in: SigningIn) -> None:
    """Adds ``/signin``, ``/welcome``, where a link leads, and ``/signout``."""

    def begun(begin: Callable[[], Begun], target: str, again: Again) -> AnyResponse | Shown:
        """Signs in, or shows the form again with what was wrong."""
        try:
            sessions.check_csrf(request.form.get("csrf"))
        except Refused:
            # The page was open for longer than its session: show a fresh page that says so, rather than an error.
            _be_ready()
            return again(_EXPIRED, 403, {})
        try:
            held = begin()
        except (BadInput, RateLimited, Refused) as error:
            return again(f"{error.detail} {error.hint}", PROBLEMS[error.code].status, retry_after(error))
        response = redirect(_place_for(held.holder, target), 303)
        signing_in.give_cookie(response, held)
        return response

    @blueprint.get("/signin")
    def signin() -> str | AnyResponse:
        target = own_path(request.args.get("next"))
        if sessions.session_principal(keys) is not None:
            return redirect(target, 303)
        _be_ready()
        return render_template("web/signin.html", next=target)

    @blueprint.post("/signin")
    def begin() -> AnyResponse | Shown:
        request.max_content_length = _LONGEST_BODY_BYTES
        target = own_path(request.form.get("next"))
        if "key" in request.form:
            return _by_key(keys, target)
        name, password = request.form.get("name", ""), request.form.get("password", "")

        def again(wrong: str, status: int, headers: dict[str, str]) -> Shown:
            shown = {"next": target, "name": name, "wrong_password": wrong}
            return render_template("web/signin.html", **shown), status, headers

        return begun(lambda: signing_in.by_password(request, name, password), target, again)

    @blueprint.get("/welcome")
    def welcome() -> str:
        _be_ready()
        return render_template("web/welcome.html", link=request.args.get("link", ""))

    @blueprint.post("/welcome")
    def choose() -> AnyResponse | Shown:
        request.max_content_length = _LONGEST_BODY_BYTES
        link, password = request.form.get("link", ""), request.form.get("password", "")

        def again(wrong: str, status: int, headers: dict[str, str]) -> Shown:
            return render_template("web/welcome.html", link=link, wrong=wrong), status, headers

        def follow() -> Begun:
            if password != request.form.get("again"):
                raise BadInput("The two passwords differ.", code="invalid-field", hint="Type the same one twice.")
            return signing_in.by_link(request, link, password)

        return begun(follow, "/", again)

    @blueprint.post("/signout")
    def signout() -> AnyResponse:
        request.max_content_length = _LONGEST_BODY_BYTES
        if sessions.session_principal(keys) is not None:
            sessions.check_csrf(request.form.get("csrf"))
        signing_in.sign_out(request)
        response = redirect("/signin", 303)
        take_cookie(response)
        return response


def _by_key(keys: KeyRing, target: str) -> AnyResponse | Shown:
    try:
        sessions.check_csrf(request.form.get("csrf"))
    except Refused:
        _be_ready()
        return _key_again(_EXPIRED, target, 403)
    principal = keys.principal(request.form.get("key", "").strip()[:_LONGEST_KEY])
    if principal is None:
        return _key_again("This key is unknown, revoked, or not whole.", target, 401)
    sessions.sign_in(principal)
    response = redirect(_place_for(principal, target), 303)
    take_cookie(response)
    return response


def _be_ready() -> None:
    """Gives the form a token before anyone is signed in; otherwise another site could sign people in."""
    session.setdefault("csrf", secrets.token_urlsafe(24))


def _place_for(principal: Principal, target: str) -> str:
    """Returns where to go: a key that may only look at operations has no recordings."""
    return "/ops" if target == "/" and not principal.may("read") and principal.may("ops:read") else target


def _key_again(wrong: str, target: str, status: int) -> Shown:
    return render_template("web/signin.html", next=target, wrong=wrong), status, {}
