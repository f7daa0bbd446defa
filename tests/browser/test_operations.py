"""An operator's pages on the real stack: at both widths, kept fresh, and acted on."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from . import four_weeks
from .pictures import keep_picture, pictures_folder

PAGES = (
    "/ops?span=day",
    "/ops/statistics",
    "/ops/queues",
    "/ops/tasks?state=dead",
    "/ops/tasks/{dead}",
    "/ops/tasks/all/discard?text={dead}",
    "/ops/dead",
    "/ops/duplicates",
    "/ops/schedules",
    "/ops/schedules/weekly-report",
    "/ops/workers",
    "/ops/journals",
    "/ops/costs?tenant_id={tenant}&day={day}",
    "/ops/reports",
    "/ops/reports/{week}",
    "/ops/limits",
    "/ops/tenants",
    "/ops/keys",
    "/ops/accounts",
    "/ops/audit",
)

NARROW = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % zoom."""
LANE = "media.bulk"


def address(place, dead, week):
    return place.format(dead=dead, week=week, tenant=four_weeks.TENANT, day=four_weeks.yesterday())


@pytest.fixture
def dead(api):
    """A drill's task that failed for good; its id."""
    job_id = api.ask("POST", "/v1/ops/drills", data={"steps": 1, "misbehave": "permanent"})["job_id"]
    page = f"/v1/ops/tasks?state=dead&text={job_id}"
    [task] = api.until(page, lambda found: found["items"])["items"]
    return task["task_id"]


@pytest.fixture
def paused(api):
    api.ask("PUT", f"/v1/ops/queues/{LANE}/pause")
    yield LANE
    api.ask("DELETE", f"/v1/ops/queues/{LANE}/pause")


@pytest.fixture(scope="session")
def busy(api):
    """Drills that completed, some of them at the second try, so that plots and lists have something to show."""
    drill = {"kind": "drill", "steps": 2, "work_ms": 50}
    drills = [drill] * 37 + [{**drill, "misbehave": "temporary"}] * 3
    for item in api.ask("POST", "/v1/jobs:batch", data={"jobs": drills})["items"]:
        api.until(f"/v1/ops/jobs/{item['job_id']}/trace", lambda trace: trace["job"]["status"] == "done")


@pytest.fixture
def steered(api, indexed):
    """AI calls, a limit that was set, keys that were created: what limits, keys and audit show."""
    limit = "/v1/ops/limits/speech.at_once"
    api.ask("PUT", limit, data={"value": 2})
    for name, scopes in (("night shift", ["ops:read"]), ("uploads of the archive", ["read", "write"])):
        key_id = api.ask("POST", "/v1/ops/keys", data={"name": name, "scopes": scopes})["key_id"]
    api.ask("POST", f"/v1/ops/keys/{key_id}/revoke")
    yield
    api.ask("DELETE", limit)


@pytest.fixture(scope="session")
def people(api):
    """Accounts of people, one of them disabled, and what two tenants may store."""
    named = (("dora", "admin", "default"), ("mina", "writer", four_weeks.TENANT), ("jun", "reader", "campus"))
    for name, role, tenant in named:
        account = {"name": f"{name}@example.org", "role": role, "tenant_id": tenant}
        account_id = api.ask("POST", "/v1/ops/accounts", data=account)["account_id"]
    api.ask("PATCH", f"/v1/ops/accounts/{account_id}", data={"disabled": True})
    for tenant, quota_bytes in ((four_weeks.TENANT, 160 << 30), ("campus", 20 << 30)):
        api.ask("PUT", "/v1/ops/tenants/quota", data={"tenant_id": tenant, "quota_bytes": quota_bytes})


@pytest.fixture(scope="session")
def week(api, stack, busy, people):
    """The Monday of the last week of a history of four weeks, which the schedule has reported on."""
    four_weeks.seed(stack)
    api.ask("POST", "/v1/ops/schedules/weekly-report/run")
    api.until("/v1/ops/schedules/weekly-report/runs", lambda runs: runs["items"][0]["outcome"])
    return api.ask("GET", "/v1/ops/reports")["items"][0]["week"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_no_violation_on_the_operators_pages(visit, week, dead, paused, steered, size, scheme):
    page = visit(size, color_scheme=scheme)
    found = {}
    for place in PAGES:
        page.goto(address(place, dead, week))
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        broken = Axe().run(page).response["violations"]
        found[place] = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in broken]
    assert {place: each for place, each in found.items() if each} == {}


