import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts import api_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable
from winnow_gateway.clients.keys import KeyRing


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(index: Any, tmp_path: Path, clock: Clock) -> KeyRing:
    return KeyRing(IndexClient(index.url, "service-token"), tmp_path / "keys.json", clock=clock)


def asked(index: Any) -> int:
    return len(index.asked("/internal/v1/keys"))


def test_a_good_key_names_its_holder(ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None]) -> None:
    give_keys((key, "acme", ["read"], False))
    holder = ring.principal(key.text())
    assert holder is not None
    assert (holder.tenant_id, holder.key_id) == ("acme", key.key_id)
    assert holder.may("read")
    assert not holder.may("write")


def test_admin_may_all(ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None]) -> None:
    give_keys((key, "acme", ["admin"], False))
    holder = ring.principal(key.text())
    assert holder is not None
    assert holder.may("write")


def test_a_wrong_secret_a_wrong_form_and_a_revoked_key_name_nobody(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None]
) -> None:
    give_keys((key, "acme", ["read"], True))
    forged = api_keys.ApiKey(key_id=key.key_id, secret=api_keys.generate().secret)
    assert [ring.principal(text) for text in (key.text(), forged.text(), "nonsense", "")] == [None] * 4


def test_index_is_asked_every_five_seconds_and_a_revocation_is_seen_then(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any, clock: Clock
) -> None:
    give_keys((key, "acme", ["read"], False))
    for _ in range(5):
        assert ring.principal(key.text()) is not None
    assert asked(index) == 1
    give_keys((key, "acme", ["read"], True))
    clock.now += 5.1
    assert ring.principal(key.text()) is None
    assert ring.holder(key.key_id) is None


def test_unknown_keys_ask_index_but_not_each_time(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any, clock: Clock
) -> None:
    give_keys()
    for _ in range(20):
        assert ring.principal(api_keys.generate().text()) is None
    assert asked(index) == 1
    give_keys((key, "acme", ["read"], False))
    clock.now += 3
    assert ring.principal(key.text()) is not None


def test_with_index_down_the_last_list_holds_over_a_restart_too(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any, clock: Clock, tmp_path: Path
) -> None:
    give_keys((key, "acme", ["read"], False))
    assert ring.principal(key.text()) is not None
    index.down = True
    clock.now += 3_600
    assert ring.principal(key.text()) is not None
    restarted = KeyRing(IndexClient(index.url, "service-token"), tmp_path / "keys.json", clock=clock)
    assert restarted.principal(key.text()) is not None


def test_no_key_is_called_unknown_before_index_told_of_any(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any, clock: Clock
) -> None:
    give_keys((key, "acme", ["read"], False))
    index.down = True
    with pytest.raises(Unavailable):
        ring.principal(key.text())
    index.down = False
    clock.now += 3
    with ThreadPoolExecutor(8) as pool:
        assert None not in pool.map(lambda _: ring.principal(key.text()), range(8))


def test_the_kept_list_is_private_and_holds_no_secret(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], tmp_path: Path
) -> None:
    give_keys((key, "acme", ["read"], False))
    ring.principal(key.text())
    path = tmp_path / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.secret not in path.read_text()
    assert [entry["key_id"] for entry in json.loads(path.read_text())["keys"]] == [key.key_id]


def test_a_torn_list_is_no_list(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "keys.json").write_text('{"keys": [')
    give_keys((key, "acme", ["read"], False))
    assert ring.principal(key.text()) is not None


def test_an_expired_key_names_nobody_whatever_index_says(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any, clock: Clock
) -> None:
    give_keys((key, "acme", ["read"], False))
    (entry,) = index.answers["/internal/v1/keys"]["keys"]
    entry["expires_ms"] = now_ms() + 60_000
    assert ring.principal(key.text()) is not None
    entry["expires_ms"] = now_ms()
    clock.now += 6
    assert ring.principal(key.text()) is None
    index.down = True
    clock.now += 6
    assert ring.holder(key.key_id) is None


def test_a_last_use_is_told_once_a_minute_and_requests_each_time_of_good_keys_alone(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any
) -> None:
    other = api_keys.generate()
    give_keys((key, "acme", ["read"], False), (other, "acme", ["read"], True))
    index.answers["POST /internal/v1/keys/uses"] = {"written": 1}
    began_ms = now_ms()
    for _ in range(3):
        ring.principal(key.text())
        ring.holder(key.key_id)
        ring.principal(other.text())
        ring.uses.tell()
    ring.uses.tell()
    told, *later = index.asked("/internal/v1/keys/uses")
    assert set(told["used"]) == {key.key_id}
    assert began_ms <= told["used"][key.key_id] <= now_ms()
    assert [one["used"] for one in later] == [{}, {}]
    assert [one["requests"] for one in (told, *later)] == [{key.key_id: 2}] * 3


def test_a_use_that_could_not_be_told_is_told_the_next_time(
    ring: KeyRing, key: api_keys.ApiKey, give_keys: Callable[..., None], index: Any
) -> None:
    give_keys((key, "acme", ["read"], False))
    ring.principal(key.text())
    index.answers["POST /internal/v1/keys/uses"] = "unavailable"
    with pytest.raises(Unavailable):
        ring.uses.tell()
    index.answers["POST /internal/v1/keys/uses"] = {"written": 1}
    ring.uses.tell()
    first, second = index.asked("/internal/v1/keys/uses")
    assert first == second
