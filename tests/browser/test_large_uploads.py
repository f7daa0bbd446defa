"""A large file goes in parts: a break and a closed page cost no part that was sent."""

import re
import struct
import uuid

import pytest
from playwright.sync_api import expect

from .conftest import WORK_MS, until

PART = 16 << 20
NUMBER = re.compile(r"/v1/uploads/upl_[^/]+/parts/(\d+)$")


@pytest.fixture
def large(talk, tmp_path):
    """The talk, with so many bytes behind it that it has five parts. No other test's file has the same: what is stored
    already is not sent.
    """
    path = tmp_path / "long talk.mp4"
    content = talk.read_bytes()
    padding = 4 * PART + 1_000_000 - len(content)
    path.write_bytes(content + struct.pack(">I4s", padding, b"free") + uuid.uuid4().bytes + bytes(padding - 24))
    return path


def test_an_upload_that_was_cut_twice_goes_on_without_sending_a_part_again(visit, large):
    stored = []

    def note(response):
        found = NUMBER.search(response.url)
        if found and response.request.method == "PUT" and response.status == 200:
            stored.append(int(found[1]))

    page = visit()
    page.on("response", note)
    broken = []

    def cut_once(route):
        broken.append(route.request.url)
        route.abort() if len(broken) == 1 else route.continue_()

    page.route("**/parts/2", cut_once)
    page.route("**/parts/4", lambda route: None)  # never answered: the page is closed meanwhile
    page.locator("input[type=file]").set_input_files(large)
    with page.expect_request("**/parts/4"):
        pass
    assert (stored, len(broken)) == ([1, 2, 3], 2)
    page.close()

    page = page.context.new_page()
    page.on("response", note)
    page.goto("/")
    expect(page.locator("[data-unfinished]")).to_contain_text(large.name)
    page.locator("input[type=file]").set_input_files(large)
    card = page.locator(".jobs > li")
    expect(card.get_by_role("link", name="Open it")).to_be_visible(timeout=WORK_MS)
    assert stored == [1, 2, 3, 4, 5]
    until(page, "Object.keys(localStorage).length === 0")
    page.reload()
    expect(page.locator("[data-unfinished]")).to_be_hidden()


def test_an_upload_that_is_cancelled_is_given_up(visit, large):
    page = visit()
    page.route("**/parts/2", lambda route: None)
    page.locator("input[type=file]").set_input_files(large)
    with page.expect_request("**/parts/2"):
        pass
    with page.expect_response(lambda response: response.request.method == "DELETE") as given_up:
        page.locator(".jobs > li [data-cancel]").click()
    assert given_up.value.status == 204
    expect(page.locator(".jobs .problem")).to_contain_text("You cancelled this upload")
    assert page.evaluate("Object.keys(localStorage).length") == 0
