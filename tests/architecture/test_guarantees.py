"""docs/guarantees.md names real tests, and omits no guarantee, no hazard and no fault that was found."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PAGE)))
LINES = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if re.match(r"\| [GPF]\d+ \|", line)}


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_the_page_names_exists(path, name):
    content = (ROOT / path).read_text(encoding="utf-8")
    assert f"def {name}(" in content if name else "test" in Path(path).name


ALL = [f"{kind}{number}" for kind, last in (("G", 8), ("P", 24), ("F", 21)) for number in range(1, last + 1)]


@pytest.mark.parametrize("wanted", ALL)
def test_every_guarantee_hazard_and_fault_is_shown_by_something(wanted):
    assert re.search(r"\.py(::\w+)?`|\(decisions/\d{4}-", LINES[wanted])


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+\.md)\)", PAGE))))
def test_every_page_it_links_to_exists(target):
    assert (ROOT / "docs" / target).exists()
