"""Begins, checks and ends the sessions of accounts. What is kept of a token is its hash."""

from typing import Any

from winnow_accounts import passwords
from winnow_accounts.accounts import add_newcomer, end_sessions, read_account
from winnow_accounts.attempts import Attempts
from winnow_contracts import identity
from winnow_contracts.accounts import checked_password
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.account_sessions import (
    AccountSessions,
    ChangePassword,
    EndSessions,
    FollowLink,
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
                transaction.run("rehash_account_password", row)
            held = _begin(transaction, account["account_id"], fresh, asked.session)
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
            return SignedIn(held=_begin(transaction, account["account_id"], None, asked.session))

    def follow_link(self, asked: FollowLink) -> SignedIn:
        """Set the password of a link's account and begin a session. Raises BadInput for a weak password."""
        fresh = passwords.hashed(checked_password(asked.password))
        with self._database.transaction() as transaction:
            link = {"link_sha256": asked.link_sha256, "now_ms": now_ms()}
            account = transaction.row("lock_account_of_link", link)
            if account is None:
                return _WRONG
            checked_password(asked.password, account["name"])
            self._set_password(transaction, account["account_id"], fresh)
            return SignedIn(held=_begin(transaction, account["account_id"], fresh, asked.session))

    def change_password(self, asked: ChangePassword) -> SignedIn:
        """Change it for who knows the present one, and end the other sessions. Raises NotFound and BadInput."""
        held = self.check(asked.token_sha256)
        if held is None:
            raise NotFound("This session has ended.", hint="Sign in again.")
        account = held.account
        wanted = checked_password(asked.wanted, account.name)
        wait_seconds = self._attempts.begin(account.name, asked.address)
        if wait_seconds:
            return SignedIn(wait_seconds=wait_seconds)
        with self._database.transaction() as transaction:
            row = transaction.row("find_account_password", {"name": account.name})
        if not passwords.matches(row["password"] if row else None, asked.present):
            return _WRONG
        fresh = passwords.hashed(wanted)
        with self._database.transaction() as transaction:
            self._set_password(transaction, account.account_id, fresh, but=held.session.session_id)
        self._attempts.succeeded(account.name, asked.address)
        return SignedIn(held=held)

    def check(self, token_sha256: str) -> HeldSession | None:
        """Whose session a token is, noting that it is used; None if there is none any more."""
        with self._database.transaction() as transaction:
            return _held(transaction, token_sha256)

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

    @staticmethod
    def _set_password(transaction: Transaction, account_id: str, fresh: str, but: str | None = None) -> None:
        transaction.run("set_account_password", {"account_id": account_id, "password": fresh})
        end_sessions(transaction, account_id, but=but)


def _begin(transaction: Transaction, account_id: str, password: str | None, session: NewSession) -> HeldSession | None:
    """Begin the session; None if the account was disabled, or has another password than the one that was checked."""
    at_ms = now_ms()
    row = {**to_json(session), "session_id": f"ses_{identity.uuid7()}", "account_id": account_id}
    if not transaction.run("add_account_session", {**row, "password": password, "now_ms": at_ms}):
        return None
    transaction.run("end_oldest_account_sessions", {"account_id": account_id, "now_ms": at_ms, "most": MOST_SESSIONS})
    return _held(transaction, session.token_sha256)


def _held(transaction: Transaction, token_sha256: str) -> HeldSession | None:
    row = transaction.row("check_account_session", {"token_sha256": token_sha256, "now_ms": now_ms()})
    if row is None:
        return None
    account = read_account(transaction, row["account_id"])
    shown: dict[str, Any] = {name: value for name, value in row.items() if name != "account_id"}
    return HeldSession(session=SessionView(**shown), account=account)
