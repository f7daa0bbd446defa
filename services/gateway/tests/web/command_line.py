"""Reads commands that pages name, as the command line does."""

import argparse
import importlib
import shlex

from winnow_cli.main import find_commands

_MEANT = {"NAME": "speech.at_once", "VALUE": "3"}
"""What stands on a page for a value that the command line checks."""


def parse(command: str) -> argparse.Namespace:
    """Returns the arguments of ``./winnow …``. Raises SystemExit where the command line would refuse them."""
    program, name, *words = shlex.split(command)
    assert program == "./winnow"
    parser = argparse.ArgumentParser(prog=f"./winnow {name}")
    importlib.import_module(find_commands()[name].module).add_arguments(parser)
    return parser.parse_args([_MEANT.get(word, word) for word in words])