@pytest.mark.parametrize("size", ["desk", "phone", NARROW], ids=["desk", "phone", "zoomed"])
def test_nothing_has_to_be_scrolled_sideways_and_targets_are_large_enough(visit, week, dead, paused, steered, size):
    page = visit(size)
    for place in PAGES:
        page.goto(address(place, dead, week))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        small = page.evaluate(
            """[...document.querySelectorAll('main button, main summary, main select, main input, .opspages a')]
               .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
               .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
        )
        assert small == [], place


def test_every_page_of_the_navigation_opens(visit):
    page = visit()
    page.get_by_role("link", name="Operations").click()
    links = page.get_by_role("navigation", name="Operations").get_by_role("link")
    for place in [link.get_attribute("href") for link in links.all()]:
        page.locator(f".opspages a[href='{place}']").click()
        expect(page.locator(".opspages [aria-current]")).to_have_attribute("href", place)
        expect(page.get_by_role("heading", level=1)).not_to_be_empty()


def test_a_page_shows_what_changed_without_a_reload(visit, api):
    page = visit()
    page.goto("/ops/queues")
    row = page.locator(".rows tr", has=page.get_by_role("rowheader", name=LANE, exact=True))
    expect(row).to_contain_text("open")
    page.evaluate("window.same = true")
    api.ask("PUT", f"/v1/ops/queues/{LANE}/pause")
    expect(row).to_contain_text("paused")
    api.ask("DELETE", f"/v1/ops/queues/{LANE}/pause")
    expect(row).to_contain_text("open")
    assert page.evaluate("window.same")


def test_a_page_is_left_alone_while_somebody_uses_it(visit, dead):
    page = visit()
    page.clock.install()
    page.goto(f"/ops/tasks/{dead}")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "fetch" else None)
    opened = page.locator("details").first
    opened.locator("summary").click()
    page.clock.run_for(30_000)
    expect(opened).to_have_attribute("open", "")
    assert asked == []
    opened.locator("summary").click()
    page.evaluate("document.activeElement.blur()")
    with page.expect_request(lambda request: request.resource_type == "fetch"):
        page.clock.run_for(6_000)
    page.get_by_role("button", name="Pause updates").click()
    asked.clear()
    page.clock.run_for(30_000)
    assert asked == []


def test_the_ledger_of_repeats_leads_from_a_cause_to_its_runs(visit, busy):
    page = visit("phone")
    page.goto("/ops/duplicates")
    expect(page.locator(".verdict")).to_contain_text("runs repeated another")
    page.get_by_role("link", name="retry").click()
    expect(page.get_by_label("Cause")).to_have_value("retry")
    runs = page.get_by_role("table", name="The runs, the latest first")
    expect(runs.get_by_role("rowheader", name="media.drill")).to_have_count(3)
    expect(runs).to_contain_text("failed on")
    page.get_by_role("navigation", name="Span of time").get_by_role("link", name="Last hour").click()
    expect(page.get_by_label("Cause")).to_have_value("retry")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_lane_is_paused_and_resumed_by_its_buttons(visit, script):
    page = visit("phone", java_script_enabled=script)
    page.goto("/ops/queues")
    page.get_by_role("button", name=f"Pause {LANE}").click()
    expect(page.get_by_text(f"Lane {LANE} is paused")).to_be_visible()
    page.get_by_role("button", name=f"Resume {LANE}").click()
    expect(page.get_by_text(f"Lane {LANE} goes on")).to_be_visible()


def test_the_first_screen_leads_to_a_dead_task_which_is_read_and_discarded(visit, dead):
    page = visit("phone")
    page.goto("/ops")
    expect(page.locator(".verdict")).to_contain_text("failed for good")
    page.get_by_role("link", name=re.compile("Read why")).click()
    page.locator(f".rows a[href$='{dead}']").click()
    expect(page.locator(".problem")).to_be_visible()
    expect(page.get_by_text(f"./winnow dead discard {dead}")).to_be_hidden()
    page.get_by_text("Discard …").click()
    expect(page.get_by_text(f"./winnow dead discard {dead}")).to_be_visible()
    page.get_by_role("button", name="Discard", exact=True).click()
    expect(page.get_by_text(f"Task {dead} is discarded")).to_be_visible()
    page.goto("/ops/dead")
    expect(page.locator(f".rows a[href$='{dead}']")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_all_that_match_are_discarded_in_slices_and_the_page_tells_how_far_it_is(visit, dead, script):
    page = visit("phone", java_script_enabled=script)
    page.goto(f"/ops/tasks?state=dead&text={dead}")
    page.get_by_role("link", name="Discard …").click()
    expect(page.get_by_text("1 task matches.")).to_be_visible()
    page.get_by_role("button", name="Discard 1 task").click()
    expect(page.locator(".verdict")).to_have_text("Ended: 1 task done.")
    assert "audit_id=" in page.url
    page.reload()
    expect(page.locator(".verdict")).to_have_text("Ended: 1 task done.")
    page.get_by_role("link", name="In the audit log").click()
    expect(page.locator(".rows tbody tr").first).to_contain_text(dead)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pictures_of_the_pages_are_small_enough_for_the_docs(visit, week, dead, paused, steered, tmp_path, size):
    """Writes them to the folder that WINNOW_PICTURES_DIR names."""
    folder = pictures_folder(tmp_path)
    page = visit(size)
    for place in PAGES:
        page.goto(address(place, dead, week))
        name = place.partition("?")[0].strip("/").format(dead="one", week="one").replace("/", "-")
        picture = folder / f"{name}-{size}.png"
        # A trace names folders of the machine that makes the picture.
        page.evaluate("document.querySelector('[data-trace]')?.remove()")
        keep_picture(page, picture)
