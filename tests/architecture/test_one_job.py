"""Every file and function that docs/one-job.md and docs/one-photo.md name exists."""

import ast
import re
from pathlib import Path

import pytest

from winnow_contracts.commands import COMMANDS
from winnow_contracts.stages import PHOTO_STAGES, RECORDING_STAGES

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("one-job.md", "one-photo.md")}
NAMED = re.findall(r"\| `((?:libs|services|deploy)/[^`]+)` \|(?: `([^`]+)`)? \|", "".join(PAGES.values()))


def definitions(path):
    """Names of functions, classes and methods of a module."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return names


def test_the_pages_name_something():
    assert len(NAMED) > 40


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_file_and_function_the_page_names_exists(path, name):
    file = ROOT / path
    assert file.is_file()
    if name:
        assert name in definitions(file)


@pytest.mark.parametrize(("page", "stages"), [("one-job.md", RECORDING_STAGES), ("one-photo.md", PHOTO_STAGES)])
def test_the_actors_stand_in_the_order_of_the_pipeline(page, stages):
    actors = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", PAGES[page], re.MULTILINE)
    assert actors == list(stages)
    assert set(actors) <= set(COMMANDS)
