"""Sets passwords: of who follows a link, and of who knows the present one."""

from winnow_accounts import passwords
from winnow_accounts.accounts import end_sessions
from winnow_accounts.attempts import Attempts
from winnow_accounts.sessions import begin_session, held_session
from winnow_contracts.accounts import checked_password
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.account_sessions import ChangePassword, FollowLink, SignedIn
from winnow_index.database import Database

_WRONG = SignedIn()


class NewPasswords:
    """Both methods raise BadInput for a weak password, and Unavailable if PostgreSQL does not answer.

    No transaction is open while a password is hashed, so what it was based on is compared when it is set.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attempts = Attempts(database)

    def follow_link(self, asked: FollowLink) -> SignedIn:
        """Set the password of a link's account and begin a session.

        A link is counted as a name is that is tried, and nothing is hashed for one that leads nowhere: strangers with
        made-up links take no place from people who sign in.
        """
        wanted, address = checked_password(asked.password), asked.session.address
        tried = f"link {asked.link_sha256}"  # no account's name has a space
        wait_seconds = self._attempts.begin(tried, address)
        if wait_seconds:
            return SignedIn(wait_seconds=wait_seconds)
        link = {"link_sha256": asked.link_sha256, "now_ms": now_ms()}
        with self._database.transaction() as transaction:
            account = transaction.row("find_account_of_link", link)
        if account is None:
            return _WRONG
        fresh = passwords.hashed(checked_password(wanted, account["name"]))
        with self._database.transaction() as transaction:
            if not transaction.run("set_password_by_link", {**link, "password": fresh}):
                return _WRONG
            end_sessions(transaction, account["account_id"])
            held = begin_session(transaction, account["account_id"], fresh, asked.session)
        self._attempts.succeeded(tried, address)
        return SignedIn(held=held)

    def change(self, asked: ChangePassword) -> SignedIn:
        """Change it for who knows the present one, end the other sessions, and give this one another token.

        Raises NotFound if the session has ended. An account that is reset or disabled meanwhile stays so.
        """
        with self._database.transaction() as transaction:
            held = held_session(transaction, asked.token_sha256)
        if held is None:
            raise _ended()
        account = held.account
        wanted = checked_password(asked.wanted, account.name)
        wait_seconds = self._attempts.begin(account.name, asked.address)
        if wait_seconds:
            return SignedIn(wait_seconds=wait_seconds)
        with self._database.transaction() as transaction:
            row = transaction.row("find_account_password", {"name": account.name})
        before = row["password"] if row else None
        if not passwords.matches(before, asked.present):
            return _WRONG
        replaced = {"account_id": account.account_id, "password": passwords.hashed(wanted), "before": before}
        tokens = {"token_sha256": asked.token_sha256, "new_token_sha256": asked.new_token_sha256}
        with self._database.transaction() as transaction:
            if not transaction.run("replace_account_password", replaced):
                return _WRONG
            end_sessions(transaction, account.account_id, but=held.session.session_id)
            if not transaction.run("rotate_account_session", tokens):
                raise _ended()
        self._attempts.succeeded(account.name, asked.address)
        return SignedIn(held=held)


def _ended() -> NotFound:
    return NotFound("This session has ended.", hint="Sign in again.")
