"""Begins and ends sessions of accounts for a request, and gives the browser the token in a cookie of its own."""

from dataclasses import dataclass

from flask import Request, session
from werkzeug.wrappers import Response

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.accounts import LONGEST_PASSWORD, SESSION_PREFIX, new_token, normal_name, token_sha256
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, RateLimited, Refused
from winnow_contracts.index_api.account_sessions import (
    ChangePassword,
    EndSessions,
    FollowLink,
    NewSession,
    SignedIn,
    SignIn,
    SignInVouched,
)
from winnow_gateway import sessions
from winnow_gateway.settings import GatewaySettings
from winnow_signin.devices import address_of, device_of
from winnow_signin.holders import AccountHolder, ask_and_forget, holder_of, holders

_HOUR_MS = 3_600_000
_LONGEST_TOKEN = 100


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A session that has begun, and its token, which nothing else has."""

    holder: AccountHolder
    token: str


class SigningIn:
    """What people do to sign in and out. All methods raise Unavailable if index does not answer."""

    def __init__(self, index: IndexClient, settings: GatewaySettings) -> None:
        self._index = index
        self._settings = settings

    def by_password(self, request: Request, name: str, password: str) -> Begun:
        """Begin a session. Raises Refused (``unauthenticated``), and RateLimited after too many failures."""
        token = new_token(SESSION_PREFIX)
        try:
            wanted = SignIn(name=normal_name(name), password=_fitting(password), session=self._new(request, token))
        except BadInput as error:
            raise _wrong() from error
        return self._begun(self._index.ask(wanted), token, _wrong())

    def by_provider(self, request: Request, address: str) -> Begun:
        """Begin a session for an email address that a provider vouches for. Raises Refused (``unauthenticated``)."""
        oidc = self._settings.oidc
        assert oidc is not None
        token, refusal = new_token(SESSION_PREFIX), _no_account(address)
        if not address.isascii():  # others share their normal form with addresses that are somebody else's
            raise refusal
        try:
            name = normal_name(address)
        except BadInput as error:
            raise refusal from error
        asked = SignInVouched(
            name=name,
            session=self._new(request, token),
            newcomers_tenant_id=oidc.tenant_id if name in oidc.newcomers or _domain(name) in oidc.newcomers else None,
        )
        return self._begun(self._index.ask(asked), token, refusal)

    def by_link(self, request: Request, link: str, password: str) -> Begun:
        """Set the password of a link's account and begin a session.

        Raises Refused (``unauthenticated``) for a link that is used or too old, and BadInput for a weak password.
        """
        token = new_token(SESSION_PREFIX)
        asked = FollowLink(
            link_sha256=token_sha256(link[:_LONGEST_TOKEN]),
            password=_fitting(password),
            session=self._new(request, token),
        )
        spent = Refused("This link was used, or is too old.", code="unauthenticated", hint="Ask for a new one.")
        return self._begun(self._index.ask(asked), token, spent)

    def change_password(self, request: Request, present: str, wanted: str) -> Begun:
        """Change the password of the request's session, and end the account's other sessions.

        Returns the session with another token: whoever had the one of before is out. Raises Refused (``forbidden``) if
        ``present`` is wrong, RateLimited, NotFound, and BadInput for a weak one.
        """
        token = new_token(SESSION_PREFIX)
        asked = ChangePassword(
            token_sha256=token_sha256(request.cookies.get(sessions.ACCOUNT_COOKIE, "")),
            new_token_sha256=token_sha256(token),
            address=address_of(request, self._settings.proxies),
            present=_fitting(present),
            wanted=_fitting(wanted),
        )
        refusal = Refused("The present password is another.", code="forbidden")
        begun = self._begun(self._index.ask(asked), token, refusal)
        holders().forget(begun.holder.key_id)
        return begun

    def end(self, holder: AccountHolder, session_id: str | None) -> int:
        """End one session of the holder's account, or all. Returns how many ended."""
        asked = EndSessions(account_id=holder.key_id, session_id=session_id)
        return ask_and_forget(self._index, holder.key_id, asked, session_id).ended

    def sign_out(self, request: Request) -> None:
        """End the request's own session, whichever kind it is."""
        holder = holders().of_request(request)
        if holder is not None:
            self.end(holder, holder.session_id)
        sessions.sign_out()

    def give_cookie(self, response: Response, begun: Begun) -> None:
        """Let the browser keep the token, out of scripts' reach."""
        response.set_cookie(
            sessions.ACCOUNT_COOKIE,
            begun.token,
            max_age=self._settings.session_hours * 3_600,
            secure=self._settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )

    def _new(self, request: Request, token: str) -> NewSession:
        settings = self._settings
        return NewSession(
            token_sha256=token_sha256(token),
            device=device_of(request),
            address=address_of(request, settings.proxies),
            expires_ms=now_ms() + settings.session_hours * _HOUR_MS,
            idle_ms=settings.session_idle_hours * _HOUR_MS,
        )

    def _begun(self, signed_in: SignedIn, token: str, refusal: Refused) -> Begun:
        _check(signed_in, refusal)
        assert signed_in.held is not None
        session.clear()
        return Begun(holder=holder_of(signed_in.held), token=token)


def take_cookie(response: Response) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(sessions.ACCOUNT_COOKIE, httponly=True, samesite="Lax")


def _fitting(password: str) -> str:
    if not 1 <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(f"A password has 1 to {LONGEST_PASSWORD} characters.", code="invalid-field")
    return password


def _domain(address: str) -> str:
    _, at, domain = address.rpartition("@")
    return domain if at else ""


def _no_account(address: str) -> Refused:
    return Refused(
        f"There is no account for {address[:100]}, or it is disabled.",
        code="unauthenticated",
        hint="Whoever runs this Winnow can make one.",
    )


def _wrong() -> Refused:
    return Refused(
        "There is no account with this name and password.",
        code="unauthenticated",
        hint="Whoever runs this Winnow can give you a new link: ./winnow account reset.",
    )


def _check(signed_in: SignedIn, refusal: Refused) -> None:
    if signed_in.wait_seconds:
        raise RateLimited(
            f"Too many attempts failed. The next one is looked at in {signed_in.wait_seconds} s.",
            retry_after_seconds=signed_in.wait_seconds,
            hint="Wait as long as Retry-After says.",
        )
    if signed_in.held is None:
        raise refusal
