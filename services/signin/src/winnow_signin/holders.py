"""Finds whose account a session's cookie is: as index last said, asked again every five seconds."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flask import Request, current_app

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.accounts import SESSION_PREFIX, Role, scopes_of, token_sha256
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Refused, Unavailable
from winnow_contracts.index_api.account_sessions import CheckSession, HeldSession
from winnow_contracts.internal_api import IndexRequest
from winnow_gateway import sessions
from winnow_gateway.clients.keys import Principal
from winnow_signin.kept_sessions import KeptSessions

FRESH_SECONDS = 5
"""What index said is believed for so long, so an ended session is good for no longer at any gateway."""
_ASK_AGAIN_SECONDS = 2
"""After index did not answer, nobody waits for it again before this."""
_MOST_KNOWN = 10_000
_LONGEST_TOKEN = 100
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class AccountHolder(Principal):
    """Who is signed in to an account, whose id is ``key_id``: it is noted wherever a key's would be."""

    name: str
    role: Role
    session_id: str


@dataclass(frozen=True, slots=True)
class _Known:
    held: HeldSession | None
    at_seconds: float


class AccountHolders:
    """The known sessions of a process. Safe for threads.

    While index does not answer, who was confirmed within the last hour may read, and nothing else: nobody can be
    signed out meanwhile.
    """

    def __init__(self, index: IndexClient, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._kept = KeptSessions(folder)
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._away_until = float("-inf")

    def of_request(self, request: Request) -> AccountHolder | None:
        """Returns whose session the request's cookie is, or None. Raises Unavailable if that cannot be known."""
        token = request.cookies.get(sessions.ACCOUNT_COOKIE, "")
        if not token.startswith(SESSION_PREFIX) or len(token) > _LONGEST_TOKEN:
            return None
        held = self._held(token_sha256(token), reads=request.method in sessions.SAFE_METHODS)
        if held is None or held.session.expires_ms <= now_ms():
            return None
        return holder_of(held)

    def forget(self, account_id: str, session_id: str | None = None) -> None:
        """Ask index anew about a session of the account, or all of them: they have just ended or changed.

        So none that ended is believed while index does not answer, by no process of this node; another one goes by
        what it knows for ``FRESH_SECONDS``.
        """

        def is_meant(held: HeldSession) -> bool:
            return held.account.account_id == account_id and session_id in (None, held.session.session_id)

        with self._lock:
            for key in [key for key, known in self._known.items() if known.held and is_meant(known.held)]:
                del self._known[key]
        self._kept.forget_all(is_meant)

    def _held(self, key: str, *, reads: bool) -> HeldSession | None:
        with self._lock:
            known = self._known.get(key)
        if known is not None and self._clock() - known.at_seconds < FRESH_SECONDS:
            return known.held
        try:
            return self._ask(key)
        except Unavailable as error:
            held = self._kept.find(key)
            if held is None or not reads:
                raise Unavailable(
                    "Whether you are still signed in cannot be asked, because a part of Winnow does not answer."
                    + (" Until then you may read, and change nothing." if held is not None else ""),
                    dependency="index",
                    hint="Try again in a moment; an API key works meanwhile.",
                ) from error
            return held

    def _ask(self, key: str) -> HeldSession | None:
        if self._clock() < self._away_until:
            raise Unavailable("Index did not answer a moment ago.", dependency="index")
        try:
            held = self._index.ask(CheckSession(token_sha256=key)).held
        except Unavailable:
            self._away_until = self._clock() + _ASK_AGAIN_SECONDS
            raise
        with self._lock:
            self._known[key] = _Known(held, self._clock())
            self._known.move_to_end(key)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        if held is None:
            self._kept.forget(key)
        else:
            self._kept.keep(key, held)
        return held


def holder_of(held: HeldSession) -> AccountHolder:
    """Returns the holder of a session."""
    account = held.account
    return AccountHolder(
        tenant_id=account.tenant_id,
        key_id=account.account_id,
        scopes=scopes_of(account.role),
        name=account.name,
        role=account.role,
        session_id=held.session.session_id,
    )


def holders() -> AccountHolders:
    """Returns the present app's."""
    found: AccountHolders = current_app.extensions[sessions.ACCOUNTS]
    return found


def ask_and_forget(index: IndexClient, account_id: str, request: IndexRequest[T], session_id: str | None = None) -> T:
    """Has index change an account or end sessions of it, and forgets what this gateway knew of this session or of all.

    Raises as index answers.
    """
    answer = index.ask(request)
    holders().forget(account_id, session_id)
    return answer


def needed_holder(principal: Principal) -> AccountHolder:
    """Returns the caller, who is signed in to an account. Raises Refused (``forbidden``) for the holder of a key."""
    if not isinstance(principal, AccountHolder):
        raise Refused("This is about an account, and an API key has none.", code="forbidden", hint="Sign in to one.")
    return principal
