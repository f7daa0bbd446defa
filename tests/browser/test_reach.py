"""The pages work by keyboard alone, at any width, and for assistive technology."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .conftest import until
from .limits import WORK_MS

NARROW = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % zoom."""
PLACES = (
    "/",
    "/photos",
    "/webhooks",
    "/usage",
    "/search",
    "/search?q=cold+hearted",
    "/search?q=zzzzqqq&mode=words",
    "/m/{indexed}?t=5",
    "/m/med_no",
)


def tab_to(page, selector):
    """Presses Tab until the element has the focus; the focus must be visible."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        pytest.fail(f"{selector} cannot be reached by Tab")
    ring = "document.activeElement.closest('label, :scope')"
    assert page.evaluate(
        f"[document.activeElement, {ring}, document.activeElement.parentElement]"
        ".some(e => getComputedStyle(e).outlineStyle !== 'none')"
    ), f"{selector} does not show its focus"


def test_upload_search_play_and_copy_a_link_by_keyboard_alone(open_page, stack, talk, indexed):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    expect(page.get_by_label("API key")).to_be_focused()
    page.keyboard.type(stack.key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    # Registered early: Chromium must know that the test, not a person, answers the chooser before it opens.
    page.on("filechooser", lambda chooser: chooser.set_files(talk))
    tab_to(page, "input[type=file]")
    page.keyboard.press("Enter")
    expect(page.locator(".jobs").get_by_role("link", name="Open it")).to_be_visible(timeout=WORK_MS)

    page.keyboard.press("/")
    page.keyboard.type("cold hearted selfish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    tab_to(page, "[data-moment]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m/med_*")
    until(page, "document.querySelector('[data-player]').readyState >= 2")
    tab_to(page, "[data-copy-link]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "?t=" in page.url

    before = page.evaluate("document.querySelector('[data-player]').currentTime")
    page.keyboard.press("Shift+ArrowRight")
    until(page, f"document.querySelector('[data-player]').currentTime > {before}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(visit, open_page, indexed, scheme):
    page = visit(color_scheme=scheme)
    found = {place: violations(page, place.format(indexed=indexed)) for place in PLACES}
    stranger = open_page(color_scheme=scheme)
    found["/signin"] = violations(stranger, "/signin")
    assert {place: each for place, each in found.items() if each} == {}


def violations(page, address):
    page.goto(address)
    answer = Axe().run(page)
    return [
        (each["id"], node["html"][:160], node["failureSummary"])
        for each in answer.response["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", ["phone", NARROW], ids=["phone", "zoomed"])
def test_nothing_has_to_be_scrolled_sideways(visit, indexed, size):
    page = visit(size)
    for place in PLACES:
        page.goto(place.format(indexed=indexed))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_targets_are_large_enough(visit, indexed):
    page = visit("phone")
    for place in PLACES:
        page.goto(place.format(indexed=indexed))
        small = page.evaluate(
            """[...document.querySelectorAll('main button, main summary, main select, main .moment, main .chips a')]
               .filter(e => e.checkVisibility())
               .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
               .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
        )
        assert small == [], place


def test_the_present_place_is_in_sight_on_a_phone(visit):
    page = visit("phone")
    for place in ("/", "/usage", "/ops", "/ops/accounts"):
        page.goto(place)
        for present in page.locator(":is(.places, .opspages) [aria-current]").all():
            expect(present).to_be_in_viewport(ratio=0.9)


def test_the_head_of_a_page_is_one_line_on_a_desk(visit, indexed):
    page = visit("desk")
    for place in ("/", "/ops", f"/m/{indexed}"):
        page.goto(place)
        brand, leave = (page.locator(part).bounding_box() for part in (".brand", ".leave"))
        assert leave["y"] < brand["y"] + brand["height"], place


def test_who_wants_less_motion_is_not_scrolled(visit, indexed):
    page = visit(reduced_motion="reduce")
    page.goto(f"/m/{indexed}")
    expect(page.get_by_label("Follow along")).not_to_be_checked()
