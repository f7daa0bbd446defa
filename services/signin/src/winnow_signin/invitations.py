"""Makes accounts, and the links by which their holders choose a password."""

from flask import current_app

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.accounts import LINK_PREFIX, new_token, normal_name, role_named, token_sha256
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.accounts import AccountView, CreateAccount, ResetAccount
from winnow_signin.holders import ask_and_forget

LINK_HOURS = 24
EXTENSION = "invitations"
"""The app's extension that is its ``Invitations``."""
_HOUR_MS = 3_600_000
_LONGEST_TENANT = 200


class Invitations:
    """Returns with each account its link: good once, for a day, and kept nowhere.

    A link is an address below ``public_url``, or a path of this gateway where none is set.

    Both methods raise Unavailable if index does not answer. ``who`` is the id of the key or account that asks.
    """

    def __init__(self, index: IndexClient, public_url: str) -> None:
        self._index = index
        self._public_url = public_url

    def create(self, name: str, role: str, tenant_id: str, who: str) -> tuple[AccountView, str]:
        """Make an account. Raises BadInput, and Conflict (``not-ready``) if the name is taken."""
        if not 1 <= len(tenant_id.strip()) <= _LONGEST_TENANT or not tenant_id.isprintable():
            raise BadInput(f"A tenant has 1 to {_LONGEST_TENANT} characters.", code="invalid-field")
        token = new_token(LINK_PREFIX)
        asked = CreateAccount(
            tenant_id=tenant_id.strip(),
            name=normal_name(name),
            role=role_named(role),
            link_sha256=token_sha256(token),
            link_until_ms=_until(),
            who=who,
        )
        return self._index.ask(asked), self._link(token)

    def reset(self, account_id: str, who: str) -> tuple[AccountView, str]:
        """Take an account's password and end its sessions. Raises NotFound."""
        token = new_token(LINK_PREFIX)
        asked = ResetAccount(account_id=account_id, link_sha256=token_sha256(token), link_until_ms=_until(), who=who)
        return ask_and_forget(self._index, account_id, asked), self._link(token)

    def _link(self, token: str) -> str:
        return f"{self._public_url}/welcome?link={token}"


def invitations() -> Invitations:
    """Returns the present app's."""
    found: Invitations = current_app.extensions[EXTENSION]
    return found


def _until() -> int:
    return now_ms() + LINK_HOURS * _HOUR_MS
