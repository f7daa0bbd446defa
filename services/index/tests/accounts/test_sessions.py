"""Sessions end by time, by hand and with the password; guessing is slowed down and locks nobody out."""

import time

import pytest

from winnow_accounts import attempts, passwords
from winnow_accounts import sessions as sessions_module
from winnow_accounts.attempts import Attempts
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.account_sessions import EndSessions

from .conftest import PASSWORD


@pytest.fixture
def age(database):
    """Lets so much time pass for sessions and attempts."""

    def age(ms):
        with database.transaction() as transaction:
            transaction.run_text("UPDATE account_session SET seen_ms = seen_ms - %(ms)s", {"ms": ms})
            transaction.run_text("UPDATE sign_in_attempt SET at_ms = at_ms - %(ms)s", {"ms": ms})

    return age


def tokens(sessions, *names):
    return [sessions.check(name) is not None for name in names]


def test_only_a_hash_of_the_token_is_kept_and_one_session_is_a_device(joined, sign_in, sessions):
    sign_in(address="10.0.0.2", token="second")
    listed = sessions.all(joined.account.account_id).items
    assert {one.address for one in listed} == {"10.0.0.1", "10.0.0.2"}
    assert {one.device for one in listed} == {"Firefox on Linux"}
    assert "first" not in repr(listed)


def test_a_session_ends_when_it_is_unused_and_at_last_however_much_it_is_used(joined, sign_in, sessions, age):
    sign_in(token="idle", idle_ms=100_000)
    sign_in(token="over", expires_ms=50)
    time.sleep(0.06)
    assert tokens(sessions, "idle", "over") == [True, False]
    age(90_000)
    assert tokens(sessions, "idle") == [True], "and so it is used again"
    age(90_000)
    assert tokens(sessions, "idle") == [True]
    age(100_001)
    assert tokens(sessions, "idle", "first") == [False, True]


def test_one_session_is_ended_and_then_all(joined, sign_in, sessions):
    account_id = joined.account.account_id
    sign_in(token="second")
    assert sessions.end(EndSessions(account_id=account_id, session_id=joined.session.session_id)) == 1
    assert tokens(sessions, "first", "second") == [False, True]
    sign_in(token="third")
    assert sessions.end(EndSessions(account_id=account_id, who="k1")) == 2
    assert tokens(sessions, "second", "third") == [False, False]


def test_nobody_ends_the_session_of_another_account(joined, invited, sessions):
    other = invited("other@example.org")
    asked = EndSessions(account_id=other.account_id, session_id=joined.session.session_id)
    assert sessions.end(asked) == 0
    assert tokens(sessions, "first") == [True]


def test_an_account_has_so_many_sessions_at_most(joined, sign_in, sessions, age, monkeypatch):
    monkeypatch.setattr(sessions_module, "MOST_SESSIONS", 2)
    age(1)
    sign_in(token="second")
    age(1)
    sign_in(token="third")
    assert tokens(sessions, "first", "second", "third") == [False, True, True]


def test_a_password_is_the_same_from_every_keyboard(invited, follow, sign_in):
    invited()
    follow(password="ｆull width of mine")
    assert sign_in(password="full width of mine").held is not None


def test_who_guesses_waits_and_the_holder_elsewhere_does_not(joined, sign_in, age):
    for _ in range(attempts.PAIR_FREE):
        assert sign_in(password="guess", address="6.6.6.6").wait_seconds == 0
    waits = sign_in(address="6.6.6.6")
    assert (waits.held, waits.wait_seconds) == (None, 1), "also with the right password"
    assert sign_in(address="10.0.0.1").held is not None
    age(1_001)
    assert sign_in(password="guess", address="6.6.6.6").wait_seconds == 0
    assert sign_in(password="guess", address="6.6.6.6").wait_seconds == 2
    age(attempts.WINDOW_MS)
    assert sign_in(address="6.6.6.6").held is not None
    assert sign_in(password="guess", address="6.6.6.6").wait_seconds == 0


def test_names_that_have_no_account_are_counted_the_same(database, sign_in):
    waits = [sign_in(name="nobody", password="guess").wait_seconds for _ in range(attempts.PAIR_FREE + 1)]
    assert waits == [0] * attempts.PAIR_FREE + [1]


def test_one_address_with_many_names_waits_and_a_name_tried_from_everywhere(joined, database):
    counts = Attempts(database)
    for number in range(attempts.ADDRESS_FREE):
        assert counts.begin(f"name-{number}", "6.6.6.6") == 0
    assert 0 < counts.begin("another", "6.6.6.6") <= 60
    assert counts.begin("another", "7.7.7.7") == 0
    for number in range(attempts.NAME_FREE):
        assert counts.begin("mina@example.org", f"8.0.0.{number}") == 0
    assert 0 < counts.begin("mina@example.org", "9.9.9.9") <= 10
    assert counts.begin("mina@example.org", "10.0.0.1") == 0, "its holder is signed in there"


def test_a_session_that_is_over_leaves_out_no_address(joined, sign_in, database):
    sign_in(address="6.6.6.6")
    sign_in(address="7.7.7.7")
    with database.transaction() as transaction:
        transaction.run_text("UPDATE account_session SET seen_ms = 1 WHERE address = '6.6.6.6'")
        transaction.run_text("UPDATE account_session SET expires_ms = 1 WHERE address = '7.7.7.7'")
    counts = Attempts(database)
    for number in range(attempts.NAME_FREE):
        assert counts.begin("mina@example.org", f"8.0.0.{number}") == 0
    for address in ("6.6.6.6", "7.7.7.7"):
        assert 0 < counts.begin("mina@example.org", address) <= 10


def test_attempts_do_not_stay(database, age):
    counts = Attempts(database)
    counts.begin("name", "6.6.6.6")
    age(3_600_001)
    counts.begin("other", "7.7.7.7")
    with database.transaction() as transaction:
        assert transaction.run_text("SELECT FROM sign_in_attempt") == 1


def test_an_unknown_name_takes_as_long_as_a_wrong_password(joined, sign_in, monkeypatch):
    checked = []
    verify = passwords._HASHER.verify

    def watched(_, kept, password):
        checked.append(kept.rsplit("$", 2)[0])
        return verify(kept, password)

    monkeypatch.setattr(type(passwords._HASHER), "verify", watched)
    sign_in(password="wrong words of mine")
    sign_in(name="nobody", password="wrong words of mine")
    assert len(checked) == 2
    assert checked[0] == checked[1], "the same work for both"


def test_an_older_hash_is_made_anew_by_the_next_sign_in(joined, sign_in, database):
    older = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE account SET password = %(older)s", {"older": older})
    assert sign_in().held is not None
    with database.transaction() as transaction:
        kept = transaction.row("find_account_password", {"name": "mina@example.org"})["password"]
    assert kept != older
    assert not passwords.is_outdated(kept)
    assert sign_in().held.session.created_ms <= now_ms()
