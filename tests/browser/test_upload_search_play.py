"""Someone uploads a recording, searches it, and lands on the second where it was said."""

import pytest
from playwright.sync_api import expect

from .conftest import play_time, until
from .limits import WORK_MS
from .pictures import keep_picture, pictures_folder


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_upload_search_play(visit, talk, size, tmp_path):
    """Leaves README's picture in the folder that WINNOW_PICTURES_DIR names."""
    pictures = pictures_folder(tmp_path)
    page = visit(size)
    page.locator("input[type=file]").set_input_files(talk)
    card = page.locator(".jobs > li")
    expect(card.locator("bdi")).to_have_text(talk.name)
    expect(card.get_by_role("link", name="Open it")).to_be_visible(timeout=WORK_MS)
    stages = card.locator(".stages li")
    expect(stages).to_have_count(5)
    expect(stages.first).to_contain_text("checked")
    expect(stages.last).to_contain_text("searchable")

    page.get_by_role("searchbox").fill("cold hearted and rather selfish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    first = page.locator("[data-moment]").first
    expect(first).to_contain_text("selfish")
    expect(first.locator("mark").first).to_be_visible()
    wanted = float(first.get_attribute("href").partition("t=")[2])
    first.click()

    page.wait_for_url("**/m/med_*")
    until(page, "document.querySelector('[data-player]').readyState >= 2")
    assert play_time(page) == pytest.approx(wanted, abs=0.3)
    current = page.locator("[data-transcript] [aria-current]")
    follows_a_click_and_the_playing(page, current)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    until(page, "document.querySelector('[data-player]').readyState === 4")
    keep_picture(page, pictures / f"recording-{size}.png", whole=False)


def follows_a_click_and_the_playing(page, current):
    line = page.locator("[data-transcript] > li", has_text="selfish")
    line.get_by_role("link").click()
    start = int(line.get_attribute("data-start-ms")) / 1000
    expect(current).to_contain_text("selfish")
    until(page, f"document.querySelector('[data-player]').currentTime > {start + 0.6}")
    assert play_time(page) < start + 5
    expect(page.locator("[data-transcript] span.now")).to_have_count(1)
    word = page.locator("[data-transcript] > li").first.locator("span[data-start-ms]").nth(2)
    page.evaluate("document.querySelector('[data-player]').pause()")
    word.click()
    expect(current).to_contain_text(word.text_content())
    assert play_time(page) >= int(word.get_attribute("data-start-ms")) / 1000 - 0.05


def test_following_scrolls_the_transcript_and_can_be_switched_off(visit, indexed):
    page = visit({"width": 1280, "height": 520})
    page.goto(f"/m/{indexed}")
    until(page, "document.querySelector('[data-player]').readyState >= 1")
    lines = page.locator("[data-transcript]")
    assert lines.evaluate("list => list.scrollHeight > list.clientHeight")
    to_the_end = "const player = document.querySelector('[data-player]'); player.currentTime = player.duration - 1"
    page.get_by_label("Follow along").uncheck()
    page.evaluate(to_the_end)
    expect(lines.locator("> li").last).to_have_attribute("aria-current", "true")
    assert lines.evaluate("list => list.scrollTop") == 0
    page.evaluate("document.querySelector('[data-player]').currentTime = 0")
    expect(lines.locator("> li").last).not_to_have_attribute("aria-current", "true")
    page.get_by_label("Follow along").check()
    page.evaluate(to_the_end)
    until(page, "document.querySelector('[data-transcript]').scrollTop > 0")


def test_finding_in_the_transcript_counts_and_jumps(visit, indexed):
    page = visit()
    page.goto(f"/m/{indexed}")
    until(page, "document.querySelector('[data-player]').readyState >= 1")
    page.get_by_placeholder("Find in transcript").fill("SELFISH")
    expect(page.locator("[data-found]")).to_have_text("1 found")
    expect(page.locator("[data-marks] rect")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-transcript] [aria-current]")).to_contain_text("selfish")
    page.get_by_placeholder("Find in transcript").fill("never said")
    expect(page.locator("[data-found]")).to_have_text("not said here")


def test_a_moment_plays_in_place(visit, indexed):
    page = visit()
    page.goto("/search?q=cold+hearted+selfish")
    page.get_by_role("button", name="Play here").first.click()
    wanted = float(page.locator("[data-moment]").first.get_attribute("href").partition("t=")[2])
    until(page, f"document.querySelector('[data-inline]')?.currentTime > {wanted}")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_several_files_at_once_show_how_far_each_is_and_all_of_them(visit, talk, tmp_path, size):
    files = [tmp_path / f"talk {n}.mp4" for n in range(3)]
    for file in files:
        file.write_bytes(talk.read_bytes())
    page = visit(size)
    page.locator("input[type=file]").set_input_files(files)
    folder = page.locator("[data-folder]")
    expect(folder).to_contain_text("of 3 ended")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".jobs > li")).to_have_count(3)
    expect(folder).to_contain_text("3 of 3 ended", timeout=WORK_MS)
    assert float(folder.locator("progress").get_attribute("value")) == 1
    expect(page.get_by_role("link", name="Open it")).to_have_count(3)


def test_a_file_that_is_no_recording_is_told_what_and_what_to_do(visit, tmp_path):
    page = visit()
    wrong = tmp_path / "letter.mp4"
    wrong.write_text("Dear reader")
    page.locator("input[type=file]").set_input_files(wrong)
    problem = page.locator(".jobs .problem")
    expect(problem).to_contain_text("This kind of file is not accepted")
    expect(problem).to_contain_text("not a recording")
    expect(problem.locator(".hint")).to_contain_text("Send mp4")


def test_a_truncated_file_fails_in_words(visit, talk, tmp_path):
    page = visit()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(talk.read_bytes()[: talk.stat().st_size // 2])
    page.locator("input[type=file]").set_input_files(cut)
    problem = page.locator(".jobs .problem")
    expect(problem).to_contain_text("The file cannot be decoded", timeout=WORK_MS)
    page.goto("/")
    page.get_by_role("link", name="cut").first.click()
    expect(page.locator(".problem .hint")).not_to_be_empty()


def test_everything_works_without_javascript(visit, talk, indexed):
    page = visit(java_script_enabled=False)
    page.locator("input[type=file]").set_input_files(talk)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(talk.stem)
    expect(page.locator("video")).to_be_attached(timeout=WORK_MS)
    page.get_by_role("searchbox").fill("cold hearted")
    page.keyboard.press("Enter")
    page.locator("[data-moment]").first.click()
    assert "#t=" in page.locator("video").get_attribute("src")
    page.locator("[data-transcript] > li a").nth(1).click()
    assert "?t=" in page.url
