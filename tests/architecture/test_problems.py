"""Every code of the registry of problems is what a test of the code that makes it expects."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from winnow_contracts.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
FILES = [
    file
    for folder in ("libs/*/tests", "services/*/tests", "tests/acceptance", "tests/faults")
    for file in ROOT.glob(f"{folder}/**/test_*.py")
]


def expected(text: str) -> Iterator[str]:
    """The texts that a test's file compares with: in its assertions, its parameters, and the tables that it loops over.

    What a stand-in is told to answer is no expectation.
    """
    tree = ast.parse(text)
    named = {
        target.id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Assert():
                yield from _texts([node])
            case ast.For(iter=table):
                yield from _texts(_with_tables([table], named))
            case ast.FunctionDef(decorator_list=parameters):
                yield from _texts(_with_tables(parameters, named))


def _with_tables(nodes: list[ast.expr], named: Mapping[str, ast.expr]) -> Iterator[ast.expr]:
    """These, and what the module calls by the names in them."""
    yield from nodes
    for node in nodes:
        yield from (named[one.id] for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in named)


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, (str, bytes)):
                text = one.value.decode(errors="replace") if isinstance(one.value, bytes) else one.value
                yield text.strip('"')


def test_each_code_is_expected_by_a_test() -> None:
    assert len(FILES) > 200
    found = {text for file in FILES for text in expected(file.read_text(encoding="utf-8"))}
    assert [code for code in PROBLEMS if code not in found] == []


def test_what_a_stand_in_is_told_is_no_expectation() -> None:
    text = 'def test_it(index):\n    index.answers["/x"] = "gone"\n    assert ask().code == "not-found"\n'
    assert list(expected(text)) == ["not-found"]
