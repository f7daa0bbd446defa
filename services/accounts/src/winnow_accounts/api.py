"""The routes of accounts and their sessions. Index's internal API finds them by their entry point."""

from typing import Any

from flask import Flask

from winnow_accounts.accounts import AccountStore
from winnow_accounts.new_passwords import NewPasswords
from winnow_accounts.sessions import SessionStore
from winnow_contracts.accounts import LONGEST_PASSWORD, normal_name, role_named
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.account_sessions import (
    AccountSessions,
    ChangePassword,
    CheckedSession,
    CheckSession,
    EndSessions,
    FollowLink,
    ListAccountSessions,
    SessionsEnded,
    SignedIn,
    SignIn,
    SignInVouched,
)
from winnow_contracts.index_api.accounts import (
    Accounts,
    AccountView,
    ChangeAccount,
    CreateAccount,
    ListAccounts,
    ReadAccount,
    ResetAccount,
)
from winnow_contracts.json_codec import from_json
from winnow_index.api.request_args import body, number, text, text_or_none
from winnow_index.api.serving import serves
from winnow_index.database import Database

_MOST_MS = 2**53


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    _add_accounts(app, AccountStore(database))
    _add_signing_in(app, SessionStore(database))
    _add_new_passwords(app, NewPasswords(database))
    _add_sessions(app, SessionStore(database))


def _add_accounts(app: Flask, store: AccountStore) -> None:
    @serves(app, ListAccounts)
    def page() -> Accounts:
        return store.all()

    @serves(app, ReadAccount)
    def one(account_id: str) -> AccountView:
        return store.one(account_id)

    @serves(app, CreateAccount, status=201)
    def create() -> AccountView:
        given = body()
        for name in ("tenant_id", "link_sha256", "who"):
            text(given, name)
        number(given, "link_until_ms", over=0, at_most=_MOST_MS)
        checked = {**given, "name": normal_name(text(given, "name")), "role": role_named(text(given, "role"))}
        return store.create(from_json(CreateAccount, checked))

    @serves(app, ChangeAccount)
    def change(account_id: str) -> AccountView:
        given = body()
        text(given, "who")
        role, disabled = text_or_none(given, "role"), given.get("disabled")
        if disabled is not None and not isinstance(disabled, bool):
            raise BadInput("disabled must be true or false.", code="invalid-field")
        checked = {**given, "account_id": account_id, "role": None if role is None else role_named(role)}
        return store.change(from_json(ChangeAccount, checked))

    @serves(app, ResetAccount)
    def reset(account_id: str) -> AccountView:
        given = body()
        for name in ("link_sha256", "who"):
            text(given, name)
        number(given, "link_until_ms", over=0, at_most=_MOST_MS)
        return store.reset(from_json(ResetAccount, {**given, "account_id": account_id}))


def _add_signing_in(app: Flask, store: SessionStore) -> None:
    @serves(app, SignIn)
    def sign_in() -> SignedIn:
        given = body()
        _password(given, "password")
        checked = {**given, "name": normal_name(text(given, "name")), "session": _session(given)}
        return store.sign_in(from_json(SignIn, checked))

    @serves(app, SignInVouched)
    def sign_in_vouched() -> SignedIn:
        given = body()
        text_or_none(given, "newcomers_tenant_id")
        checked = {**given, "name": normal_name(text(given, "name")), "session": _session(given)}
        return store.sign_in_vouched(from_json(SignInVouched, checked))


def _add_new_passwords(app: Flask, store: NewPasswords) -> None:
    @serves(app, FollowLink)
    def follow_link() -> SignedIn:
        given = body()
        text(given, "link_sha256")
        _password(given, "password")
        return store.follow_link(from_json(FollowLink, {**given, "session": _session(given)}))

    @serves(app, ChangePassword)
    def change_password() -> SignedIn:
        given = body()
        for name in ("token_sha256", "new_token_sha256", "address"):
            text(given, name)
        for name in ("present", "wanted"):
            _password(given, name)
        return store.change(from_json(ChangePassword, given))


def _add_sessions(app: Flask, store: SessionStore) -> None:
    @serves(app, CheckSession)
    def check() -> CheckedSession:
        return CheckedSession(held=store.check(text(body(), "token_sha256")))

    @serves(app, ListAccountSessions)
    def sessions(account_id: str) -> AccountSessions:
        return store.all(account_id)

    @serves(app, EndSessions)
    def end(account_id: str) -> SessionsEnded:
        given = body()
        which = {name: text_or_none(given, name) for name in ("session_id", "who")}
        return SessionsEnded(ended=store.end(EndSessions(account_id=account_id, **which)))


def _password(given: dict[str, Any], name: str) -> None:
    if len(text(given, name)) > LONGEST_PASSWORD:
        raise BadInput(f"A password has {LONGEST_PASSWORD} characters at most.", code="invalid-field")


def _session(given: dict[str, Any]) -> dict[str, Any]:
    session = given.get("session")
    if not isinstance(session, dict):
        raise BadInput("session must be an object.", code="invalid-field")
    for name in ("token_sha256", "device", "address"):
        text(session, name)
    for name in ("expires_ms", "idle_ms"):
        number(session, name, over=0, at_most=_MOST_MS)
    return session
