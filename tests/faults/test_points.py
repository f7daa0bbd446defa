"""The failpoints in the source are the named ones, each in one place."""

import ast
from collections import Counter
from pathlib import Path

from winnow_contracts import failpoints

ROOT = Path(__file__).resolve().parents[2]


def reached():
    """The argument of every ``failpoint`` in the source."""
    for pattern in ("libs/*/src", "services/*/src", "clients/*/src", "deploy/*/src", "tools/*/src"):
        for source in ROOT.glob(pattern):
            for file in source.rglob("*.py"):
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.Call) and ast.unparse(node.func) == "failpoint":
                        yield ast.literal_eval(node.args[0])


def test_every_point_is_reached_in_exactly_one_place():
    places = Counter(reached())
    assert {point: places[point] for point in failpoints.POINTS if places[point] != 1} == {}
    assert set(places) - set(failpoints.POINTS) == set()
