"""``winnow down``: stops the stack."""

import argparse

from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``down`` has no options."""


def run(arguments: argparse.Namespace) -> int:
    """Stop every part and wait for its end."""
    print("Stopped." if Stack(read_settings()).down() else "It was not running.")
    return 0
