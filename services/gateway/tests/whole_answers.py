"""Index and ai as they know one of everything: enough for a request of each operation."""

from typing import Any

from winnow_contracts import queues
from winnow_contracts.index_api.limits import LIMIT_NAMES

from . import change_answers
from .account_answers import OF_ACCOUNT, KeptAccount, account_view
from .feed_answers import FEED_ID, episode_view, feed_view
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
from .test_ops_reports import REPORT
from .test_ops_schedules import RUN, SCHEDULE
from .test_ops_tasks import task_detail
from .webhook_answers import DELIVERY_ID, SECRET, WEBHOOK_ID, delivery_view, webhook_view

BATCH_ID = MEDIA_ID.replace("med", "bat")
KEY_ID, WEEK = "k7Pq2MxA", "2026-11-23"


def index_answers(keys: Any) -> dict[str, Any]:
    """Index's answers by path; ``keys`` is what it says of the API keys."""
    changes = change_answers.KeptChanges()
    changes.add("done")
    return {
        "/internal/v1/media": {"items": [media_view()], "next_cursor": None},
        "/internal/v1/facets": {
            "facets": {name: {} for name in ("kind", "language", "tag", "status", "category")},
            "total": {"value": 0, "relation": "eq"},
        },
        "/internal/v1/jobs": {"items": [job_view("done")], "next_cursor": None},
        "GET /internal/v1/feeds": {"items": [feed_view()]},
        "POST /internal/v1/feeds": feed_view(),
        f"/internal/v1/feeds/{FEED_ID}": {"feed": feed_view(), "episodes": [episode_view()]},
        f"/internal/v1/feeds/{FEED_ID}/check": feed_view(looking=True),
        f"/internal/v1/feeds/{FEED_ID}/change": feed_view(keep=10),
        f"/internal/v1/feeds/{FEED_ID}/delete": {"feed_id": FEED_ID},
        change_answers.ROUTE: changes,
        f"/internal/v1/media/{MEDIA_ID}": media_view(),
        f"/internal/v1/media/{MEDIA_ID}/edit": media_view(version=1),
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
        "/internal/v1/schedules": {"items": [SCHEDULE]},
        "/internal/v1/schedules/weekly-report/runs": {"items": [RUN]},
        "/internal/v1/schedules/weekly-report/run": RUN,
        "/internal/v1/reports": {"items": [REPORT]},
        f"/internal/v1/reports/{WEEK}": REPORT,
        f"/internal/v1/batches/{BATCH_ID}": {"open": 1, "done": 1, "failed": 0, "cancelled": 0},
        f"/internal/v1/tasks/{TASK_ID}": task_detail(),
        f"/internal/v1/media/{MEDIA_ID}/delete": {"job_ids": [JOB_ID]},
        f"/internal/v1/keys/{KEY_ID}/revoke": {**keys["keys"][0], "key_id": KEY_ID, "revoked": True},
        "/internal/v1/lanes/stats": {"items": []},
        "POST /internal/v1/keys": keys["keys"][0],
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


def ai_answers() -> dict[str, Any]:
    """Ai's answers by path."""
    return {"/internal/v1/rules": RULES, "/internal/v1/rules/pet_bottle": rule()}
