"""``/signin/provider``: signing in by an OpenID Connect provider, where the settings name one."""

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from winnow_contracts.errors import Refused
from winnow_signin.provider import CALLBACK, Provider
from winnow_signin.signing_in import SigningIn
from winnow_web.auth import own_path

_NEXT = "provider_next"


def add_pages(blueprint: Blueprint, provider: Provider, signing_in: SigningIn) -> None:
    """Adds the page that leads to the provider, and the one to which the provider leads back."""

    @blueprint.get("/signin/provider")
    def to_provider() -> Response:
        session[_NEXT] = own_path(request.args.get("next"))
        return provider.redirect()

    @blueprint.get(CALLBACK)
    def from_provider() -> Response | tuple[str, int]:
        target = own_path(session.pop(_NEXT, "/"))
        try:
            begun = signing_in.by_provider(request, provider.address())
        except Refused as error:
            shown = {"next": target, "wrong_provider": f"{error.detail} {error.hint}"}
            return render_template("web/signin.html", **shown), 401
        response = redirect(target, 303)
        signing_in.give_cookie(response, begun)
        return response
