"""An account in a browser on the real stack: from the link of its invitation to signing out everywhere."""

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PASSWORD = "four words of mine"


def look(page):
    """Whatever is wrong with the page for people who do not see it, or see it on a phone."""
    broken = [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]
    assert broken == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.fixture
def link(visit):
    """An admin makes an account. Returns its name, and the path to which its link leads."""
    name = f"mina-{uuid.uuid4().hex[:8]}@example.org"
    page = visit()
    page.goto("/ops/accounts")
    page.get_by_label("Name or email").fill(name)
    page.get_by_role("button", name="Create", exact=True).click()
    shown = page.locator(".notice a")
    expect(shown).to_contain_text("/welcome?link=")
    look(page)
    return name, shown.get_attribute("href")


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_who_is_invited_chooses_a_password_and_signs_out_everywhere(open_page, link, size, script):
    name, address = link
    page = open_page(size, java_script_enabled=script)
    page.goto(address)
    if script:
        look(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("this one")).to_have_count(1)
    if script:
        look(page)
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url("**/signin")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("wrong words of mine")
    page.get_by_role("button", name="Sign in to an account").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no account with this name and password.")
    if script:
        look(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in to an account").click()
    expect(page.get_by_role("link", name="Account")).to_be_visible()
