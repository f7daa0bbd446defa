"""The operator's pages of tasks: found by filters, looked at one by one, and acted on one by one or all that match."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.control import ControlMessage

from ..index_answers import JOB_ID, TASK_ID, dead_detail, dead_view, job_view, task_view, trace_of
from ..standin import StandIn
from ..test_ops_tasks import task_detail, task_page
from .conftest import Elements

TASKS, BULK, DEAD = "/internal/v1/tasks", "/internal/v1/audit/bulk", f"/internal/v1/dead/{TASK_ID}"
TASK = f"/ops/tasks/{TASK_ID}"
OTHER, LAST = TASK_ID[:-1] + "0", TASK_ID[:-1] + "1"
FILTERS = "state=dead&tenant_id=a+b&since=2026-11-21T04%3A00"


@pytest.fixture
def filled(well: StandIn) -> StandIn:
    """Index with one dead task, and a log of actions."""
    well.answers |= {
        TASKS: task_page({}, next_cursor="c2"),
        f"{TASKS}/{TASK_ID}": task_detail(),
        f"{TASKS}/count": {"tasks": 1200, "jobs": 7, "more": False},
        DEAD: dead_detail(),
        f"/internal/v1/dead/{OTHER}": dead_detail(task_id=OTHER, replayable=False),
        f"{DEAD}/discard": dead_view(),
        BULK: {"audit_id": 7},
        f"{BULK}/7": {"audit_id": 7},
    }
    return well


@pytest.fixture
def admin(sign_in_with: Callable[..., FlaskClient], filled: StandIn) -> FlaskClient:
    return sign_in_with("admin")


def entry(**fields: Any) -> dict[str, Any]:
    known = {"audit_id": 7, "at": "2026-11-21T04:00:00.000Z", "key_id": "k", "key_name": "", "action": "replay"}
    return {**known, "target": "", "filter": {}, "done": 1, "refused": 1, "ended_at": None, **fields}


def forms(page: str) -> list[str | None]:
    found = [a.get("action") for tag, a, _ in Elements(page).all if tag == "form" and a.get("method") == "post"]
    return [action for action in found if action != "/signout"]


def hidden(page: str) -> dict[str, str]:
    """The fields of a page's form."""
    fields = [a for tag, a, _ in Elements(page).all if tag == "input" and a.get("type") == "hidden"]
    return {str(a["name"]): str(a["value"]) for a in fields}


def press(visitor: FlaskClient, page: str, action: str) -> Any:
    """Submits a form of a page with all its fields; returns the answer, which leads on."""
    shown = visitor.get(page).text
    assert action in forms(shown)
    return visitor.post(action, data=hidden(shown))


def test_filters_reach_index_and_go_on_to_older_tasks_and_into_the_command(admin: FlaskClient, filled: StandIn) -> None:
    page = admin.get(f"/ops/tasks?{FILTERS}&cursor=c1").text
    (asked,) = filled.asked(TASKS)
    assert (asked["tenant_id"], asked["since_ms"], asked["cursor"]) == ("a b", "1795233600000", "c1")
    addresses = [a["href"] for a in Elements(page).with_attribute("href")]
    given = "state=dead&tenant_id=a+b&since=2026-11-21T04%3A00%3A00Z"
    assert f"/ops/tasks?{given}&cursor=c2" in addresses
    assert f"/ops/tasks/all/cancel?{given}" in addresses
    said = Elements(page).texts("code")
    assert "./winnow tasks --state dead --tenant 'a b' --since 2026-11-21T04:00:00Z" in said
    assert [a["value"] for a in Elements(page).with_attribute("value") if a.get("name") == "since"] == [
        "2026-11-21T04:00"
    ]


@pytest.mark.parametrize("query", ["state=gone", "actor=none", "since=yesterday"])
def test_a_filter_that_is_none_is_refused_and_means_nothing(admin: FlaskClient, filled: StandIn, query: str) -> None:
    for address in ("/ops/tasks", "/ops/tasks/all/replay"):
        assert admin.get(f"{address}?{query}").status_code == 422
    assert filled.asked(TASKS) == filled.asked(f"{TASKS}/count") == []


def test_without_a_filter_there_is_no_action_on_all(admin: FlaskClient) -> None:
    assert "/ops/tasks/all/" not in admin.get("/ops/tasks").text
    assert admin.get("/ops/tasks/all/cancel").status_code == 422


def test_a_task_is_shown_with_attempts_steps_and_its_life_as_a_drawing(admin: FlaskClient, filled: StandIn) -> None:
    attempt = {"attempt_id": "a", "number": 1, "node": "ai-1", "why": "first", "outcome": "failed"}
    times = {"started_at": "2026-11-21T04:00:10.000Z", "ended_at": "2026-11-21T04:00:20.000Z"}
    error = {"code": "upstream-timeout", "detail": "It took too long.", "hint": "", "retryable": True}
    step = {"name": "plan", "duration_ms": 5000, "reused": False, "at": "2026-11-21T04:00:15.000Z", "attempt_id": "a"}
    filled.answers[f"{TASKS}/{TASK_ID}"] = task_detail(
        enqueued_at="2026-11-21T04:00:00.000Z",
        error=error,
        trace="Traceback: here",
        attempts_made=[{**attempt, **times, "error": error}],
        steps=[step],
        arguments={"api_key": "[redacted]"},
    )
    page = admin.get(TASK).text
    elements = Elements(page)
    for words in ("The AI endpoint took too long", "It took too long.", "Traceback: here", "[redacted]", "plan"):
        assert words in page
    assert {f"./winnow dead replay {TASK_ID}", f"./winnow trace {JOB_ID}", f"./winnow tasks {TASK_ID}"} <= set(
        elements.texts("code")
    )
    assert elements.texts("desc") == ["Waited 10 s. Attempt 1 on ai-1: failed, 10 s."]
    bars = [(a["class"], a["x"], a["width"]) for tag, a, _ in elements.all if tag == "rect"]
    assert bars == [("waits", "84.0", "126.0"), ("trouble", "210.0", "126.0")]
    assert [a["x1"] for tag, a, _ in elements.all if tag == "line" and a.get("class") == "step"] == ["273.0"]


