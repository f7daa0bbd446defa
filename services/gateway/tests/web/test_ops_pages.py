"""The operator's pages of what waits, what is dead, what journals hold and what was spent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import queues
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.index_api.limits import LimitMinute, LimitView
from winnow_web.ops.limit_plots import limit_plots

from ..index_answers import TASK_ID, dead_detail, dead_view, usage_view, worker_view
from ..standin import StandIn
from ..statistics_answers import duplicates_page, repeated_run, statistics_view
from ..test_ops_schedules import RUN, SCHEDULE
from ..test_ops_tasks import task_detail, task_page
from . import command_line
from .conftest import CSRF, Elements
from .test_ops_report_pages import report

PAUSE = f"/internal/v1/lanes/{queues.AI}/pause"
DEAD = f"/internal/v1/dead/{TASK_ID}"
TASKS = "/internal/v1/tasks"
NASTY = "<script>alert(1)</script> {{7*7}}"
ACTIONS = (
    "/ops/queues/ai/pause",
    "/ops/queues/ai/resume",
    "/ops/limits/set",
    "/ops/limits/speech.at_once/reset",
    "/ops/tenants/quota",
    "/ops/tenants/lift",
    "/ops/schedules/retention/run",
    *(f"/ops/tasks/{TASK_ID}/{verb}" for verb in ("replay", "discard", "retry", "cancel")),
    *(f"/ops/tasks/all/{verb}" for verb in ("replay", "discard", "retry", "cancel")),
)
BULK: dict[str, Any] = {
    "audit_id": 7,
    "at": "2026-11-21T04:00:00.000Z",
    "key_id": "k",
    "key_name": "night shift",
    "action": "replay",
    "target": "",
    "filter": {"state": "dead", "text": NASTY},
    "done": 1500,
    "refused": 2,
    "ended_at": None,
}
PAGES = (
    "/ops",
    "/ops/queues",
    "/ops/dead",
    "/ops/tasks",
    f"/ops/tasks/{TASK_ID}",
    "/ops/tasks/all/replay",
    "/ops/tasks/all/cancel?node=n",
    "/ops/schedules",
    "/ops/schedules/retention",
    "/ops/workers",
    "/ops/journals",
    "/ops/costs",
    "/ops/limits",
    "/ops/tenants",
    "/ops/reports",
    "/ops/reports/2026-11-16",
    "/ops/audit",
    "/ops/statistics",
    "/ops/duplicates",
)

FILTERED = (
    "/ops/dead?actor=ai.drill&tenant_id=a+b",
    "/ops/tasks?state=dead&actor=ai.drill&queue=ai&node=n+1&tenant_id=a+b&text=it's&since=2026-01-01T00:00",
    "/ops/duplicates?cause=takeover&outcome=unknown&actor=ai.drill&node=n+1&span=hour",
    "/ops/statistics?span=week&actor=ai.drill&tenant_id=a+b",
    "/ops/costs?tenant_id=it's&day=2026-11-22",
    "/ops/audit?action=replay",
    "/ops?span=day",
)
FINDINGS = ("stuck_job", "dead_task", "lost_journal", "events_set_aside")


@pytest.fixture
def filled(well: StandIn) -> StandIn:
    """Index with dead tasks, journals and costs, whose texts are nasty where they come from outside."""
    problem = {"code": "upstream-timeout", "detail": NASTY}
    costs = {"calls": 2, "cached": 1, "tokens_in": 5000, "tokens_out": 7, "cost_usd": 0.5}
    days = [{"day": f"2026-11-2{n}", "tenant_id": tenant, "spent_usd": 0.5} for n in (1, 2) for tenant in ("a", NASTY)]
    well.answers |= {
        "/internal/v1/dead": {"items": [dead_view(problem=problem, tenant_id=NASTY)], "next_cursor": "c2"},
        DEAD: dead_detail(),
        TASKS: task_page({"error": problem, "tenant_id": NASTY, "node": NASTY}, next_cursor="c2"),
        f"{TASKS}/{TASK_ID}": task_detail(error=problem, trace=NASTY, arguments={"text": NASTY}),
        f"{TASKS}/count": {"tasks": 1200, "jobs": 7, "more": False},
        "/internal/v1/schedules": {"items": [{**SCHEDULE, "what": NASTY}]},
        "/internal/v1/schedules/retention/runs": {"items": [{**RUN, "asked_by": NASTY, "detail": {"error": NASTY}}]},
        "/internal/v1/reports": {"items": [report("2026-11-16", NASTY)]},
        "/internal/v1/reports/2026-11-16": report("2026-11-16", NASTY),
        "/internal/v1/workers": {"items": [worker_view(NASTY)]},
        "/internal/v1/journals": {"items": [journal("ai-1", 0)]},
        "GET /internal/v1/audit": {
            "items": [BULK, {**BULK, "filter": None, "target": NASTY, "key_name": NASTY}],
            "next_before": 7,
        },
        "/internal/v1/statistics": statistics_view(nodes=[{"node": NASTY, "completed": 1, "failed": 1}]),
        "/internal/v1/duplicates": duplicates_page(repeated_run(node=NASTY, after_node=NASTY), next_cursor="c2"),
        "/internal/v1/findings/attempts": {"superseded": 0, "unknown": 2},
        "/internal/v1/spending": {
            "day": "2026-11-22",
            "spent_usd": 1.0,
            "limit_usd": 5.0,
            "by_model": [{"model": "eye-1", "use": "vision", **costs}],
        },
        "GET /internal/v1/limits": {
            "items": [limit(), limit("speech.at_once", 4, NASTY, set_by="k", set_at=BULK["at"])]
        },
        "GET /internal/v1/limits/log": {"items": [limit_minute("speech", 3), limit_minute("speech", 4, NASTY)]},
        "/internal/v1/tenants": {"items": [usage_view(), usage_view(tenant_id=NASTY, quota_bytes=100)]},
        "/internal/v1/spending/days": {"first_day": "2026-11-20", "last_day": "2026-11-22", "items": days},
    }
    return well


@pytest.fixture
def reader(sign_in_with: Callable[..., FlaskClient], filled: StandIn) -> FlaskClient:
    return sign_in_with("ops:read")


@pytest.fixture
def admin(sign_in_with: Callable[..., FlaskClient], filled: StandIn) -> FlaskClient:
    return sign_in_with("admin")


def posts(page: str) -> list[str | None]:
    """The targets of a page's own forms."""
    found = [a.get("action") for tag, a, _ in Elements(page).all if tag == "form" and a.get("method") == "post"]
    return [action for action in found if action != "/signout"]


