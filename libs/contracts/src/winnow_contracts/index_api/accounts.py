"""Requests about people's accounts, which index keeps. Times are Unix milliseconds."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.accounts import Role
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account, without its password.

    ``disabled_ms`` is since when nobody signs in to it. ``has_password`` is False until its holder has followed the
    link of an invitation. ``signed_in_ms`` is None if nobody ever did.
    """

    account_id: str
    tenant_id: str
    name: str
    role: Role
    has_password: bool
    created_ms: int
    disabled_ms: int | None
    signed_in_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Every account, the newest first."""

    items: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccounts(IndexRequest[Accounts]):
    """Request all accounts of all tenants."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAccount(IndexRequest[AccountView]):
    """Request one account. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/accounts/{account_id}")

    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount(IndexRequest[AccountView]):
    """Keep a new account for the key ``who``, whose holder follows a link once to choose a password.

    Index gets the hash of the link's token alone. Refused with ``not-ready`` where the name is taken.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/accounts")

    tenant_id: str
    name: str
    role: Role
    link_sha256: str
    link_until_ms: int
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount(IndexRequest[AccountView]):
    """Change what is not None, for the key ``who``. Disabling ends all sessions.

    Refused with ``not-found``, and with ``not-ready`` where ``who`` is the account itself.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/accounts/{account_id}/change")

    account_id: str
    who: str
    role: Role | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAccount(IndexRequest[AccountView]):
    """Take the password away and end all sessions, for the key ``who``; the new link lets its holder choose another.

    Refused with ``not-found``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/accounts/{account_id}/reset")

    account_id: str
    link_sha256: str
    link_until_ms: int
    who: str


REQUESTS = (ListAccounts, ReadAccount, CreateAccount, ChangeAccount, ResetAccount)
