"""Operators ask what history adds up to, and what ran more than once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys

from .index_answers import JOB_ID, TASK_ID
from .statistics_answers import duplicates_page, repeated_run, statistics_view

STATISTICS, DUPLICATES = "/internal/v1/statistics", "/internal/v1/duplicates"


@pytest.fixture
def reader(app: Flask, give_keys: Callable[..., None]) -> FlaskClient:
    """A caller whose key sees everything and may do nothing."""
    key = api_keys.generate()
    give_keys((key, "default", ["ops:read"], False))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


def test_a_window_is_asked_for_in_milliseconds(reader: FlaskClient, index: Any) -> None:
    index.answers[STATISTICS] = statistics_view()
    query = "since=1970-01-01T00:00:01Z&until=1970-01-02&actor=ai.drill&tenant_id=a"
    answer = reader.get(f"/v1/ops/stats?{query}")
    assert answer.get_json()["ended"] == {"cancelled": 0, "completed": 2, "dead": 1}
    (asked,) = index.asked(STATISTICS)
    assert asked == {"since_ms": "1000", "until_ms": "86400000", "actor": "ai.drill", "tenant_id": "a"}


def test_the_ledger_is_filtered_and_leads_to_the_task_and_its_job(reader: FlaskClient, index: Any) -> None:
    index.answers[DUPLICATES] = duplicates_page(repeated_run(), next_cursor="c2")
    page = reader.get("/v1/ops/duplicates?cause=takeover&outcome=superseded&node=ai-1&cursor=c1&limit=5").get_json()
    (run,) = page["items"]
    assert (run["cause"], run["after_outcome"], page["next_cursor"]) == ("takeover", "died", "c2")
    assert run["links"] == {"task": f"/v1/ops/tasks/{TASK_ID}", "trace": f"/v1/ops/jobs/{JOB_ID}/trace"}
    assert page["sums"][0] == {"cause": "takeover", "runs": 3, "unknown": 0, "superseded": 1}
    (asked,) = index.asked(DUPLICATES)
    assert asked == {"limit": "5", "cursor": "c1", "cause": "takeover", "outcome": "superseded", "node": "ai-1"}


@pytest.mark.parametrize(
    "address",
    ["stats?since=lately", "stats?actor=none", "duplicates?cause=luck", "duplicates?outcome=completed"],
)
def test_a_filter_that_is_none_is_refused(reader: FlaskClient, index: Any, address: str) -> None:
    answer = reader.get(f"/v1/ops/{address}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")


@pytest.mark.parametrize("address", ["/v1/ops/stats", "/v1/ops/duplicates"])
def test_what_concerns_all_tenants_is_not_for_everybody(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 403