def press(visitor: FlaskClient, page: str, action: str, **fields: str) -> Any:
    """Submits a form of a page with the token that it carries; returns the page it leads to."""
    shown = visitor.get(page).text
    assert action in posts(shown)
    found = CSRF.search(shown)
    assert found
    return visitor.post(action, data={"csrf": found[1], **fields}, follow_redirects=True)


@pytest.mark.parametrize("page", PAGES)
def test_who_may_only_look_sees_the_page_and_no_button(reader: FlaskClient, page: str) -> None:
    answer = reader.get(page)
    assert answer.status_code == 200
    assert posts(answer.text) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_only_look_cannot_act_by_a_form_of_its_own(
    reader: FlaskClient, news: list[ControlMessage], sent: list[Any], action: str
) -> None:
    found = CSRF.search(reader.get("/ops").text)
    assert found
    answer = reader.post(action, data={"csrf": found[1]})
    assert (answer.status_code, "lacks the scope" in answer.text) == (403, True)
    assert (news, sent) == ([], [])


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_sessions_token(
    admin: FlaskClient, news: list[ControlMessage], sent: list[Any], action: str
) -> None:
    answer = admin.post(action, data={"csrf": "guessed"})
    assert (answer.status_code, "does not carry" in answer.text) == (403, True)
    assert (news, sent) == ([], [])


@pytest.mark.parametrize("page", PAGES)
def test_text_from_outside_is_never_markup_and_nothing_is_inline(admin: FlaskClient, page: str) -> None:
    answer = admin.get(page)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    elements = Elements(answer.text)
    assert "<script>alert" not in answer.text
    assert elements.with_attribute("style") == []
    assert all((a["src"] or "").startswith("/static/") for tag, a, _ in elements.all if tag == "script")
    assert [name for _, a, _ in elements.all for name in a if name.startswith("on")] == []


@pytest.mark.parametrize("page", PAGES)
def test_each_value_of_a_table_has_its_label_for_the_cards_of_a_phone(admin: FlaskClient, page: str) -> None:
    cells = [a for tag, a, _ in Elements(admin.get(page).text).all if tag == "td"]
    assert all(a.get("data-label") for a in cells)


@pytest.mark.parametrize("page", [*PAGES, *FILTERED])
def test_every_command_that_a_page_names_is_one_that_the_command_line_takes(
    admin: FlaskClient, filled: StandIn, page: str
) -> None:
    filled.answers["/internal/v1/findings"] = {
        "items": [{"kind": kind, "what": "x", "detail": "", "count": None} for kind in FINDINGS]
    }
    codes = Elements(admin.get(page).text).texts("code")
    commands = [code for code in codes if code.startswith("./winnow")]
    assert commands
    for command in commands:
        command_line.parse(command)


