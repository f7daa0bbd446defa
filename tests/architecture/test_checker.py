"""The checker shares no code with what it checks: it imports the standard library and its own files alone."""

import ast
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "tools" / "checker"
FILES = sorted(FOLDER.glob("*.py"))


def foreign(source):
    """The modules that the source imports from elsewhere than the standard library and the checker's folder."""
    own = {file.stem for file in FILES}
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level or str(node.module).partition(".")[0])
    return names - own - sys.stdlib_module_names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_checker_needs_nothing_but_python(file):
    assert not foreign(file.read_text(encoding="utf-8"))


def test_a_foreign_import_is_noticed_wherever_it_stands():
    assert foreign("def later():\n    from winnow_harness.chaos import repeats\n") == {"winnow_harness"}
    assert foreign("import json, msgspec.json\nimport history_lines\n") == {"msgspec"}
