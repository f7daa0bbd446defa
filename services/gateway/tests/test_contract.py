"""Checks the served API against its own OpenAPI document with generated requests."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from winnow_contracts import queues
from winnow_contracts.index_api.limits import LIMIT_NAMES
from winnow_gateway.api import job_events

from . import change_answers
from .account_answers import OF_ACCOUNT, KeptAccount, account_view
from .index_answers import (
    JOB_ID,
    MEDIA_ID,
    TASK_ID,
    TRANSCRIPT,
    dead_detail,
    dead_view,
    hits,
    job_view,
    media_view,
    usage_view,
    worker_view,
)
from .photo_answers import KEPT, LABEL, RULES, SPENDING, photo_view, rule
from .statistics_answers import duplicates_page, repeated_run, statistics_view
from .webhook_answers import DELIVERY_ID, SECRET, WEBHOOK_ID, delivery_view, webhook_view

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def api(app: Flask, index: Any, ai: Any, key: Any, give_keys: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The document as schemathesis reads it; index knows one media, one job and one dead task."""
    monkeypatch.setattr(job_events, "LONGEST_STREAM_SECONDS", 0.05)
    changes = change_answers.KeptChanges()
    changes.add("done")
    give_keys((key, "default", ["admin"], False))
    index.answers |= {
        "/internal/v1/media": {"items": [media_view()], "next_cursor": None},
        "/internal/v1/facets": {
            "facets": {name: {} for name in ("kind", "language", "tag", "status", "category")},
            "total": {"value": 0, "relation": "eq"},
        },
        "/internal/v1/jobs": {"items": [job_view("done")], "next_cursor": None},
        change_answers.ROUTE: changes,
        f"/internal/v1/media/{MEDIA_ID}": media_view(),
        f"/internal/v1/media/{MEDIA_ID}/transcript": TRANSCRIPT,
        f"/internal/v1/jobs/{JOB_ID}": job_view("done"),
        f"/internal/v1/jobs/{JOB_ID}/trace": {"job": job_view(), "tasks": [], "events": []},
        "/internal/v1/search": hits(),
        f"/internal/v1/jobs/{JOB_ID}/cancel": {"job": job_view("cancelled"), "run": 1},
        "/internal/v1/dead": {"items": [dead_view()], "next_cursor": None},
        f"/internal/v1/dead/{TASK_ID}": dead_detail(),
        f"/internal/v1/dead/{TASK_ID}/discard": dead_view(),
        "/internal/v1/control": {"cancelled": {}, "paused": {"ai": 1}},
        **{f"/internal/v1/lanes/{lane}/pause": {"paused": {lane: 1}} for lane in queues.LANES},
        "/internal/v1/photos": {"items": [photo_view()], "next_cursor": None},
        f"/internal/v1/photos/{MEDIA_ID}": photo_view(),
        f"/internal/v1/photos/{MEDIA_ID}/feedback": KEPT,
        "/internal/v1/feedback": {"items": [LABEL], "next_cursor": None},
        "/internal/v1/spending": SPENDING,
        "/internal/v1/spending/days": {"first_day": "2026-11-20", "last_day": "2026-11-22", "items": []},
        "/internal/v1/response-cache": {"first_day": "2026-11-20", "last_day": "2026-11-22", "items": []},
        "/internal/v1/journals": {"items": []},
        "/internal/v1/journals/set-aside": {"items": [], "more": False},
        "/internal/v1/workers": {"items": [worker_view()]},
        "/internal/v1/tasks": {"items": [], "next_cursor": None, "looked_until": None},
        "/internal/v1/statistics": statistics_view(),
        "/internal/v1/duplicates": duplicates_page(repeated_run()),
        "/internal/v1/audit/bulk": {"audit_id": 7},
        "/internal/v1/audit/bulk/7": {"audit_id": 7},
        "GET /internal/v1/audit": {"items": [], "next_before": None},
        "/internal/v1/schedules": {"items": []},
        "/internal/v1/reports": {"items": []},
        "/internal/v1/lanes/stats": {"items": []},
        "POST /internal/v1/keys": index.answers["/internal/v1/keys"]["keys"][0],
        "GET /internal/v1/limits": {"items": []},
        "GET /internal/v1/limits/log": {"items": []},
        **{f"/internal/v1/limits/{name}": {"items": []} for name in LIMIT_NAMES},
        "/internal/v1/tenants": {"items": [usage_view()]},
        "/internal/v1/tenants/usage": usage_view(),
        "/internal/v1/tenants/quota": usage_view(quota_bytes=5),
        "/internal/v1/tenants/storage": {"stored_bytes": 120, "quota_bytes": None},
        "/internal/v1/tenants/files": {"media_id": None, "job_id": None},
        **KeptAccount().answers(),
        "GET /internal/v1/accounts": {"items": [account_view()]},
        "POST /internal/v1/accounts": account_view(),
        f"{OF_ACCOUNT}/change": account_view(),
        f"{OF_ACCOUNT}/reset": account_view(has_password=False),
        "GET /internal/v1/webhooks": {"items": [webhook_view()]},
        "POST /internal/v1/webhooks": {"webhook": webhook_view(), "secret": SECRET},
        f"/internal/v1/webhooks/{WEBHOOK_ID}": webhook_view(),
        f"/internal/v1/webhooks/{WEBHOOK_ID}/change": webhook_view(),
        f"/internal/v1/webhooks/{WEBHOOK_ID}/delete": {"webhook_id": WEBHOOK_ID},
        f"/internal/v1/webhooks/{WEBHOOK_ID}/rotate-secret": {"webhook": webhook_view(), "secret": SECRET},
        f"/internal/v1/webhooks/{WEBHOOK_ID}/test": delivery_view(),
        f"/internal/v1/webhooks/{WEBHOOK_ID}/deliveries": {"items": [delivery_view()], "next_cursor": None},
        f"/internal/v1/webhook-deliveries/{DELIVERY_ID}/replay": delivery_view(),
        "/internal/v1/findings": {"items": [{"kind": "stuck_job", "what": JOB_ID, "detail": "Nothing was heard."}]},
    }
    ai.answers |= {"/internal/v1/rules": RULES, "/internal/v1/rules/pet_bottle": rule()}
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def test_generated_requests_get_what_the_document_says(api: Any, key: Any) -> None:
    headers = {"Authorization": f"Bearer {key.text()}"}
    tried = 0
    for found in api.get_all_operations():
        # A separate test for each operation would need schemathesis' pytest plugin, which pytest 9.2 breaks.
        check_operation(found.ok(), headers)
        tried += 1
    assert tried > 20


def check_operation(operation: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attempt(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    attempt()
