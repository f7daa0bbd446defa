"""Signs people in to the page: a signed cookie names the key, and a token stops forged requests.

Sessions of accounts have a cookie of their own, which an installed package knows.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from winnow_contracts.errors import Refused
from winnow_gateway.clients.keys import KeyRing, Principal

CSRF_HEADER = "X-CSRF-Token"
ACCOUNT_COOKIE = "winnow_session"
ACCOUNTS = "accounts"
"""The app's extension that knows accounts' sessions. Its ``of_request(request)`` returns the holder, or None."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PageSessions(SecureCookieSessionInterface):
    """Sessions by signed cookie, for requests without an API key: those with one need none read and none signed."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Returns the session of the request's cookie, or an empty one."""
        if request.headers.get("Authorization", "")[:7].lower() == "bearer ":
            return SecureCookieSession()
        return super().open_session(app, request)


def sign_in(principal: Principal) -> str:
    """Starts a session for the holder of a key and returns the session's CSRF token."""
    session.clear()
    session.permanent = True
    session["key_id"] = principal.key_id
    session["tenant_id"] = principal.tenant_id
    session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def sign_out() -> None:
    """Ends the session."""
    session.clear()


def csrf_token() -> str:
    """Returns the session's token, for the page's meta tag and forms; empty if nobody is signed in.

    That of an account's session follows from its cookie's token, so every gateway knows it.
    """
    if (
        "key_id" in session
    ):  # an account's cookie that somebody planted beside a key's session must not choose its token
        return str(session.get("csrf", ""))
    token = request.cookies.get(ACCOUNT_COOKIE)
    return csrf_of(token) if token else str(session.get("csrf", ""))


def csrf_of(token: str) -> str:
    """Returns the token that unsafe requests of an account's session carry, from the one in its cookie."""
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()


def check_csrf(given: str | None) -> None:
    """Raises Refused unless ``given`` is the session's token."""
    token = csrf_token()
    if not token or not hmac.compare_digest(token.encode(), (given or "").encode()):
        raise Refused(
            f"The request is signed in by cookie and does not carry the session's token in {CSRF_HEADER}.",
            code="forbidden",
            hint="Reload the page and try again.",
        )


def session_principal(keys: KeyRing) -> Principal | None:
    """Returns who is signed in by cookie, or None. Revoking a key ends its sessions too."""
    accounts = current_app.extensions.get(ACCOUNTS)
    account: Principal | None = None if accounts is None else accounts.of_request(request)
    if account is not None:
        return account
    key_id = session.get("key_id")
    principal = keys.holder(key_id) if isinstance(key_id, str) else None
    return principal if principal is not None and principal.tenant_id == session.get("tenant_id") else None


def request_principal(request: Request, keys: KeyRing) -> Principal | None:
    """Returns the caller, by Bearer key, else by cookie. Raises Refused for an unsafe cookie request without CSRF
    token.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        return keys.principal(text.strip()) if scheme.lower() == "bearer" else None
    principal = session_principal(keys)
    if principal is not None and request.method not in SAFE_METHODS:
        check_csrf(request.headers.get(CSRF_HEADER))
    return principal


def session_secret(path: Path) -> bytes:
    """Returns the secret that signs cookies: made once at ``path`` (mode 0600), then the same for every process and
    start.
    """
    # Gateways in containers may share the folder and have the same process id.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        # A link fails if the name exists, so of two processes that start together one wins, with a complete file.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()
