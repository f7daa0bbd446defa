"""Who looks at a page: pages know people by their session alone."""

from typing import Any
from urllib.parse import urlencode

from flask import Request

from winnow_contracts.errors import Refused
from winnow_gateway import sessions
from winnow_gateway.clients.keys import KeyRing, Principal


class Visitors:
    """Tells the signed-in visitor of the request at hand."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def current(self, scope: str = "read") -> Principal:
        """The visitor. Raises Refused: ``unauthenticated`` if nobody is signed in, ``forbidden`` without the scope."""
        principal = sessions.session_principal(self._keys)
        if principal is None:
            raise Refused("Nobody is signed in.", code="unauthenticated", hint="Sign in with an API key.")
        if not principal.may(scope):
            raise Refused(
                f"This key may not do that: it lacks the scope {scope!r}.",
                code="forbidden",
                hint="Sign in with another key.",
            )
        return principal


def signin_address(request: Request) -> str:
    """The sign-in page that leads back to the page asked for, so that nothing typed into it is lost."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return "/signin" if wanted == "/" else f"/signin?{urlencode({'next': wanted})}"


def own_path(wanted: Any) -> str:
    """``wanted`` if it is a path on this host, else ``/``: a sign-in never leads elsewhere."""
    text = wanted if isinstance(wanted, str) else ""
    plain = all(character.isprintable() and character != "\\" for character in text)
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
