import itertools

import pytest

from winnow_accounts.accounts import AccountStore
from winnow_accounts.new_passwords import NewPasswords
from winnow_accounts.sessions import SessionStore
from winnow_contracts.accounts import Role
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.account_sessions import FollowLink, NewSession, SignIn
from winnow_contracts.index_api.accounts import CreateAccount

PASSWORD = "four words of mine"
HOUR_MS = 3_600_000
_NUMBERS = itertools.count()


def new_session(address="10.0.0.1", token=None, expires_ms=HOUR_MS, idle_ms=HOUR_MS):
    return NewSession(
        token_sha256=token or f"token-{next(_NUMBERS)}",
        device="Firefox on Linux",
        address=address,
        expires_ms=now_ms() + expires_ms,
        idle_ms=idle_ms,
    )


@pytest.fixture
def accounts(database):
    return AccountStore(database)


@pytest.fixture
def sessions(database):
    return SessionStore(database)


@pytest.fixture
def new_passwords(database):
    return NewPasswords(database)


@pytest.fixture
def invited(accounts):
    """Makes an account whose link has the hash ``link-NAME``."""

    def make(name="mina@example.org", role=Role.WRITER, until_ms=HOUR_MS, tenant="t"):
        return accounts.create(
            CreateAccount(
                tenant_id=tenant,
                name=name,
                role=role,
                link_sha256=f"link-{name}",
                link_until_ms=now_ms() + until_ms,
                who="k1",
            )
        )

    return make


@pytest.fixture
def follow(new_passwords):
    def follow(name="mina@example.org", password=PASSWORD, **session):
        asked = FollowLink(link_sha256=f"link-{name}", password=password, session=new_session(**session))
        return new_passwords.follow_link(asked).held

    return follow


@pytest.fixture
def sign_in(sessions):
    def sign_in(name="mina@example.org", password=PASSWORD, **session):
        return sessions.sign_in(SignIn(name=name, password=password, session=new_session(**session)))

    return sign_in


@pytest.fixture
def joined(invited, follow):
    """An account whose holder has chosen the password ``PASSWORD``, and is signed in with the token ``first``."""
    invited()
    return follow(token="first")