@pytest.mark.parametrize(
    ("page", "option", "value"),
    [
        (FILTERED[0], "tenant", "a b"),
        (FILTERED[1], "text", "it's"),
        (FILTERED[2], "node", "n 1"),
        (FILTERED[3], "since", "7d"),
        (FILTERED[4], "tenant", "it's"),
    ],
)
def test_the_command_of_a_page_has_its_filters(admin: FlaskClient, page: str, option: str, value: str) -> None:
    codes = Elements(admin.get(page).text).texts("code")
    parsed = [command_line.parse(code) for code in codes if code.startswith("./winnow")]
    assert value in [getattr(one, option, None) for one in parsed]


def test_a_lane_is_paused_and_resumed_with_the_command_beside_the_button(
    admin: FlaskClient, filled: StandIn, news: list[ControlMessage]
) -> None:
    filled.answers |= {f"PUT {PAUSE}": {"paused": {"ai": 1_000}}, f"DELETE {PAUSE}": {"paused": {}}}
    assert "./winnow pause ai" in Elements(admin.get("/ops/queues").text).texts("code")
    assert "Lane ai is paused" in press(admin, "/ops/queues", "/ops/queues/ai/pause").text
    filled.answers["/internal/v1/control"] = {"cancelled": {}, "paused": {"ai": 1_000}}
    assert "./winnow resume ai" in Elements(admin.get("/ops/queues").text).texts("code")
    assert "Lane ai goes on" in press(admin, "/ops/queues", "/ops/queues/ai/resume").text
    assert [(one.kind, one.name) for one in news] == [(ControlKind.PAUSE, "ai"), (ControlKind.RESUME, "ai")]
    who = filled.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert filled.asked(PAUSE) == [{"who": who}] * 2


def test_an_unknown_lane_is_not_paused(admin: FlaskClient, news: list[ControlMessage]) -> None:
    found = CSRF.search(admin.get("/ops/queues").text)
    assert found
    assert admin.post("/ops/queues/nowhere/pause", data={"csrf": found[1]}).status_code == 404
    assert news == []


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("actor=ai.transcribe_audio", "./winnow dead list --actor ai.transcribe_audio"),
        ("tenant_id=a+b&actor=media.examine", "./winnow dead list --actor media.examine --tenant 'a b'"),
    ],
)
def test_dead_tasks_are_listed_with_the_command_that_lists_the_same(
    admin: FlaskClient, query: str, command: str
) -> None:
    page = admin.get(f"/ops/dead?{query}").text
    assert command in Elements(page).texts("code")
    actions = [a["href"] for a in Elements(page).with_attribute("href") if "/all/" in (a["href"] or "")]
    ordered = "&".join(sorted(query.split("&")))
    assert actions == [f"/ops/tasks/all/{verb}?state=dead&{ordered}" for verb in ("replay", "discard")]


def test_filters_of_dead_tasks_go_on_to_older_ones(admin: FlaskClient) -> None:
    page = admin.get("/ops/dead?tenant_id=acme&actor=ai.transcribe_audio").text
    links = [a["href"] for a in Elements(page).with_attribute("href")]
    assert "/ops/dead?actor=ai.transcribe_audio&tenant_id=acme&cursor=c2" in links


def journal(node: str, silent_minutes: float, **more: Any) -> dict[str, Any]:
    heard = datetime.now(UTC) - timedelta(minutes=silent_minutes)
    known = {"journal_id": f"j-{node}", "service": "ai", "node": node, "applied_seq": 1234, "unknown_attempts": 0}
    return {**known, "seen_at": heard.isoformat(), "lost_at": None, **more}


def test_silent_journals_come_first_and_replaced_ones_last(reader: FlaskClient, filled: StandIn) -> None:
    replaced = journal("ai-1", 3, lost_at="2026-11-21T05:00:00Z")
    filled.answers["/internal/v1/journals"] = {"items": [replaced, journal("ai-2", 0.5), journal("ai-3", 3)]}
    headers = Elements(reader.get("/ops/journals").text).texts("th")[-3:]
    assert headers == ["ai-3", "ai-2", "ai-1"]


