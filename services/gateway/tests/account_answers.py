"""Index as far as accounts go: one account and its sessions, as the JSON of the contract's dataclasses."""

from dataclasses import replace
from typing import Any

from winnow_contracts.accounts import Role
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.account_sessions import HeldSession, SessionView
from winnow_contracts.index_api.accounts import AccountView
from winnow_contracts.json_codec import to_json

ACCOUNT_ID = "acc_01234567-89ab-7def-8123-456789abcdef"
SESSION_ID = "ses_01234567-89ab-7def-8123-456789abcdef"
OTHER_SESSION_ID = "ses_11234567-89ab-7def-8123-456789abcdef"
NAME, PASSWORD = "mina@example.org", "four words of mine"
SESSIONS = "/internal/v1/account-sessions"
OF_ACCOUNT = f"/internal/v1/accounts/{ACCOUNT_ID}"
_ACCOUNT = AccountView(
    account_id=ACCOUNT_ID,
    tenant_id="default",
    name=NAME,
    role=Role.WRITER,
    has_password=True,
    created_ms=1_000,
    disabled_ms=None,
    signed_in_ms=2_000,
)


def account_view(**changes: Any) -> dict[str, Any]:
    """The account."""
    found: dict[str, Any] = to_json(replace(_ACCOUNT, **changes))
    return found


def session_view(session_id: str = SESSION_ID) -> SessionView:
    """One of its sessions."""
    return SessionView(
        session_id=session_id,
        device="Firefox on Linux",
        address="127.0.0.1",
        created_ms=now_ms(),
        seen_ms=now_ms(),
        expires_ms=now_ms() + 3_600_000,
    )


def held(**changes: Any) -> dict[str, Any]:
    """A session with its account."""
    found: dict[str, Any] = to_json(HeldSession(session=session_view(), account=replace(_ACCOUNT, **changes)))
    return found


class KeptAccount:
    """Answers about signing in: the token hashes of sessions that go on are ``tokens``."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.role = Role.WRITER
        self.wait_seconds = 0

    def answers(self) -> dict[str, Any]:
        """Index's answers, by path."""
        listed = [to_json(session_view()), to_json(session_view(OTHER_SESSION_ID))]
        return {
            f"POST {SESSIONS}": self._sign_in,
            f"{SESSIONS}/by-link": self._follow,
            f"{SESSIONS}/check": lambda body: {"held": self._held() if body["token_sha256"] in self.tokens else None},
            f"{SESSIONS}/password": self._change_password,
            f"{OF_ACCOUNT}/sessions": {"items": listed},
            f"{OF_ACCOUNT}/sessions/end": self._end,
            OF_ACCOUNT: account_view(),
        }

    def _held(self) -> dict[str, Any]:
        return held(role=self.role)

    def _outcome(self, right: bool) -> dict[str, Any]:
        if self.wait_seconds:
            return {"held": None, "wait_seconds": self.wait_seconds}
        return {"held": self._held() if right else None, "wait_seconds": 0}

    def begun(self, body: Any, right: bool) -> dict[str, Any]:
        """How it went, noting the session that began."""
        outcome = self._outcome(right)
        if outcome["held"]:
            self.tokens.add(body["session"]["token_sha256"])
        return outcome

    def _sign_in(self, body: Any) -> dict[str, Any]:
        return self.begun(body, (body["name"], body["password"]) == (NAME, PASSWORD))

    def _follow(self, body: Any) -> dict[str, Any]:
        return self.begun(body, True)

    def _change_password(self, body: Any) -> dict[str, Any]:
        outcome = self._outcome(body["present"] == PASSWORD)
        if outcome["held"]:
            self.tokens = {body["new_token_sha256"]}
        return outcome

    def _end(self, body: Any) -> dict[str, Any]:
        if body["session_id"] == OTHER_SESSION_ID:
            return {"ended": 1}
        ended = len(self.tokens)
        self.tokens.clear()
        return {"ended": ended}
