"""Authenticates visitors of pages, by their session alone."""

from typing import Any
from urllib.parse import urlencode

from flask import Request, g

from winnow_contracts.errors import Refused
from winnow_gateway import sessions
from winnow_gateway.clients.keys import KeyRing, Principal


class Visitors:
    """Returns the signed-in visitor of the current request."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def current(self, scope: str = "read") -> Principal:
        """Returns the visitor, whom templates see as ``g.visitor``. Raises Refused: ``unauthenticated`` if nobody is
        signed in, ``forbidden`` without the scope.
        """
        principal = sessions.session_principal(self._keys)
        if principal is None:
            raise Refused("Nobody is signed in.", code="unauthenticated", hint="Sign in first.")
        g.visitor = principal
        if not principal.may(scope):
            raise Refused(
                f"You may not do that: this sign-in lacks the scope {scope!r}.",
                code="forbidden",
                hint="Sign in as somebody who may.",
            )
        return principal


def signin_address(request: Request) -> str:
    """Returns the sign-in page's URL, which leads back to the requested page, so that its typed query is kept."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return "/signin" if wanted == "/" else f"/signin?{urlencode({'next': wanted})}"


def own_path(wanted: Any) -> str:
    """Returns ``wanted`` if it is a path on this host, else ``/``: a sign-in never redirects elsewhere."""
    text = wanted if isinstance(wanted, str) else ""
    plain = all(character.isprintable() and character != "\\" for character in text)
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
