"""The site is read from a disk: its diagrams are drawn, its search finds, and nothing is asked of anybody."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import until
from .limits import STEP_MS

BUILD = Path(__file__).parents[2] / "tools/site/build_site.py"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    into = tmp_path_factory.mktemp("built") / "site"
    subprocess.run((sys.executable, str(BUILD), "--into", str(into)), check=True)
    return into


@pytest.fixture
def read(browser, site):
    """Opens a page of the site. Any error in its console, or a request to elsewhere, fails the test."""
    contexts, wrong = [], []

    def read(name, **options):
        context = browser.new_context(**options)
        context.set_default_timeout(STEP_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
        page.goto((site / name).as_uri())
        return page

    yield read
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "index.ko.html", "states.html"])
def test_a_diagram_is_drawn_once_in_the_colours_of_the_page(read, name, scheme):
    page = read(name, color_scheme=scheme)
    shown = page.locator("img[src*='.svg']").filter(visible=True)
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("src", f"{name.removesuffix('.html')}-1-{scheme}.svg#only-{scheme}")
    until(page, "[...document.images].filter(e => e.checkVisibility()).every(e => e.naturalWidth > 300)")
    assert "-->" not in page.locator("article").inner_text()


def test_a_search_from_the_disk_finds_a_page(read):
    page = read("index.html")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    page.keyboard.type("quorum queue")
    expect(page.get_by_role("option").filter(has_text="quorum").first).to_be_visible()
    expect(box).to_have_value("quorum queue")
