"""``winnow limits``, against a twin of the gateway."""

import json
from collections.abc import Callable

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
FREE = {
    "name": "speech.per_minute",
    "tenant_id": "",
    "value": None,
    "setting": None,
    "set_by": None,
    "set_at": None,
    "used": 7,
    "waiting": 0,
}
SET = {
    **FREE,
    "name": "speech.at_once",
    "tenant_id": "acme",
    "value": 4,
    "set_by": "k",
    "set_at": "2026-11-21T04:00:00.000Z",
}


def test_limits_say_which_of_setting_and_operator_holds(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/limits"] = (200, {"items": [FREE, SET]})
    code, out, _ = winnow("limits")
    lines = [line.split() for line in out.splitlines()]
    assert (code, lines[1]) == (0, ["speech.per_minute", "all", "7", "-", "0", "-"])
    assert lines[2] == ["speech.at_once", "acme", "7", "4", "0", "-", "by", "key", "k,", SET["set_at"]]
    assert json.loads(winnow("limits", "--json")[1]) == {"items": [FREE, SET]}


def test_a_limit_is_set_and_reset(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["PUT /v1/ops/limits/speech.at_once"] = (200, {"items": [SET]})
    twin.answers["DELETE /v1/ops/limits/speech.at_once?tenant_id=a+b"] = (200, {"items": []})
    assert "by key k" in winnow("limits", "set", "speech.at_once", "4", "--tenant", "acme")[1]
    assert json.loads(twin.bodies[-1]) == {"value": 4, "tenant_id": "acme"}
    winnow("limits", "set", "speech.at_once", "4")
    assert json.loads(twin.bodies[-1]) == {"value": 4}
    code, out, _ = winnow("limits", "reset", "speech.at_once", "--tenant", "a b", "--json")
    assert (code, json.loads(out)) == (0, {"items": []})
    assert winnow("limits", "set", "speech.colour", "4")[0] == 2


def test_minutes_are_a_table(twin: GatewayTwin, winnow: Winnow) -> None:
    minute = {
        "at": "2026-11-21T04:00:00.000Z",
        "api": "speech",
        "tenant_id": "t",
        "used": 1,
        "waiting": 2,
        "refused": 3,
    }
    twin.answers["GET /v1/ops/limits/log?minutes=5"] = (200, {"items": [minute]})
    out = winnow("limits", "log", "--minutes", "5")[1]
    assert out.splitlines()[1].split() == [minute["at"], "speech", "t", "1", "2", "3"]
