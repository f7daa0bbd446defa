"""A person with a phone sends a photo of waste, and the page says where the thing goes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from .conftest import until
from .limits import WORK_MS

PHONE = {"width": 390, "height": 844}
ANSWERS = "**/p/*/answer"


@pytest.fixture(scope="session")
def bottle(tmp_path_factory):
    """A drawn photo of a bottle, turned by its EXIF and with a place in it, as phones make them."""
    image = Image.new("RGB", (1600, 1200), "#9cc4de")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((480, 460, 1360, 740), 60, fill="#eef5f9", outline="#5b7f95", width=8)
    pen.rectangle((320, 540, 500, 660), fill="#2f6fb0")
    pen.rectangle((800, 460, 1040, 740), fill="#d9534f")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path_factory.mktemp("photos") / "bottle by the sink.jpg"
    image.save(path, exif=exif)
    return path


def send(page, photo):
    """Sends a photo from the page; returns its card once the answer is on it."""
    page.goto("/photos")
    # The answer replaces the stages: it is delayed until they were visible.
    held = []
    page.route(ANSWERS, lambda route: held.append(route))
    page.get_by_label("Take a photo").set_input_files(photo)
    card = page.locator("[data-jobs] > li").first
    stages = card.locator(".stages li")
    expect(stages).to_have_count(4)
    expect(stages.first).to_contain_text("photo")
    expect(card).to_contain_text(photo.name)
    page.unroute(ANSWERS)
    for route in held:
        route.continue_()
    expect(card.locator("article")).to_be_visible(timeout=WORK_MS)
    return card


def says_something(answer):
    """Whether an answer names a thing, where it goes, how, and the source; else it must say that it is unsure."""
    verdict = answer.locator("[data-verdict]")
    expect(verdict).not_to_be_empty()
    if answer.locator(".unsure").count():
        expect(answer.get_by_role("link", name="Take another photo")).to_be_visible()
        return False
    advice = answer.locator(".advice").first
    expect(advice.get_by_text("Where it goes")).to_be_visible()
    expect(advice.locator(".steps li").first).not_to_be_empty()
    expect(advice.locator(".source a")).to_have_attribute("href", re.compile("^https?://"))
    return True


def test_a_photo_is_answered_corrected_and_kept(visit, bottle):
    page = visit(PHONE, has_touch=True, is_mobile=True)
    card = send(page, bottle)
    says_something(card.locator("article"))
    until(page, "document.querySelector('[data-jobs] article img').naturalHeight > 0")
    upright = "(image => image.naturalHeight > image.naturalWidth)(document.querySelector('[data-jobs] article img'))"
    assert page.evaluate(upright)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    card.get_by_text("Wrong?").click()
    card.get_by_role("radio", name="Glass").check()
    card.get_by_label("Which one?").select_option(label="Glass bottle")
    card.get_by_label("Anything else?").fill("The label is plastic.")
    card.get_by_role("button", name="Send the correction").click()
    expect(card.get_by_text("Thank you.")).to_be_visible()
    expect(card.get_by_text("Wrong?")).to_have_count(0)

    page.goto("/photos")
    tile = page.locator(".tiles > li").first
    expect(tile).to_contain_text(bottle.stem)
    expect(tile.locator("img")).to_be_visible()
    tile.get_by_role("link").click()
    page.wait_for_url("**/p/med_*")
    expect(page.get_by_text("The label is plastic.")).to_be_visible()
    says_something(page.locator("article"))


def test_the_answer_comes_in_the_chosen_language(visit, bottle):
    page = visit(PHONE)
    page.goto("/photos")
    page.get_by_label("Explain in").select_option("ko")
    page.get_by_label("Choose photos").set_input_files(bottle)
    answer = page.locator("[data-jobs] article").first
    expect(answer).to_have_attribute("lang", "ko", timeout=WORK_MS)
    expect(answer.get_by_text("틀렸나요?")).to_be_visible()
    page.goto("/photos")
    expect(page.get_by_label("Explain in")).to_have_value("ko")


def test_a_file_that_is_no_photo_is_told_what_and_what_to_do(visit, tmp_path):
    page = visit(PHONE)
    page.goto("/photos")
    wrong = tmp_path / "letter.jpg"
    wrong.write_text("Dear reader")
    page.get_by_label("Choose photos").set_input_files(wrong)
    problem = page.locator("[data-jobs] .problem")
    expect(problem).to_contain_text("This kind of file is not accepted")
    expect(problem.locator(".hint")).to_contain_text("JPEG")


def test_of_a_photo_cut_off_what_is_there_is_used_and_it_says_so(visit, bottle, tmp_path):
    page = visit(PHONE)
    page.goto("/photos")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(bottle.read_bytes()[: bottle.stat().st_size * 2 // 3])
    page.get_by_label("Choose photos").set_input_files(cut)
    expect(page.locator("[data-jobs] article")).to_contain_text("Part of the picture is missing", timeout=WORK_MS)


def test_a_photo_without_a_picture_fails_in_words(visit, bottle, tmp_path):
    page = visit(PHONE)
    page.goto("/photos")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(bottle.read_bytes()[:300])
    page.get_by_label("Choose photos").set_input_files(cut)
    problem = page.locator("[data-jobs] .problem")
    expect(problem).to_contain_text("The image cannot be decoded", timeout=WORK_MS)
    expect(problem.locator(".hint")).not_to_be_empty()


def test_photos_are_sent_and_read_without_javascript(visit, bottle):
    page = visit(PHONE, java_script_enabled=False)
    page.goto("/photos")
    page.get_by_label("Choose photos").set_input_files(bottle)
    page.get_by_role("button", name="Send the photo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(bottle.stem)
    expect(page.locator("article")).to_be_attached(timeout=WORK_MS)
    page.get_by_text("Wrong?").click()
    page.get_by_role("radio", name="Paper").check()
    page.get_by_role("button", name="Send the correction").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_the_pages_of_photos(visit, bottle, scheme):
    page = visit(PHONE, color_scheme=scheme)
    card = send(page, bottle)
    card.get_by_text("Wrong?").click()
    found = {"/photos": broken(page)}
    page.locator("[data-jobs] a.seen").evaluate("link => { location = link.href.replace(/.*(med_[^/]*).*/, '/p/$1'); }")
    page.wait_for_url("**/p/med_*")
    page.get_by_text("Wrong?").click()
    found["/p"] = broken(page)
    assert {place: each for place, each in found.items() if each} == {}


def broken(page):
    return [
        (each["id"], node["html"][:160], node["failureSummary"])
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]