@pytest.mark.parametrize(
    ("fields", "verbs"),
    [
        ({}, ["replay", "retry", "discard"]),
        ({"replayable": False}, ["discard"]),
        ({"replayable": False, "discarded_at": "2026-11-21T04:00:00.000Z"}, []),
        ({"state": "running", "replayable": False}, ["cancel"]),
        ({"state": "completed", "replayable": False}, []),
    ],
)
def test_a_task_has_the_buttons_of_what_can_be_done_to_it(
    admin: FlaskClient, filled: StandIn, fields: dict[str, Any], verbs: list[str]
) -> None:
    filled.answers[f"{TASKS}/{TASK_ID}"] = task_detail(**fields)
    assert forms(admin.get(TASK).text) == [f"{TASK}/{verb}" for verb in verbs]


def test_one_task_is_replayed_and_discarded(admin: FlaskClient, filled: StandIn, sent: list[Any]) -> None:
    assert press(admin, TASK, f"{TASK}/replay").headers["Location"] == TASK
    assert "runs again" in admin.get(TASK).text
    assert [command.task_id for command, _ in sent] == [TASK_ID]
    press(admin, TASK, f"{TASK}/discard")
    assert [body["bulk"] for body in filled.asked(f"{DEAD}/discard")] == [False]


def test_the_job_of_a_task_is_retried_and_cancelled_whoevers_it_is(
    admin: FlaskClient, filled: StandIn, sent: list[Any], news: list[ControlMessage]
) -> None:
    filled.answers[f"/internal/v1/jobs/{JOB_ID}/trace"] = trace_of(job_view("failed"), task_view(replayable=True))
    filled.answers[f"/internal/v1/jobs/{JOB_ID}/cancel"] = {"job": job_view("cancelled"), "run": 1}
    press(admin, TASK, f"{TASK}/retry")
    assert len(sent) == 1
    filled.answers[f"{TASKS}/{TASK_ID}"] = task_detail(state="running", replayable=False)
    press(admin, TASK, f"{TASK}/cancel")
    assert [one.name for one in news] == [JOB_ID]
    assert filled.asked(f"/internal/v1/jobs/{JOB_ID}/cancel")[0]["tenant_id"] == "other"


def test_an_action_on_all_says_how_many_before_it_begins(admin: FlaskClient, filled: StandIn) -> None:
    page = admin.get("/ops/tasks/all/replay?tenant_id=t").text
    assert filled.asked(f"{TASKS}/count") == [{"state": "dead", "tenant_id": "t", "unhandled": "True"}]
    assert "1,200 tasks match." in page
    assert "Replay 1,200 tasks" in Elements(page).texts("button")
    assert "./winnow tasks --state dead --tenant t replay" in Elements(page).texts("code")
    page = admin.get("/ops/tasks/all/cancel?tenant_id=t").text
    assert "1,200 tasks match, of 7 jobs." in page
    assert "Cancel 7 jobs" in Elements(page).texts("button")
    assert filled.asked(BULK) == []


def test_each_press_does_a_slice_and_the_address_tells_where_it_stands(
    admin: FlaskClient, filled: StandIn, sent: list[Any]
) -> None:
    pages = {"": task_page({}, {"task_id": OTHER}, next_cursor="c2"), "c2": task_page({"task_id": LAST})}
    filled.answers[f"/internal/v1/dead/{LAST}"] = dead_detail(task_id=LAST)
    filled.answers[TASKS] = lambda query: pages[query.get("cursor", "")]
    here = "/ops/tasks/all/replay"
    answer = press(admin, f"{here}?tenant_id=t", here)
    stands = answer.headers["Location"]
    assert stands == f"{here}?state=dead&tenant_id=t&audit_id=7&of=1200&cursor=c2"
    filled.answers["GET /internal/v1/audit"] = {"items": [entry()], "next_before": None}
    page = admin.get(stands).text
    assert filled.asked("/internal/v1/audit") == [{"limit": "1", "before_id": "8"}]
    assert f"1 refused in this slice, the first ({OTHER}) because: The task cannot be replayed" in page
    assert "So far 1 task done, 1 refused of about 1,200." in page
    assert [(a["max"], a["value"]) for tag, a, _ in Elements(page).all if tag == "progress"] == [("1200", "2")]
    answer = press(admin, stands, here)
    assert [body["ended"] for body in filled.asked(f"{BULK}/7")] == [False, False, True]
    assert len(filled.asked(BULK)) == 1
    assert [command.task_id for command, _ in sent] == [TASK_ID, LAST]
    filled.answers["GET /internal/v1/audit"]["items"] = [entry(done=2, ended_at="2026-11-21T04:00:00.000Z")]
    page = admin.get(answer.headers["Location"]).text
    assert "Ended: 2 tasks done, 1 refused." in page
    assert forms(page) == []


def test_an_address_that_names_another_entry_of_the_log_leads_nowhere(admin: FlaskClient, filled: StandIn) -> None:
    for found in ([], [entry(audit_id=6)], [entry(filter=None)]):
        filled.answers["GET /internal/v1/audit"] = {"items": found, "next_before": None}
        assert admin.get("/ops/tasks/all/replay?audit_id=7&cursor=c2").status_code == 404
