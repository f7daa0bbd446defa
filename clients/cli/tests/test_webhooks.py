"""``winnow webhooks``, against a twin of the gateway."""

import json
from collections.abc import Callable

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
HOOK = {
    "webhook_id": "wh_1",
    "url": "https://example.org/hook",
    "types": ["media.ready"],
    "description": "mine",
    "created_at": "2026-11-21T00:00:00.000Z",
    "disabled_because": "",
    "old_secret_until": None,
}
DELIVERY = {
    "delivery_id": "dlv_1",
    "webhook_id": "wh_1",
    "type": "media.ready",
    "media_id": "med_1",
    "job_id": "job_1",
    "state": "pending",
    "tries": 2,
    "created_at": "2026-11-21T00:00:00.000Z",
    "tried_at": "2026-11-21T00:00:05.000Z",
    "next_at": "2026-11-21T00:05:05.000Z",
    "status": 500,
    "error": "",
    "work_id": "job_2",
}


def test_webhooks_are_listed_with_whether_they_are_on(twin: GatewayTwin, winnow: Winnow) -> None:
    off = {**HOOK, "webhook_id": "wh_2", "disabled_because": "Its receiver answered 410: it is gone."}
    twin.answers["GET /v1/webhooks"] = (200, {"items": [HOOK, off]})
    code, out, _ = winnow("webhooks", "list")
    assert (code, out.splitlines()) == (
        0,
        [
            "wh_1  https://example.org/hook",
            "    on  media.ready  mine",
            "wh_2  https://example.org/hook",
            "    off: Its receiver answered 410: it is gone.  media.ready  mine",
        ],
    )
    assert json.loads(winnow("webhooks", "list", "--json")[1]) == {"items": [HOOK, off]}


def test_a_new_secret_is_the_first_line_so_that_a_script_can_take_it(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/webhooks"] = (201, {**HOOK, "secret": "whsec_x"})
    code, out, _ = winnow("webhooks", "create", "https://example.org/hook")
    assert (code, out.splitlines()[0]) == (0, "whsec_x")
    everything = ["media.ready", "photo.classified", "media.failed"]
    assert json.loads(twin.bodies[-1]) == {"url": HOOK["url"], "types": everything, "description": ""}
    winnow("webhooks", "create", "https://example.org/hook", "--type", "media.failed", "--description", "d", "--json")
    assert json.loads(twin.bodies[-1])["types"] == ["media.failed"]
    assert winnow("webhooks", "create", "u", "--type", "nothing")[0] == 2
    twin.answers["POST /v1/webhooks/wh_1/rotate-secret"] = (200, {**HOOK, "secret": "whsec_y"})
    assert winnow("webhooks", "rotate", "wh_1")[1].splitlines()[0] == "whsec_y"


@pytest.mark.parametrize(("verb", "enabled", "says"), [("enable", True, "is on"), ("disable", False, "is off")])
def test_one_is_switched(twin: GatewayTwin, winnow: Winnow, verb: str, enabled: bool, says: str) -> None:
    because = "" if enabled else "Its account switched it off."
    twin.answers["PATCH /v1/webhooks/wh_1"] = (200, {**HOOK, "disabled_because": because})
    code, out, _ = winnow("webhooks", verb, "wh_1")
    assert (code, json.loads(twin.bodies[-1])) == (0, {"enabled": enabled})
    assert says in out


def test_one_is_tested_sent_again_and_removed(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/webhooks/wh_1/test"] = (202, DELIVERY)
    twin.answers["POST /v1/webhooks/deliveries/dlv_1/replay"] = (202, DELIVERY)
    twin.answers["DELETE /v1/webhooks/wh_1"] = (204, None)
    for words in (("test", "wh_1"), ("replay", "dlv_1")):
        code, out, _ = winnow("webhooks", *words)
        assert (code, out.splitlines()[0]) == (0, "dlv_1 is on its way.")
    assert json.loads(winnow("webhooks", "delete", "wh_1", "--json")[1]) == {"webhook_id": "wh_1"}


def test_deliveries_are_a_table_with_the_last_answer_and_the_next_try(twin: GatewayTwin, winnow: Winnow) -> None:
    failed = {
        **DELIVERY,
        "delivery_id": "dlv_2",
        "state": "failed",
        "status": None,
        "error": "timeout",
        "next_at": None,
    }
    page = {"items": [DELIVERY, failed], "next_cursor": "more"}
    twin.answers["GET /v1/webhooks/wh_1/deliveries?limit=20"] = (200, page)
    code, out, _ = winnow("webhooks", "deliveries", "wh_1")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[1] == ["dlv_1", "pending", "2", "500", DELIVERY["next_at"], "media.ready", "med_1"]
    assert lines[2] == ["dlv_2", "failed", "2", "timeout", "media.ready", "med_1"]
    assert "--limit" in out.splitlines()[3]


def test_address_and_types_are_changed(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["PATCH /v1/webhooks/wh_1"] = (200, HOOK)
    code, out, _ = winnow("webhooks", "change", "wh_1", "--url", "https://example.org/new", "--type", "media.ready")
    assert (code, out.splitlines()[0]) == (0, "wh_1  https://example.org/hook")
    assert json.loads(twin.bodies[-1]) == {"url": "https://example.org/new", "types": ["media.ready"]}
    code, _, err = winnow("webhooks", "change", "wh_1")
    assert code != 0
    assert "Nothing is to be changed." in err
