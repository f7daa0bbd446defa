"""Requests about signing in to accounts, and about their sessions. Times are Unix milliseconds."""

from dataclasses import dataclass, field
from typing import ClassVar

from winnow_contracts.index_api.accounts import AccountView
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that is to begin. Index keeps the hash of its token alone.

    ``device`` is what the browser says of itself in a few words; ``address`` is where it asks from.
    ``idle_ms`` is how long it may be unused.
    """

    token_sha256: str
    device: str
    address: str
    expires_ms: int
    idle_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One session, without its token. ``seen_ms`` is when it was last used, up to a minute behind."""

    session_id: str
    device: str
    address: str
    created_ms: int
    seen_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSessions:
    """The sessions of one account, the last used first."""

    items: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSession:
    """A session and its account."""

    session: SessionView
    account: AccountView


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """How it went: ``held`` is the session; None if name and password do not belong together.

    ``wait_seconds`` above 0: too many attempts failed, so this one was not looked at.
    """

    held: HeldSession | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSession:
    """The session of a token; None if there is none, it has ended, or its account is disabled."""

    held: HeldSession | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded:
    """How many sessions ended."""

    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(IndexRequest[SignedIn]):
    """Begin a session for who knows the password."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/account-sessions")

    name: str
    session: NewSession
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInVouched(IndexRequest[SignedIn]):
    """Begin a session for a name that a provider vouches for.

    With ``newcomers_tenant_id`` a name without an account gets one there, as a reader. ``held`` is None where there
    is no account, or it is disabled.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/account-sessions/vouched")

    name: str
    session: NewSession
    newcomers_tenant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowLink(IndexRequest[SignedIn]):
    """Set the password of the account that a link is for, end its sessions and the link, and begin a session.

    Attempts are counted as those of ``SignIn``. ``held`` is None where the link is unknown, used or too old. Refused
    with ``invalid-field`` for a weak password.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/account-sessions/by-link")

    link_sha256: str
    session: NewSession
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSession(IndexRequest[CheckedSession]):
    """Ask whose session a token is, and note that it is used."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/account-sessions/check")

    token_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccountSessions(IndexRequest[AccountSessions]):
    """Request the sessions of one account that go on."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/accounts/{account_id}/sessions")

    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions(IndexRequest[SessionsEnded]):
    """End one session of an account, or all without ``session_id``. ``who`` is who wants it, if not its holder."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/accounts/{account_id}/sessions/end")

    account_id: str
    session_id: str | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword(IndexRequest[SignedIn]):
    """Give the account of a session a new password and the session a new token, and end its other sessions.

    ``held`` is None where the present password is another. Refused with ``not-found`` where the session has ended,
    and with ``invalid-field`` for a weak password.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/account-sessions/password")

    token_sha256: str
    new_token_sha256: str
    address: str
    present: str = field(repr=False)
    wanted: str = field(repr=False)


REQUESTS = (SignIn, SignInVouched, FollowLink, CheckSession, ListAccountSessions, EndSessions, ChangePassword)
