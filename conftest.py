"""Gives every package's tests the fixtures that start real servers, where the one-machine stack is installed."""

from importlib.util import find_spec

pytest_plugins = ["winnow_local.testing"] if find_spec("winnow_local") else []