def test_the_overview_draws_what_ended_and_how_long_actors_wait_and_run(reader: FlaskClient, filled: StandIn) -> None:
    times = {"ended": 9, "dead": 1, "wait_p50_ms": 500, "wait_p95_ms": 2000, "run_p50_ms": None, "run_p95_ms": None}
    filled.answers["/internal/v1/activity"] = {
        "slice_seconds": 1440,
        "slices": [{"at_ms": 1_780_000_000_000 + 1_440_000 * n, "completed": 2 * n, "dead": n % 2} for n in range(5)],
        "actors": [{"actor": "ai.transcribe_audio", **times}, {"actor": "media.examine", **times, "wait_p95_ms": 4000}],
        "oldest_waiting_ms": 1,
    }
    page = reader.get("/ops?span=day").text
    assert filled.asked("/internal/v1/activity") == [{"minutes": "1440"}]
    elements = Elements(page)
    assert elements.texts("dd")[:3] == ["20", "2", str(3 * len(queues.LANES))]
    said = " ".join(elements.texts("desc"))
    assert "tasks in 24 minutes. completed: lowest 0, highest 8, last 8." in said
    assert "failed for good: lowest 0, highest 1, last 0." in said
    (waits,) = [text for text in elements.texts("table") if "Waits" in text]
    assert waits.index("media.examine") < waits.index("ai.transcribe_audio")
    assert [a["width"] for tag, a, _ in elements.all if tag == "rect" and a.get("class") == "most"] == ["100.0", "50.0"]
    assert "Runs, last day" not in page


def test_the_overview_draws_what_waited_in_the_deepest_lanes(reader: FlaskClient, filled: StandIn) -> None:
    def lane(name: str, minutes_ago: int, ready: int) -> dict[str, Any]:
        at = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()
        return {"lane": name, "at": at, "ready": ready, "consumers": 1, "oldest_seconds": None, "paused": False}

    lanes = [lane(name, 9, depth) for depth, name in enumerate(("a", "b", "c", "d", "e", "f"))]
    filled.answers["/internal/v1/lanes/stats"] = {"items": [*lanes, lane("f", 5, 70)]}
    page = reader.get("/ops").text
    assert filled.asked("/internal/v1/lanes/stats") == [{"minutes": "60", "slice_minutes": "1"}]
    (said,) = [text for text in Elements(page).texts("desc") if "messages." in text]
    assert "f: lowest 5, highest 70, last 70. e: lowest 0, highest 4, last 0." in said
    assert "c: lowest 0, highest 2, last 0. other lanes: lowest 0, highest 1, last 0." in said
    filled.answers["/internal/v1/lanes/stats"] = {"items": [lane("a", 9, 0)]}
    page = reader.get("/ops?span=day").text
    assert filled.asked("/internal/v1/lanes/stats")[-1] == {"minutes": "1440", "slice_minutes": "24"}
    assert "all lanes: lowest 0, highest 0, last 0." in page


def test_silent_workers_come_first_and_offline_ones_last(reader: FlaskClient, filled: StandIn) -> None:
    rates = {"success_rate_hour": None, "success_rate_day": 0.9876}
    items = [worker_view("a", "offline"), worker_view("b", "online", **rates), worker_view("c", "silent")]
    filled.answers["/internal/v1/workers"] = {"items": items}
    page = reader.get("/ops/workers").text
    elements = Elements(page)
    assert elements.texts("th")[-3:] == ["c 1.0", "b 1.0", "a 1.0"]
    assert elements.texts("dd") == ["1", "1", "1"]
    assert "98.8 %" in page


def test_a_node_that_went_silent_is_told_for_a_day(reader: FlaskClient, filled: StandIn) -> None:
    filled.answers["/internal/v1/journals"] = {"items": [journal("idle", 1), journal("gone", 60 * 25)]}
    assert "All is well" in reader.get("/ops").text
    filled.answers["/internal/v1/journals"] = {"items": [journal("killed", 3), journal("gone", 60 * 25)]}
    assert "1 node is silent: killed." in reader.get("/ops").text


def test_costs_are_added_up_by_tenant_and_drawn_by_day(reader: FlaskClient) -> None:
    page = reader.get("/ops/costs?tenant_id=acme&day=2026-11-22").text
    elements = Elements(page)
    tiles = elements.texts("dd")
    assert tiles[:2] == ["$1.00", "$2.00"]
    assert "a: lowest 0, highest 0.5, last 0.5." in "".join(elements.texts("desc"))
    assert "eye-1" in page


