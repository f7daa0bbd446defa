"""``winnow account``, against a twin of the gateway."""

import io
import json
from collections.abc import Callable

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
PATH = "/v1/ops/accounts"
ACCOUNT = {
    "account_id": "acc_1",
    "tenant_id": "acme",
    "name": "mina@example.org",
    "role": "writer",
    "has_password": False,
    "created_at": "2026-11-21T00:00:00.000Z",
    "disabled_at": None,
    "last_signed_in_at": None,
}
SESSION = {
    "session_id": "ses_1",
    "device": "Firefox on Linux",
    "address": "10.0.0.1",
    "created_at": "2026-11-21T00:00:00.000Z",
    "last_seen_at": "2026-11-22T00:00:00.000Z",
    "expires_at": "2026-11-28T00:00:00.000Z",
    "is_this": False,
}


@pytest.fixture
def one(twin: GatewayTwin) -> GatewayTwin:
    """A gateway with one account."""
    twin.answers[f"GET {PATH}"] = (200, {"items": [ACCOUNT]})
    twin.answers[f"POST {PATH}"] = (201, {**ACCOUNT, "link": "/welcome?link=wlnk_x"})
    return twin


def test_accounts_are_a_table(one: GatewayTwin, winnow: Winnow) -> None:
    code, out, _ = winnow("account", "list")
    row = ["acc_1", "invited", "writer", "acme", "never", "mina@example.org"]
    assert (code, out.splitlines()[1].split()) == (0, row)
    assert json.loads(winnow("account", "list", "--json")[1]) == {"items": [ACCOUNT]}


def test_the_link_is_the_first_line_and_whole(one: GatewayTwin, winnow: Winnow) -> None:
    code, out, _ = winnow("account", "create", "Mina@example.org", "--role", "admin", "--tenant", "acme")
    assert (code, out.splitlines()[0]) == (0, f"{one.url}/welcome?link=wlnk_x")
    assert json.loads(one.bodies[-1]) == {"name": "Mina@example.org", "role": "admin", "tenant_id": "acme"}
    assert json.loads(winnow("account", "create", "n", "--json")[1])["link"].startswith(one.url)


def test_a_link_to_the_public_address_is_left_as_it_is(one: GatewayTwin, winnow: Winnow) -> None:
    link = "https://winnow.example.org/welcome?link=wlnk_x"
    one.answers[f"POST {PATH}"] = (201, {**ACCOUNT, "link": link})
    assert winnow("account", "create", "n")[1].splitlines()[0] == link


def test_a_password_is_read_from_stdin_and_never_shown(
    one: GatewayTwin, winnow: Winnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("four words of mine\n"))
    one.answers["POST /v1/session"] = (200, {"csrf": "c"})
    one.answers[f"DELETE {PATH}/acc_1/sessions"] = (200, {"ended": 1})
    code, out, _ = winnow("account", "create", "mina@example.org", "--password")
    assert (code, out) == (0, "mina@example.org may sign in as writer.\n")
    bodies = [json.loads(body) for body in one.bodies if body]
    assert bodies[-1] == {"link": "wlnk_x", "password": "four words of mine"}


def test_accounts_are_named_by_name_or_id(one: GatewayTwin, winnow: Winnow) -> None:
    one.answers[f"PATCH {PATH}/acc_1"] = (200, {**ACCOUNT, "disabled_at": "2026-11-22T00:00:00.000Z"})
    for named in ("MINA@example.org", "acc_1"):
        code, out, _ = winnow("account", "disable", named)
        assert (code, "is disabled" in out) == (0, True)
        assert json.loads(one.bodies[-1]) == {"disabled": True}
    assert winnow("account", "role", "acc_1", "admin")[0] == 0
    assert json.loads(one.bodies[-1]) == {"role": "admin"}
    assert winnow("account", "enable", "nobody")[0] != 0


def test_sessions_are_a_table_and_end(one: GatewayTwin, winnow: Winnow) -> None:
    one.answers[f"GET {PATH}/acc_1/sessions"] = (200, {"items": [SESSION]})
    one.answers[f"DELETE {PATH}/acc_1/sessions"] = (200, {"ended": 2})
    assert winnow("account", "sessions", "acc_1")[1].splitlines()[1].endswith("Firefox on Linux")
    assert winnow("account", "sign-out", "acc_1")[1].startswith("2 sessions have ended")


def test_a_reset_shows_a_new_link(one: GatewayTwin, winnow: Winnow) -> None:
    one.answers[f"POST {PATH}/acc_1/reset"] = (200, {**ACCOUNT, "link": "/welcome?link=wlnk_y"})
    assert winnow("account", "reset", "acc_1")[1].splitlines()[0].endswith("/welcome?link=wlnk_y")
