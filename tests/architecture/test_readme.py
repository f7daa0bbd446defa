"""README is short, and in Korean has the headings, commands, figures, links and pictures that it has in English."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = (ROOT / name for name in ("README.md", "README.ko.md"))
MOST_LINES = 120

ALIKE = {
    "the levels of headings": r"^#+(?= )",
    "the links, but for those from one to the other": r"\]\((?!README)([^)]+)\)",
    "the commands of blocks": r"^\./winnow.*$",
    "the arrows of the drawing": r"^ {4}(\w+)\b.*(-->|\.->) (\w+)",
    "the columns of tables": r"^\|---.*$",
}


def text_of(page):
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [ENGLISH, KOREAN], ids=lambda page: page.name)
def test_it_is_read_in_five_minutes(page):
    assert len(text_of(page).splitlines()) <= MOST_LINES


@pytest.mark.parametrize("what", sorted(ALIKE))
def test_both_languages_have_alike(what):
    in_english, in_korean = (re.findall(ALIKE[what], text_of(page), re.MULTILINE) for page in (ENGLISH, KOREAN))
    assert in_english == in_korean
    assert in_english, f"nothing is compared: {what}"


def test_both_languages_name_the_same_things_in_code():
    in_english, in_korean = ({*re.findall(r"`([^`\n]+)`", text_of(page))} for page in (ENGLISH, KOREAN))
    assert in_korean - in_english <= {"demo", "test"}, "what the comments of the two commands say in English"
    assert in_english <= in_korean


def test_both_languages_give_the_same_figures_of_the_chaos_runs():
    rows = [re.search(r"^\| 30,060 .*", text_of(page), re.MULTILINE) for page in (ENGLISH, KOREAN)]
    in_english, in_korean = (sorted(re.findall(r"[\d,.]+\d|\d", row[0])) for row in rows)
    assert in_english == in_korean
