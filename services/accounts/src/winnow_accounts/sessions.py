"""Begins, checks and ends the sessions of accounts. What is kept of a token is its hash."""

from typing import Any

from winnow_accounts import passwords
from winnow_accounts.accounts import add_newcomer, end_sessions, read_account
from winnow_accounts.attempts import Attempts
from winnow_contracts import identity
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.account_sessions import (
    AccountSessions,
    EndSessions,
    HeldSession,
    NewSession,
    SessionView,
    SignedIn,
    SignIn,
    SignInVouched,
)
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.json_codec import to_json
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction

MOST_SESSIONS = 50
"""How many an account may have: one more ends the one that was unused for longest."""
_WRONG = SignedIn()


class SessionStore:
    """All methods raise Unavailable if PostgreSQL does not answer.

    No transaction is open while a password is hashed, which takes some 50 ms of processor.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attempts = Attempts(database)

    def sign_in(self, asked: SignIn) -> SignedIn:
        """Begin a session for who knows the password. ``name`` is in its normal form."""
        address = asked.session.address
        wait_seconds = self._attempts.begin(asked.name, address)
        if wait_seconds:
            return SignedIn(wait_seconds=wait_seconds)
        with self._database.transaction() as transaction:
            account = transaction.row("find_account_password", {"name": asked.name})
        kept = account["password"] if account else None
        if not passwords.matches(kept, asked.password) or account is None or kept is None:
            return _WRONG
        fresh = passwords.hashed(asked.password) if passwords.is_outdated(kept) else kept
        with self._database.transaction() as transaction:
            if fresh != kept:
                row = {"account_id": account["account_id"], "password": fresh, "before": kept}
                transaction.run("replace_account_password", row)
            held = begin_session(transaction, account["account_id"], fresh, asked.session)
        if held is None:
            return _WRONG
        self._attempts.succeeded(asked.name, address)
        return SignedIn(held=held)

    def sign_in_vouched(self, asked: SignInVouched) -> SignedIn:
        """Begin a session for a name that a provider vouches for, and make its account where that is wished."""
        with self._database.transaction() as transaction:
            if asked.newcomers_tenant_id is not None:
                add_newcomer(transaction, asked.name, asked.newcomers_tenant_id)
            account = transaction.row("find_account_password", {"name": asked.name})
            if account is None:
                return _WRONG
            return SignedIn(held=begin_session(transaction, account["account_id"], None, asked.session))

    def check(self, token_sha256: str) -> HeldSession | None:
        """Whose session a token is, noting that it is used; None if there is none any more."""
        with self._database.transaction() as transaction:
            return held_session(transaction, token_sha256)

    def all(self, account_id: str) -> AccountSessions:
        """The sessions of an account that go on, the last used first. Raises NotFound."""
        with self._database.transaction() as transaction:
            read_account(transaction, account_id)
            rows = transaction.rows("list_account_sessions", {"account_id": account_id, "now_ms": now_ms()})
        return AccountSessions(items=tuple(SessionView(**row) for row in rows))

    def end(self, asked: EndSessions) -> int:
        """End one session, or all. Raises NotFound for an unknown account. Returns how many ended."""
        with self._database.transaction() as transaction:
            account = read_account(transaction, asked.account_id)
            if asked.who is not None:
                note(transaction, asked.who, AuditAction.END_SESSIONS, account.name)
            return end_sessions(transaction, asked.account_id, session_id=asked.session_id)


def begin_session(
    transaction: Transaction, account_id: str, password: str | None, session: NewSession
) -> HeldSession | None:
    """Begin the session; None if the account was disabled, or has another password than the one that was checked."""
    at_ms = now_ms()
    row = {**to_json(session), "session_id": f"ses_{identity.uuid7()}", "account_id": account_id}
    if not transaction.run("add_account_session", {**row, "password": password, "now_ms": at_ms}):
        return None
    transaction.run("end_oldest_account_sessions", {"account_id": account_id, "now_ms": at_ms, "most": MOST_SESSIONS})
    return held_session(transaction, session.token_sha256)


def held_session(transaction: Transaction, token_sha256: str) -> HeldSession | None:
    """Whose session a token is, noting that it is used; None if there is none any more."""
    row = transaction.row("check_account_session", {"token_sha256": token_sha256, "now_ms": now_ms()})
    if row is None:
        return None
    account = read_account(transaction, row["account_id"])
    shown: dict[str, Any] = {name: value for name, value in row.items() if name != "account_id"}
    return HeldSession(session=SessionView(**shown), account=account)
