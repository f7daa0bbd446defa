"""docs/one-job.md names files and functions; this keeps it true."""

import ast
import re
from pathlib import Path

import pytest

from winnow_contracts.commands import COMMANDS
from winnow_contracts.stages import RECORDING_STAGES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "one-job.md").read_text(encoding="utf-8")
NAMED = re.findall(r"\| `((?:libs|services|deploy)/[^`]+)` \|(?: `([^`]+)`)? \|", PAGE)


def definitions(path):
    """Names of functions, classes and methods of a module."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return names


def test_the_page_names_something():
    assert len(NAMED) > 25


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_file_and_function_the_page_names_exists(path, name):
    file = ROOT / path
    assert file.is_file()
    if name:
        assert name in definitions(file)


def test_the_actors_stand_in_the_order_of_the_pipeline():
    actors = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", PAGE, re.MULTILINE)
    assert actors == list(RECORDING_STAGES)
    assert set(actors) <= set(COMMANDS)
