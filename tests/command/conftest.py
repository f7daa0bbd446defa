import runpy
from pathlib import Path

import pytest


@pytest.fixture
def changed():
    """The functions of changed.py, which is a script's and no package's."""
    return _functions("changed")


@pytest.fixture
def slowest():
    """The functions of slowest.py."""
    return _functions("slowest")


@pytest.fixture
def ratio():
    """The functions of ratio.py."""
    return _functions("ratio")


@pytest.fixture
def order():
    """The functions of order.py."""
    return _functions("order")


def _functions(name):
    return runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))
