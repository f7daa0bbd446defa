"""``winnow keys``, against a twin of the gateway."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
KEY = {
    "key_id": "abcd1234",
    "name": "a phone",
    "tenant_id": "acme",
    "scopes": ["read", "write"],
    "state": "good",
    "created_at": "2026-11-21T00:00:00.000Z",
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": "2026-11-22T00:00:00.000Z",
}


def test_keys_are_a_table(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/keys"] = (200, {"items": [KEY]})
    code, out, _ = winnow("keys", "list")
    used = KEY["last_used_at"]
    assert (code, out.splitlines()[1].split()) == (
        0,
        ["abcd1234", "good", "acme", "read,write", used, "never", "a", "phone"],
    )
    assert json.loads(winnow("keys", "list", "--json")[1]) == {"items": [KEY]}


def test_a_new_key_is_the_first_line_so_that_a_script_can_take_it(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/ops/keys"] = (201, {**KEY, "key": "wk_live_x"})
    code, out, _ = winnow("keys", "create", "a phone")
    first, *_, last = out.splitlines()
    assert (code, first) == (0, "wk_live_x")
    assert "./winnow keys revoke abcd1234" in last
    assert json.loads(twin.bodies[-1]) == {"name": "a phone", "scopes": ["read", "write"]}


def test_scopes_tenant_and_days_are_sent(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/ops/keys"] = (201, {**KEY, "key": "wk_live_x"})
    winnow("keys", "create", "n", "--scope", "ops:read", "--tenant", "acme", "--days", "2", "--json")
    sent = json.loads(twin.bodies[-1])
    ends = datetime.fromisoformat(sent.pop("expires_at"))
    assert sent == {"name": "n", "scopes": ["ops:read"], "tenant_id": "acme"}
    assert abs(ends - datetime.now(UTC) - timedelta(days=2)) < timedelta(hours=1)
    assert winnow("keys", "create", "n", "--days", "0")[0] == 2


def test_a_revoked_key_is_said_to_be_refused(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/ops/keys/abcd1234/revoke"] = (200, {**KEY, "state": "revoked"})
    code, out, _ = winnow("keys", "revoke", "abcd1234")
    assert (code, out) == (0, "abcd1234 (a phone) is revoked: every gateway refuses it within five seconds.\n")
