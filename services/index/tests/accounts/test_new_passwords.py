"""Passwords are set by a link or by who knows the present one; strangers with links wait, and a reset wins."""

import pytest

from winnow_accounts import attempts, passwords
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, NotFound
from winnow_contracts.index_api.account_sessions import ChangePassword, EndSessions, FollowLink
from winnow_contracts.index_api.accounts import ResetAccount

from .conftest import HOUR_MS, PASSWORD, new_session

CHANGE = {"token_sha256": "first", "new_token_sha256": "fresh", "address": "10.0.0.1", "wanted": "entirely new words"}


@pytest.fixture
def hashes(monkeypatch):
    """The passwords that were hashed."""
    made, really = [], type(passwords._HASHER).hash

    def watched(hasher, password):
        made.append(password)
        return really(hasher, password)

    monkeypatch.setattr(type(passwords._HASHER), "hash", watched)
    return made


@pytest.fixture
def meanwhile(monkeypatch):
    """Does something while a password is hashed."""

    def meanwhile(action):
        really = passwords.hashed

        def hashed(password):
            action()
            return really(password)

        monkeypatch.setattr(passwords, "hashed", hashed)

    return meanwhile


def follow_guess(new_passwords, number, address="6.6.6.6"):
    asked = FollowLink(link_sha256=f"guess-{number}", password=PASSWORD, session=new_session(address=address))
    return new_passwords.follow_link(asked)


def known(sessions, *tokens):
    return [sessions.check(token) is not None for token in tokens]


def test_a_link_that_leads_nowhere_costs_no_hash(invited, new_passwords, follow, hashes):
    invited()
    assert follow_guess(new_passwords, 1).held is None
    assert hashes == []
    assert follow() is not None
    assert hashes == [PASSWORD]


def test_who_guesses_links_waits_and_others_do_not(invited, new_passwords, follow):
    invited()
    for number in range(attempts.ADDRESS_FREE):
        assert follow_guess(new_passwords, number).wait_seconds == 0
    assert 0 < follow_guess(new_passwords, 99).wait_seconds <= 60
    assert follow(address="6.6.6.6") is None, "also with a good link"
    assert follow(address="7.7.7.7") is not None


def test_a_spent_link_that_is_tried_again_and_again_waits(joined, new_passwords):
    asked = FollowLink(link_sha256="link-mina@example.org", password=PASSWORD, session=new_session(address="6.6.6.6"))
    waits = [new_passwords.follow_link(asked).wait_seconds for _ in range(attempts.PAIR_FREE + 1)]
    assert waits == [0] * attempts.PAIR_FREE + [1]


def test_of_two_who_follow_a_link_at_once_one_chooses_the_password(invited, new_passwords, meanwhile, follow, sign_in):
    invited()
    second = FollowLink(link_sha256="link-mina@example.org", password="words of a thief", session=new_session())
    once = iter([None])
    meanwhile(lambda: [new_passwords.follow_link(second) for _ in once])
    assert follow() is None
    assert sign_in().held is None
    assert sign_in(password="words of a thief").held is not None


def test_a_new_password_ends_every_other_session_and_gives_this_one_another_token(
    joined, sign_in, sessions, new_passwords
):
    sign_in(token="second")
    assert new_passwords.change(ChangePassword(present="wrong words of mine", **CHANGE)).held is None
    assert known(sessions, "first", "second", "fresh") == [True, True, False]
    with pytest.raises(BadInput):
        new_passwords.change(ChangePassword(present=PASSWORD, **{**CHANGE, "wanted": "short"}))
    assert new_passwords.change(ChangePassword(present=PASSWORD, **CHANGE)).held is not None
    assert known(sessions, "first", "second", "fresh") == [False, False, True]
    assert sessions.check("fresh").session.session_id == joined.session.session_id
    assert sign_in().held is None
    assert sign_in(password="entirely new words").held is not None
    with pytest.raises(NotFound):
        new_passwords.change(ChangePassword(present="entirely new words", **CHANGE))


def test_a_reset_wins_over_a_change_that_runs_meanwhile(
    joined, accounts, sessions, new_passwords, meanwhile, follow, sign_in
):
    reset = ResetAccount(
        account_id=joined.account.account_id, link_sha256="link-new", link_until_ms=now_ms() + HOUR_MS, who="k1"
    )
    meanwhile(lambda: accounts.reset(reset))
    assert new_passwords.change(ChangePassword(present=PASSWORD, **CHANGE)).held is None
    assert known(sessions, "first", "fresh") == [False, False]
    assert sign_in(password="entirely new words").held is None
    assert not accounts.one(joined.account.account_id).has_password
    meanwhile(lambda: None)
    assert follow(name="new", password="words after the reset") is not None


def test_a_session_that_is_ended_meanwhile_changes_nothing(joined, sessions, new_passwords, meanwhile, sign_in):
    meanwhile(lambda: sessions.end(EndSessions(account_id=joined.account.account_id)))
    with pytest.raises(NotFound):
        new_passwords.change(ChangePassword(present=PASSWORD, **CHANGE))
    assert known(sessions, "first", "fresh") == [False, False]
    assert sign_in().held is not None
