"""Captions that are chosen together with a recording are its text, and the page says so."""

import pytest
from playwright.sync_api import expect

from .limits import WORK_MS

SRT = "1\n00:00:01,000 --> 00:00:03,000\n<i>Rinse</i> the amphora first.\n"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_captions_chosen_together_with_a_recording_are_its_text(visit, talk, tmp_path, size):
    captions = tmp_path / f"{talk.stem}.en.srt"
    captions.write_text(SRT, encoding="utf-8")
    page = visit(size)
    page.locator("input[type=file]").set_input_files([captions, talk])
    card = page.locator(".jobs > li")
    expect(card).to_have_count(1)
    expect(card.locator("bdi")).to_have_text(f"{talk.name} with {captions.name}")
    card.get_by_role("link", name="Open it").click(timeout=WORK_MS)
    expect(page.locator("[data-transcript]")).to_contain_text("Rinse the amphora first.")
    expect(page.locator(".said .hint")).to_contain_text("came as captions")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_captions_that_fit_nothing_or_cannot_be_read_are_told(visit, talk, tmp_path):
    page = visit()
    lonely, wrong = tmp_path / "other.srt", tmp_path / f"{talk.stem}.srt"
    lonely.write_text(SRT, encoding="utf-8")
    wrong.write_text("1\n00:00:01,000 --> soon\nhello\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files([lonely, wrong, talk])
    problems = page.locator(".jobs .problem")
    expect(problems).to_have_count(2)
    expect(page.locator(".jobs")).to_contain_text("Captions without a recording")
    expect(page.locator(".jobs")).to_contain_text("line 2")