def test_the_page_of_costs_tells_what_the_cache_holds_and_spared(reader: FlaskClient, filled: StandIn) -> None:
    assert "not counted yet" in reader.get("/ops/costs").text
    hit = {"day": "2026-11-22", "use": "vision", "model": "eye-1", "hits": 2, "paid": 1, "saved_usd": 0.5}
    unused = {**hit, "model": "never-hit", "hits": 0, "saved_usd": 0}
    kept = {"counted_at": "2026-11-22T00:45:00Z", "answers": 1200, "size_bytes": 3 << 20, "oldest_at": None}
    filled.answers["/internal/v1/response-cache"] = {
        "first_day": "2026-10-24",
        "last_day": "2026-11-22",
        "items": [hit, {**hit, "day": "2026-11-21"}, unused, {**hit, "model": NASTY, "saved_usd": None}],
        "kept": {**kept, "limit_bytes": 2 << 30},
    }
    page = reader.get("/ops/costs").text
    assert "never-hit" not in page
    rows = [" ".join(text.split()) for text in Elements(page).texts("td")]
    spared = rows.index("4")
    assert rows[spared - 1 : spared + 3] == ["vision", "4", "2", "$1.00"]
    assert "1,200" in page


def test_a_tenants_day_is_asked_for_by_its_name(reader: FlaskClient, filled: StandIn) -> None:
    reader.get("/ops/costs?tenant_id=acme&day=2026-11-22")
    reader.get("/ops/costs?day=never")
    assert filled.asked("/internal/v1/spending") == [
        {"tenant_id": "acme", "day": "2026-11-22"},
        {"tenant_id": "default"},
    ]


def test_the_audit_page_tells_what_was_done_to_what_and_leads_to_older_entries(
    reader: FlaskClient, filled: StandIn
) -> None:
    page = reader.get("/ops/audit?action=replay&before=9").text
    assert filled.asked("/internal/v1/audit")[-1] == {"limit": "25", "action": "replay", "before_id": "9"}
    for words in ("1,500 that match state", "2 refused", "not ended", "night shift", "./winnow audit --action replay"):
        assert words in page
    assert "/ops/audit?before=7&amp;action=replay" in page


def test_a_limit_is_set_and_reset_with_the_command_beside_the_button(admin: FlaskClient, filled: StandIn) -> None:
    path = "/internal/v1/limits/speech.at_once"
    filled.answers[path] = {"items": []}
    done = press(admin, "/ops/limits", "/ops/limits/set", name="speech.at_once", value="3", tenant_id=" acme ")
    assert "speech.at_once of acme is 3" in done.text
    press(admin, "/ops/limits", "/ops/limits/speech.at_once/reset", tenant_id=NASTY)
    who = filled.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert filled.asked(path) == [
        {"value": 3, "tenant_id": "acme", "who": who},
        {"tenant_id": NASTY, "who": who},
    ]
    codes = Elements(admin.get("/ops/limits").text).texts("code")
    reset = f"./winnow limits reset speech.at_once --tenant '{NASTY}'"
    assert {"./winnow limits set NAME VALUE", reset} <= set(codes)


@pytest.mark.parametrize(("name", "value", "status"), [("speech.colour", "3", 404), ("speech.at_once", "0", 422)])
def test_a_limit_that_cannot_be_is_not_set(
    admin: FlaskClient, filled: StandIn, name: str, value: str, status: int
) -> None:
    assert press(admin, "/ops/limits", "/ops/limits/set", name=name, value=value).status_code == status
    assert filled.asked(f"/internal/v1/limits/{name}") == []


def test_used_is_drawn_against_the_limit_minute_by_minute_for_all_tenants() -> None:
    limits = [LimitView(**limit("speech.per_minute", 30))]
    log = [LimitMinute(**limit_minute("speech", 3)), LimitMinute(**limit_minute("speech", 4, "other"))]
    at_ms = round(datetime.fromisoformat(BULK["at"]).timestamp() * 1000)
    (plot,) = limit_plots(limits, log, minutes=3, until_ms=at_ms + 90_000)
    assert plot.times_ms == (at_ms - 60_000, at_ms, at_ms + 60_000)
    assert [(one.label, one.values) for one in plot.series] == [
        ("calls", (0, 7, 0)),
        ("tasks that waited", (0, 2, 0)),
        ("limit", (30, 30, 30)),
    ]


def limit(
    name: str = "speech.per_minute", value: int | None = None, tenant_id: str = "", **more: Any
) -> dict[str, Any]:
    """A limit as index shows it."""
    known = {"setting": None, "set_by": None, "set_at": None, "used": 3, "waiting": 1}
    return {"name": name, "tenant_id": tenant_id, "value": value, **known, **more}


def limit_minute(api: str, used: int, tenant_id: str = "t") -> dict[str, Any]:
    """A minute of the log as index shows it."""
    return {"at": BULK["at"], "api": api, "tenant_id": tenant_id, "used": used, "waiting": 1, "refused": 2}
