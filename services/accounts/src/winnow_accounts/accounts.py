"""Keeps people's accounts: who they are, what they may do, and the links by which they choose a password."""

from typing import Any

from winnow_contracts import identity
from winnow_contracts.accounts import Role
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.accounts import Accounts, AccountView, ChangeAccount, CreateAccount, ResetAccount
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.json_codec import to_json
from winnow_contracts.tenants import refuse_reserved
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction

_ASK = "Ask another admin."
_PROVIDER = "provider"
"""Who makes the accounts of newcomers, in the audit log."""


class AccountStore:
    """Lists, creates, changes and resets accounts. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Accounts:
        """Every account, the newest first."""
        with self._database.transaction() as transaction:
            return Accounts(items=tuple(map(_view, _rows(transaction))))

    def one(self, account_id: str) -> AccountView:
        """One account. Raises NotFound."""
        with self._database.transaction() as transaction:
            return read_account(transaction, account_id)

    def create(self, asked: CreateAccount) -> AccountView:
        """Keep a new account.

        Raises Conflict (``not-ready``) if its name is taken, BadInput for a tenant that is Winnow's own.
        """
        refuse_reserved(asked.tenant_id)
        account_id = f"acc_{identity.uuid7()}"
        row = {**to_json(asked), "account_id": account_id, "now_ms": now_ms()}
        with self._database.transaction() as transaction:
            if not transaction.run("add_account", row):
                raise Conflict(
                    f"There is an account {asked.name} already.",
                    code="not-ready",
                    hint="./winnow account reset gives its holder a new link.",
                )
            note(transaction, asked.who, AuditAction.CREATE_ACCOUNT, asked.name)
            return read_account(transaction, account_id)

    def change(self, asked: ChangeAccount) -> AccountView:
        """Change what is not None.

        Raises NotFound, and Conflict (``not-ready``) for one's own account, so that an admin remains.
        """
        if asked.who == asked.account_id:
            raise Conflict("Nobody changes their own role or disables themselves.", code="not-ready", hint=_ASK)
        with self._database.transaction() as transaction:
            account = read_account(transaction, asked.account_id)
            transaction.run("change_account", {**to_json(asked), "now_ms": now_ms()})
            if asked.disabled:
                end_sessions(transaction, asked.account_id)
            if asked.role is not None:
                note(transaction, asked.who, AuditAction.CHANGE_ACCOUNT, account.name)
            if asked.disabled is not None:
                done = AuditAction.DISABLE_ACCOUNT if asked.disabled else AuditAction.ENABLE_ACCOUNT
                note(transaction, asked.who, done, account.name)
            return read_account(transaction, asked.account_id)

    def reset(self, asked: ResetAccount) -> AccountView:
        """Take its password, end its sessions, and let its holder choose another by a link. Raises NotFound."""
        with self._database.transaction() as transaction:
            account = read_account(transaction, asked.account_id)
            transaction.run("reset_account", to_json(asked))
            end_sessions(transaction, asked.account_id)
            note(transaction, asked.who, AuditAction.RESET_ACCOUNT, account.name)
            return read_account(transaction, asked.account_id)


def add_newcomer(transaction: Transaction, name: str, tenant_id: str) -> None:
    """Make the account of a name that a provider vouches for, as a reader, unless there is one."""
    row = {"account_id": f"acc_{identity.uuid7()}", "tenant_id": tenant_id, "name": name, "role": Role.READER.value}
    no_link = {"link_sha256": None, "link_until_ms": None}
    if transaction.run("add_account", {**row, **no_link, "now_ms": now_ms(), "who": _PROVIDER}):
        note(transaction, _PROVIDER, AuditAction.CREATE_ACCOUNT, name)


def read_account(transaction: Transaction, account_id: str) -> AccountView:
    """The account. Raises NotFound."""
    rows = _rows(transaction, account_id)
    if not rows:
        raise NotFound(f"There is no account {account_id}.", hint="./winnow account list shows them.")
    return _view(rows[0])


def end_sessions(
    transaction: Transaction, account_id: str, *, session_id: str | None = None, but: str | None = None
) -> int:
    """End the account's session ``session_id``, or all but ``but``. Returns how many."""
    which = {"account_id": account_id, "session_id": session_id, "but": but}
    return transaction.run("end_account_sessions", which)


def _rows(transaction: Transaction, account_id: str | None = None) -> list[dict[str, Any]]:
    return transaction.rows("read_accounts", {"account_id": account_id})


def _view(row: dict[str, Any]) -> AccountView:
    return AccountView(**{**row, "role": Role(row["role"])})
