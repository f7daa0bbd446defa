"""Accounts are invited, choose a password by a link that works once, and are disabled and reset, all of it noted."""

import json

import pytest

from winnow_contracts.accounts import Role
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, Conflict, NotFound
from winnow_contracts.index_api.account_sessions import SignInVouched
from winnow_contracts.index_api.accounts import ChangeAccount, ResetAccount
from winnow_contracts.json_codec import to_json
from winnow_index.control.audit import AuditLog

from .conftest import HOUR_MS, PASSWORD, new_session


def noted(database):
    page = AuditLog(database).page(limit=20, before_id=None, action=None, key_id=None)
    return [(one.action.value, one.target, one.key_name) for one in page.items]


def test_who_is_invited_chooses_a_password_once_and_signs_in(invited, follow, sign_in, accounts):
    made = invited()
    assert (made.role, made.has_password, made.signed_in_ms) == (Role.WRITER, False, None)
    assert sign_in().held is None
    held = follow()
    assert held.account.account_id == made.account_id
    assert follow() is None, "the link works once"
    assert sign_in().held.account.name == "mina@example.org"
    (one,) = accounts.all().items
    assert one.has_password
    assert one.signed_in_ms <= now_ms()


def test_nobody_is_invited_to_a_tenant_that_is_winnows_own(invited, accounts):
    with pytest.raises(BadInput, match="Winnow's own"):
        invited(tenant="feeds")
    assert accounts.all().items == ()


def test_a_link_that_is_too_old_or_a_guess_is_none(invited, follow):
    invited(until_ms=-1)
    assert follow() is None
    assert follow(name="somebody else") is None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "mina@example.org", "x" * 201])
def test_a_password_that_is_easily_guessed_is_refused_and_the_link_stays(invited, follow, password):
    invited()
    with pytest.raises(BadInput):
        follow(password=password)
    assert follow() is not None


def test_a_name_is_taken_once(invited):
    invited()
    with pytest.raises(Conflict):
        invited()


def test_no_answer_has_a_password_or_what_is_kept_of_it(joined, accounts, database):
    with database.transaction() as transaction:
        kept = transaction.row("find_account_password", {"name": "mina@example.org"})["password"]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    shown = json.dumps(to_json([accounts.all(), joined]))
    assert kept not in shown
    assert PASSWORD not in shown


def test_who_is_disabled_is_signed_out_and_stays_out_until_enabled(joined, accounts, sessions, sign_in, database):
    account_id = joined.account.account_id
    disabled = accounts.change(ChangeAccount(account_id=account_id, who="k1", disabled=True))
    assert disabled.disabled_ms is not None
    assert sessions.check("first") is None
    assert sign_in().held is None
    enabled = accounts.change(ChangeAccount(account_id=account_id, who="k1", disabled=False))
    assert enabled.disabled_ms is None
    assert sessions.check("first") is None, "what has ended stays so"
    assert sign_in().held is not None
    assert [action for action, _, _ in noted(database)] == ["enable_account", "disable_account", "create_account"]


def test_a_new_role_is_that_of_present_sessions_too(joined, accounts, sessions):
    accounts.change(ChangeAccount(account_id=joined.account.account_id, who="k1", role=Role.READER))
    assert sessions.check("first").account.role is Role.READER


def test_a_reset_takes_the_password_and_every_session(joined, accounts, sessions, sign_in, follow):
    again = ResetAccount(
        account_id=joined.account.account_id, link_sha256="link-new", link_until_ms=now_ms() + HOUR_MS, who="k1"
    )
    assert not accounts.reset(again).has_password
    assert sessions.check("first") is None
    assert sign_in().held is None
    assert follow(name="new", password="another four words").account.has_password
    assert sign_in(password="another four words").held is not None


def test_nobody_disables_or_promotes_themselves(joined, accounts):
    account_id = joined.account.account_id
    with pytest.raises(Conflict):
        accounts.change(ChangeAccount(account_id=account_id, who=account_id, role=Role.ADMIN))
    assert accounts.one(account_id).role is Role.WRITER


def test_what_an_account_does_is_noted_with_its_name(joined, invited, accounts, database):
    other = invited("other@example.org")
    accounts.change(ChangeAccount(account_id=other.account_id, who=joined.account.account_id, disabled=True))
    assert noted(database)[0] == ("disable_account", "other@example.org", "mina@example.org")


def test_an_unknown_account_is_not_found(accounts, sessions):
    for ask in (
        lambda: accounts.one("acc_none"),
        lambda: accounts.change(ChangeAccount(account_id="acc_none", who="k1", disabled=True)),
        lambda: sessions.all("acc_none"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_who_a_provider_vouches_for_has_an_account_or_gets_one_where_newcomers_may(
    joined, sessions, accounts, database
):
    def vouched(name, tenant=None):
        asked = SignInVouched(name=name, session=new_session(), newcomers_tenant_id=tenant)
        return sessions.sign_in_vouched(asked).held

    assert vouched("mina@example.org", "elsewhere").account.tenant_id == "t"
    assert vouched("new@example.org") is None
    new = vouched("new@example.org", "t")
    assert (new.account.role, new.account.has_password) == (Role.READER, False)
    assert noted(database)[0][:2] == ("create_account", "new@example.org")
    accounts.change(ChangeAccount(account_id=new.account.account_id, who="k1", disabled=True))
    assert vouched("new@example.org", "t") is None
